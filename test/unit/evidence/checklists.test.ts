import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { checklistOf, checklists } from "../../../evidence/checklists";
import { judgeLines, linesOf } from "../../../evidence/judge";
import { linesSignedBy } from "../../../evidence/line";
import { GUELAGUETZA } from "../../../observability/sql/guelaguetza";
import { everything, leaves, nothing, READINGS } from "./facts";

const all = Object.values(checklists);
const STACKS = ["develop", "staging", "production"] as const;

/** The documents' lines with a box, as they stand there. */
const boxes = (system: string) =>
  readFileSync(path.join(__dirname, "../../fixtures/checklists", `${system}.txt`), "utf8")
    .trim()
    .split("\n");

function counts(texts: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const text of texts) found.set(text, (found.get(text) ?? 0) + 1);
  return found;
}

describe("the documents' checklists", () => {
  for (const checklist of all) {
    const { system, lines } = checklist;

    it(`K10 K11 K12 K13 K19 K20 L20 G1 G15 G16 S6 E10 every line of ${system}'s document is there, in its words`, () => {
      const texts = counts(lines.map(({ text }) => text.es));
      const missing = [...counts(boxes(system))].filter(([box, count]) => {
        if ((texts.get(box) ?? 0) >= count) return false;
        // A heading with lines of its own below it.
        return !lines.some(
          ({ section }) => section.es.endsWith(`: ${box}`) || section.es.includes(`: ${box}: `),
        );
      });
      assert.deepEqual(missing, []);
    });

    it(`has an id of its own for each line of ${system}`, () => {
      const ids = lines.map(({ id }) => id);
      assert.deepEqual(ids, [...new Set(ids)]);
      for (const id of ids) assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    });

    it(`says each line of ${system} in both languages, with the rows that it serves and a stack`, () => {
      for (const { id, text, section, requirements, stacks } of lines) {
        for (const each of [text.es, text.en, section.es, section.en]) assert.notEqual(each.trim(), "", id);
        assert.ok(requirements.length > 0 && stacks.length > 0, id);
        for (const row of requirements) assert.match(row, /^[KLGSE]\d+$/, id);
      }
    });

    for (const stack of STACKS) {
      it(`meets every line of ${system} on ${stack} by good reports, signatures and resources`, () => {
        const unmet = judgeLines(checklist, everything(checklist, stack)).filter(
          ({ state }) => state !== "met",
        );
        assert.deepEqual(unmet, []);
      });

      it(`meets no line of ${system} on ${stack} by nothing, and says what is missing and the command`, () => {
        const verdicts = judgeLines(checklist, nothing(checklist, stack));
        assert.deepEqual(
          verdicts.map(({ line }) => line.id),
          linesOf(checklist, stack).map(({ id }) => id),
        );
        for (const verdict of verdicts) {
          assert.ok(verdict.state === "not-met", verdict.line.id);
          assert.notEqual(verdict.missing, "");
          assert.match(verdict.command, /^npm run golive -- (?:release (?:attest|sign|complete)|render) /);
          assert.doesNotMatch(verdict.command, /SYSTEM|VERSION|STACK/);
        }
      });
    }

    it(`takes a line of ${system} back where any one of its reports, signatures or resources is gone`, () => {
      const [stack = "production"] = STACKS.filter((each) => linesOf(checklist, each).length > 0).reverse();
      const full = everything(checklist, stack);
      for (const line of linesOf(checklist, stack)) {
        if (line.way.by === "any") continue;
        for (const leaf of leaves(line.way)) {
          const without = {
            ...full,
            ...(leaf.by === "report" && {
              facts: full.facts.filter(
                ({ kind, name }) => kind !== leaf.kind || (leaf.name !== undefined && name !== leaf.name),
              ),
            }),
            ...(leaf.by === "sign-off" && {
              signatures: full.signatures.filter(({ of }) => of !== leaf.role),
            }),
            ...(leaf.by === "completion" && { completion: undefined }),
            ...(leaf.by === "resource" && {
              resources: (kind: string, name?: string | RegExp) => kind !== leaf.kind || name !== leaf.name,
            }),
          };
          const verdict = judgeLines(checklist, without).find((each) => each.line.id === line.id);
          assert.equal(verdict?.state, "not-met", `${line.id} without ${leaf.by}`);
        }
      }
    });
  }

  it("G4 asks the questions that the migration answers", () => {
    for (const { name } of [
      GUELAGUETZA.everyVersionIsOne,
      GUELAGUETZA.versionColumn,
      GUELAGUETZA.negativeStock,
    ]) {
      assert.ok(READINGS.includes(name), name);
    }
  });

  it("K10 K11 K12 K13 K19 K20 K27 L9 L13 L20 G1 G9 G11 G15 G16 G17 S1 S6 E10 serves each row by a line", () => {
    const served = new Set(all.flatMap(({ lines }) => lines.flatMap(({ requirements }) => requirements)));
    const rows =
      "K10 K11 K12 K13 K14 K15 K16 K17 K18 K19 K20 K27 L9 L13 L20 G1 G2 G3 G4 G5 G6 G9 G11 G12 G15 G16 G17 S1 S6 S9 E10";
    assert.deepEqual(
      rows.split(" ").filter((row) => !served.has(row)),
      [],
    );
  });

  it("G16 L9 gives the lines that a role signs", () => {
    assert.deepEqual(
      linesSignedBy(checklists.guelaguetza, "product-owner", "production").map(({ id }) => id),
      ["feature-approved", "ux-approved", "metrics-defined"],
    );
    assert.deepEqual(
      linesSignedBy(checklists.listacompra, "qa", "production").map(({ id }) => id),
      ["approvals"],
    );
    assert.deepEqual(linesSignedBy(checklists.guelaguetza, "product-owner", "staging"), []);
  });

  it("knows no checklist of another system", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.equal(checklistOf(name) !== undefined, Object.hasOwn(checklists, name));
      }),
    );
    assert.equal(checklistOf("constructor"), undefined);
  });
});
