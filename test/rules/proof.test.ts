/**
 * Every alert of every stack is held against the cases of its proof, and each mistake that a person could make in it is
 * told from it by one of them. Alerts of Loki's ruler have no such proof: promtool knows no LogQL.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isExecutable, repositoryRoot } from "../../engine/cache";
import { inParallel } from "../../engine/promtool";
import { KNOWN_SURVIVORS } from "../support/known-survivors";
import { everyAlert, everyShape, filledPage, scoresOf, tableOf, type Score } from "../support/mutation";
import { brokenCases } from "../support/proof";
import { DEBIAN, promtool } from "../support/promtool";

const PAGE = path.join(repositoryRoot, "docs/mutation.md");

/** Cases that come out otherwise than they say, each once for alerts that differ in names alone. */
const broken = async (path: string): Promise<readonly string[]> => {
  const found = await inParallel(everyShape(), async ({ stack, system, alert, recordings }) => {
    const cases = await brokenCases(path, alert, recordings);
    return cases.map((name) => `${stack} ${system} ${alert.name} of ${alert.labels.service}: ${name}`);
  });
  return found.flat();
};

describe("the proof of every alert of every stack", () => {
  it("K25 E9 every alert has a case in which it fires", () => {
    const silent = everyAlert().filter(({ alert }) => !alert.proof.cases.some(({ fires }) => fires));
    assert.deepEqual(
      silent.map(({ alert }) => alert.name),
      [],
    );
  });

  it("K25 E9 each case holds on golive's own Prometheus", async () => {
    assert.deepEqual(await broken(await promtool()), []);
  });

  it("K25 E9 each case holds on Debian's older Prometheus", async function () {
    if (!(await isExecutable(DEBIAN.path))) return this.skip();
    assert.deepEqual(await broken(DEBIAN.path), []);
  });

  describe("mistakes", () => {
    let scores: readonly Score[] = [];
    before(async () => (scores = await scoresOf(await promtool())));
    after(() => console.log(tableOf(scores)));

    it("K25 E9 a case tells each mistake from its alert, but for those of test/support/known-survivors.ts", () => {
      const survivors = scores.flatMap(({ name, survivors }) =>
        survivors.map((change) => `${name}: ${change}`),
      );
      const known = KNOWN_SURVIVORS.flatMap(({ alert, changes }) =>
        changes.map((change) => `${alert}: ${change}`),
      );
      assert.deepEqual([...new Set(survivors)].sort(), [...known].sort());
    });

    it("docs/mutation.md shows the score (mend: GOLIVE_WRITE=1 npm run test:rules)", async () => {
      const page = await readFile(PAGE, "utf8");
      const filled = filledPage(page, scores);
      if (process.env.GOLIVE_WRITE === "1") await writeFile(PAGE, filled);
      else assert.equal(page, filled);
    });
  });
});
