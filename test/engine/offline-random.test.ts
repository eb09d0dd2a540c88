import assert from "node:assert/strict";
import { compare } from "bcryptjs";
import { isValues, Secret, UNKNOWN, type Value, type Values } from "../../engine/offline/values";
import { bundlePlugin, Plugin, type Bundle } from "../support/plugin";

const PASSWORD = { type: "random:index/randomPassword:RandomPassword", name: "secret" };
const STRING = { type: "random:index/randomString:RandomString", name: "text" };
const ID = { type: "random:index/randomId:RandomId", name: "id" };
const PET = { type: "random:index/randomPet:RandomPet", name: "pet" };
const UUID = { type: "random:index/randomUuid:RandomUuid", name: "uuid" };
const INTEGER = { type: "random:index/randomInteger:RandomInteger", name: "number" };

function textOf(value: Value | undefined): string {
  assert.ok(typeof value === "string");
  return value;
}

function secretText(value: Value | undefined): string {
  assert.ok(value instanceof Secret);
  return textOf(value.value);
}

describe("offline random provider", () => {
  let bundle: Bundle;
  let random: Plugin;

  before(async () => {
    bundle = await bundlePlugin("random");
    random = await Plugin.start(bundle);
    await random.configure({});
  });
  after(async () => {
    await random.stop();
    await bundle.remove();
  });

  it("D2 is the version that Pulumi's SDK asks for, and says what it is", async () => {
    assert.equal(await random.version(), "4.21.2");
    assert.deepEqual(random.logs, [
      "golive's offline stand-in for Pulumi's random plugin: previews and loopback tests only",
    ]);
  });

  it("D11 draws a password of the wanted classes and keeps it and its hash secret", async () => {
    const inputs = { length: 24, minNumeric: 3, minUpper: 2, minSpecial: 2, overrideSpecial: "_#" };
    const { id, outputs } = await random.create(PASSWORD, inputs);
    const password = secretText(outputs["result"]);
    assert.equal(id, "none");
    assert.equal(password.length, 24);
    assert.match(password, /^[A-Za-z0-9_#]*$/);
    assert.ok((password.match(/[0-9]/g) ?? []).length >= 3);
    assert.ok((password.match(/[A-Z]/g) ?? []).length >= 2);
    assert.ok((password.match(/[_#]/g) ?? []).length >= 2);
    assert.ok(await compare(password, secretText(outputs["bcryptHash"])));
    assert.deepEqual(
      { lower: outputs["lower"], number: outputs["number"], minLower: outputs["minLower"] },
      { lower: true, number: true, minLower: 0 },
    );
  });

  it("D2 previews a password without drawing one", async () => {
    const { id, outputs } = await random.create(PASSWORD, { length: 8 }, true);
    assert.equal(id, "");
    assert.deepEqual([outputs["result"], outputs["bcryptHash"]], [new Secret(UNKNOWN), new Secret(UNKNOWN)]);
  });

  it("D2 draws anew for each change of an argument or a keeper, and for nothing else", async () => {
    const inputs = { length: 8, keepers: { version: "1" } };
    const olds = { inputs, outputs: {} };
    const same = await random.diff(PASSWORD, "none", olds, { ...inputs, special: true });
    const kept = await random.diff(PASSWORD, "none", olds, { length: 8, keepers: { version: "2" } });
    const longer = await random.diff(PASSWORD, "none", olds, { ...inputs, length: 9 });
    assert.equal(same.changes, false);
    assert.deepEqual(kept.detail, { "keepers.version": "UPDATE_REPLACE" });
    assert.deepEqual(kept.replaces, ["keepers"]);
    assert.deepEqual(longer.detail, { length: "UPDATE_REPLACE" });
  });

  it("D2 reads what the state holds, also without its process of before", async () => {
    const { id, outputs } = await random.create(STRING, { length: 6 });
    const again = await Plugin.start(bundle);
    const read = await again.read(STRING, id, { length: 6 }, outputs);
    await again.stop();
    assert.deepEqual(read?.outputs, outputs);
    assert.equal(id, outputs["result"]);
  });

  it("D2 draws ids, pets, uuids and numbers in the forms of Pulumi's own", async () => {
    const id = await random.create(ID, { byteLength: 4, prefix: "x-" });
    const pet = await random.create(PET, { length: 3, prefix: "p" });
    const uuid = await random.create(UUID, {});
    const number = await random.create(INTEGER, { min: 3, max: 5 });
    assert.match(textOf(id.outputs["hex"]), /^x-[0-9a-f]{8}$/);
    assert.equal(id.outputs["b64Url"], `x-${id.id}`);
    assert.match(pet.id, /^p-[a-z]+-[a-z]+-[a-z]+$/);
    assert.equal(uuid.outputs["result"], uuid.id);
    assert.match(uuid.id, /^[0-9a-f-]{36}$/);
    assert.ok(["3", "4", "5"].includes(number.id));
    assert.equal(number.outputs["result"], Number(number.id));
  });

  const WRONG: [string, { type: string; name: string }, Values, RegExp][] = [
    ["no length", PASSWORD, {}, /^length: Missing required argument/],
    ["a length of 0", STRING, { length: 0 }, /^length: must be a whole number of at least 1/],
    [
      "minima above the length",
      PASSWORD,
      { length: 3, minUpper: 2, minLower: 2 },
      /^length: 3 is less than the minima's sum, 4/,
    ],
    [
      "no class of characters",
      STRING,
      { length: 3, upper: false, lower: false, numeric: false, special: false },
      /are all false/,
    ],
    ["a range upside down", INTEGER, { min: 5, max: 3 }, /^max: is less than min/],
    ["a seed", INTEGER, { min: 1, max: 3, seed: "x" }, /^seed: .*Pulumi's own plugin has it/],
    ["half a byte", ID, { byteLength: 0.5 }, /^byteLength: /],
  ];
  for (const [what, subject, inputs, message] of WRONG) {
    it(`D2 refuses ${what}`, async () => {
      await assert.rejects(random.check(subject, inputs), (error: Error) => message.test(error.message));
    });
  }

  it("D2 leaves unknown inputs to the update", async () => {
    assert.deepEqual(await random.check(PASSWORD, { length: UNKNOWN }), { length: UNKNOWN });
  });

  it("D2 refuses a type that it does not serve, in one line", async () => {
    const other = { type: "random:index/randomShuffle:RandomShuffle", name: "x" };
    await assert.rejects(random.check(other, {}), {
      details: `golive's offline stand-in does not serve the type ${other.type}; Pulumi's own plugin does`,
    });
  });

  it("D11 an output made of a secret input is secret", async () => {
    const { outputs } = await random.create(PET, { prefix: new Secret("hidden") });
    assert.ok(isValues(outputs));
    assert.deepEqual(outputs["prefix"], new Secret("hidden"));
  });
});
