import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { policyPage, policyPageFile } from "../../policies/docs";
import { levelOn } from "../../policies/levels";
import { policyNames } from "../../policies/names";
import { rules } from "../../policies/rules";

describe("the table of rules", () => {
  it("D8 has each policy once, with requirements to serve", () => {
    assert.deepEqual(
      rules.map(({ name }) => name),
      policyNames,
    );
    for (const { name, requirements } of rules) assert.notEqual(requirements.length, 0, name);
  });

  it("D8 gives a rule the level of the stack's column, and any other stack the default", () => {
    const some = {
      develop: "advisory",
      staging: "mandatory",
      production: "mandatory",
      default: "mandatory",
    } as const;
    assert.equal(levelOn("develop", some), "advisory");
    assert.equal(levelOn("organization/golive/develop", some), "advisory");
    assert.equal(levelOn("staging", some), "mandatory");
    for (const other of ["", "default", "toString", "my-stack"])
      assert.equal(levelOn(other, some), "mandatory", other);
  });

  it("D8 is mandatory on production, but for what no document asks and what no manifest shows", () => {
    const off = rules.filter(({ levels }) => levels.production !== "mandatory");
    assert.deepEqual(
      off.map(({ name, levels }) => [name, levels.production]),
      ["ephemeral-storage", "image-signature", "image-provenance", "image-scan-age"].map((name) => [
        name,
        "disabled",
      ]),
    );
  });

  it("D8 is what docs/policies.md says (mend: npx tsx policies/docs.ts --write)", async () => {
    assert.equal(await readFile(policyPageFile, "utf8"), policyPage());
  });
});
