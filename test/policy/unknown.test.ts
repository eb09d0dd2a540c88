import assert from "node:assert/strict";

import { unknownCheckingProxy } from "@pulumi/policy";
import fc from "fast-check";

import { Field, UNKNOWN } from "../../policies/checks/field";
import { plain } from "../../policies/unknown";

const object = { known: 1, list: ["a", UNKNOWN, { deep: UNKNOWN }], nothing: null };

describe("unknown values", () => {
  it("D3 are marked, where the SDK's proxy throws on reading them", () => {
    const proxy = unknownCheckingProxy(object);
    assert.throws(() => JSON.stringify(proxy), /can't be known during preview/);
    assert.deepEqual(plain(proxy), object);
  });

  it("D3 never make a read throw, and everything below one is unknown at its path", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string()), (value, keys) => {
        const tree = plain(unknownCheckingProxy({ value, unknown: UNKNOWN }));
        Field.of(tree)
          .at("value", ...keys)
          .shown();
        const below = Field.of(tree).at("unknown", ...keys);
        assert.deepEqual([below.state, below.unknownAt], ["unknown", "unknown"]);
      }),
    );
  });

  it("D3 are told apart from values that are absent", () => {
    const field = Field.of({ here: 0, empty: "", nothing: null, later: `a-${UNKNOWN}` });
    assert.deepEqual(
      ["here", "empty", "nothing", "missing", "later"].map((key) => field.at(key).state),
      ["known", "known", "absent", "absent", "unknown"],
    );
  });
});
