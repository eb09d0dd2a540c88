import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { inventory, type Item } from "../../cli/inventory";
import { stackNames } from "../../cli/stacks";
import { systemsPage, systemsPageFile } from "../../cli/systems-page";
import { repositoryRoot } from "../../engine/cache";
import { DUTIES, idsOf } from "../../systems/duties";
import { useHelm } from "../support/helm";

const requirements = readFileSync(path.join(repositoryRoot, "docs", "requirements.md"), "utf8");
const rows = new Set([...requirements.matchAll(/^\| ([A-Z]\d+) /gm)].map(([, id = ""]) => id));

describe("docs/systems.md", () => {
  let items: Item[];

  before(useHelm);
  before(async () => {
    items = [];
    for (const stack of await stackNames()) items.push(...(await inventory(stack)));
  });

  it("E12 is what the program declares on every stack (mend: npm run generate)", async () => {
    assert.equal(readFileSync(systemsPageFile, "utf8"), await systemsPage());
  });

  it("E12 has a row of the requirements for every resource", () => {
    const idle = items.filter(({ component, system }) => idsOf(component, system).length === 0);
    assert.deepEqual(
      [...new Set(idle.map(({ component, system }) => `${component} of ${system}`))],
      [],
      "these have no line in systems/duties.ts",
    );
  });

  it("E12 names rows that there are", () => {
    const named = Object.values(DUTIES).flatMap(({ ids }) => Object.values(ids).flat());
    assert.deepEqual(
      named.filter((id) => !rows.has(id)),
      [],
    );
  });

  it("E12 has no duty without a resource, and no system that there is not", () => {
    const declared = new Set(items.map(({ component }) => component));
    const systems = new Set([...items.map(({ system }) => system), "others"]);
    assert.deepEqual(
      Object.entries(DUTIES).flatMap(([component, { ids }]) => [
        ...(declared.has(component) ? [] : [component]),
        ...Object.keys(ids).filter((system) => !systems.has(system)),
      ]),
      [],
    );
  });
});
