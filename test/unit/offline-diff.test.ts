import assert from "node:assert/strict";
import { differences, Secret, UNKNOWN, type Values } from "../../engine/offline/provider";

const CASES: [string, Values, Values, string[]][] = [
  ["nothing", { a: 1, b: [{ c: 2 }] }, { a: 1, b: [{ c: 2 }] }, []],
  ["a leaf", { a: { b: 1 } }, { a: { b: 2 } }, ["update a.b"]],
  ["a new key", {}, { a: 1 }, ["add a"]],
  ["a key that went", { a: 1 }, {}, ["delete a"]],
  ["a list item", { a: [1, 2] }, { a: [1, 3, 4] }, ["update a[1]", "add a[2]"]],
  ["a key with a dot", { a: { "x.y": 1 } }, { a: { "x.y": 2 } }, ['update a["x.y"]']],
  ["a change of shape", { a: [1] }, { a: { b: 1 } }, ["update a"]],
  ["secrecy alone", { a: new Secret(1) }, { a: 1 }, []],
  ["a secret's value", { a: new Secret({ b: 1 }) }, { a: new Secret({ b: 2 }) }, ["update a.b"]],
  ["an unknown", { a: 1 }, { a: UNKNOWN }, ["update a"]],
];

describe("offline stand-ins: differences", () => {
  for (const [what, olds, news, expected] of CASES) {
    it(`D2 finds ${what}`, () => {
      const found = differences(olds, news).map(({ kind, path }) => `${kind} ${path}`);
      assert.deepEqual(found, expected);
    });
  }
});
