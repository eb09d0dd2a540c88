import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Item } from "../../cli/inventory";
import { inventories, systemsPage, systemsPageFile, type Stack } from "../../cli/systems-page";
import { repositoryRoot } from "../../engine/cache";
import { DUTIES, idsOf } from "../../systems/duties";
import { useHelm } from "../support/helm";

const requirements = readFileSync(path.join(repositoryRoot, "docs", "requirements.md"), "utf8");
const rows = new Set([...requirements.matchAll(/^\| ([A-Z]\d+) /gm)].map(([, id = ""]) => id));

describe("docs/systems.md", () => {
  let stacks: readonly Stack[];
  let items: readonly Item[];

  before(useHelm);
  before(async function () {
    this.timeout(120_000);
    stacks = await inventories();
    items = stacks.flatMap((stack) => stack.items);
  });

  it("E12 is what the program declares on every stack (mend: npm run generate)", () => {
    assert.equal(readFileSync(systemsPageFile, "utf8"), systemsPage(stacks));
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
