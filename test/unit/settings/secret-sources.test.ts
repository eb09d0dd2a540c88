import assert from "node:assert/strict";
import fc from "fast-check";
import { oneWriterProblems } from "../../../settings/rules";
import { Secret } from "../../../settings";

const SOURCES = {
  golive: [new Secret("x"), { generate: {} }],
  "External Secrets": [{ external: { key: "x" } }],
  "sealed-secrets": [{ sealed: "AgB" }],
} as const;

const KEYS = ["a", "b", "c"];
const problemsOf = (values: Readonly<Record<string, unknown>>) =>
  oneWriterProblems(
    { stack: "s", system: "x", aws: {}, ceiling: {}, service: { held: values } },
    ["held"],
    KEYS,
  );

describe("settings: a Secret of a fixed name", () => {
  it("E2 L7 is filled by one source alone, whatever its keys", () => {
    const writer = fc.constantFrom(...(["golive", "External Secrets", "sealed-secrets"] as const));
    const value = writer.chain((name) =>
      fc.constantFrom(...SOURCES[name]).map((source) => ({ name, source })),
    );
    fc.assert(
      fc.property(fc.tuple(value, value, value), (values) => {
        const given = Object.fromEntries(values.map(({ source }, index) => [KEYS[index] ?? "", source]));
        const writers = new Set(values.map(({ name }) => name));
        assert.equal(problemsOf(given).length, writers.size > 1 ? 1 : 0);
      }),
    );
  });

  it("E2 says who would fill it, and leaves values alone that others hold", () => {
    assert.deepEqual(
      problemsOf({ a: { external: { key: "x" } }, b: { sealed: "AgB" }, c: { secretRef: {} } }),
      [
        {
          path: ["held"],
          message:
            "expected one kind of source for a, b, c, for one Secret holds them; found values of External Secrets and sealed-secrets",
        },
      ],
    );
  });
});
