import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSealed } from "../../../settings/sealed";
import { seal } from "../../support/seal";

const isSealed = (text: string) => "value" in parseSealed(text);

describe("settings: a sealed value", () => {
  it("L7 takes what kubeseal prints, of any value", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        assert.ok(isSealed(seal(value, "staging")));
      }),
      { numRuns: 20 },
    );
  });

  it("L7 takes no plain value for a sealed one, however long and in whatever base64", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        assert.ok(!isSealed(value));
      }),
    );
    assert.ok(!isSealed(Buffer.alloc(600, "planted-hunter2 ").toString("base64")));
  });

  it("L7 refuses one that was cut off", () => {
    const whole = seal("planted-hunter2", "staging");
    assert.ok(!isSealed(whole.slice(0, 200)));
    assert.ok(!isSealed(""));
  });
});
