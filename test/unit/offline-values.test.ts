import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decode,
  encode,
  equalValues,
  holdsSecret,
  holdsUnknown,
  keepSecrets,
  plainValues,
  Secret,
  UNKNOWN,
  type Value,
  type Values,
} from "../../engine/offline/values";

/** google-protobuf's Struct sets `__proto__` as a prototype, so that it loses a key of this name; no resource has one. */
const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");

const bag: fc.Arbitrary<Values> = fc.letrec<{ value: Value; open: Value; bag: Values }>((tie) => ({
  open: fc.oneof(
    { depthSize: "small" },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.string(),
    fc.constant(UNKNOWN),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("bag"),
  ),
  value: fc.oneof(
    tie("open"),
    tie("open").map((value) => new Secret(value)),
  ),
  bag: fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
})).bag;

describe("offline stand-ins: property values", () => {
  it("D2 a bag survives the way to the engine and back, with its secrets and unknowns", () => {
    fc.assert(
      fc.property(bag, (values) => {
        assert.deepEqual(decode(encode(values)), values);
      }),
    );
  });

  it("D2 a bag equals itself unless it holds an unknown", () => {
    fc.assert(
      fc.property(bag, (values) => {
        assert.equal(equalValues(values, decode(encode(values))), !holdsUnknown(values));
      }),
    );
  });

  it("D2 plain JSON holds no secret and no unknown", () => {
    fc.assert(
      fc.property(bag, (values) => {
        const plain = plainValues(values);
        assert.equal(holdsSecret(plain), false);
        assert.equal(holdsUnknown(plain), false);
      }),
    );
  });

  it("D2 an absent property is not sent", () => {
    assert.deepEqual(decode(encode({ a: undefined, b: 1 })), { b: 1 });
  });

  it("D2 every text that Pulumi uses for an unknown is read as one", () => {
    const texts = ["1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"];
    assert.deepEqual(decode(encode({ texts })), { texts: [UNKNOWN, UNKNOWN] });
  });

  it("D2 an output value is its value, with its secrecy; a resource reference is its id", () => {
    const signature = "4dabf18193072939515e22adb298388d";
    const output = { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const reference = { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x" };
    const wire = {
      known: { ...output, value: 1, secret: true },
      unknown: output,
      custom: { ...reference, id: "abc" },
      planned: { ...reference, id: "" },
      component: reference,
    };
    assert.deepEqual(decode(encode(wire)), {
      known: new Secret(1),
      unknown: UNKNOWN,
      custom: "abc",
      planned: UNKNOWN,
      component: "urn:x",
    });
  });

  it("D11 an output takes the secrecy of the input of its name", () => {
    const outputs = keepSecrets({ a: 1, b: [2], c: 3 }, { a: new Secret(1), b: [new Secret(2)], c: 3 });
    assert.deepEqual(outputs, { a: new Secret(1), b: new Secret([2]), c: 3 });
  });
});
