/** Coverage as istanbul's `coverage-final.json`: c8, nyc, Jest, Vitest. */
import { createFileCoverage } from "istanbul-lib-coverage";
import * as z from "zod";
import { coverageOf } from "./coverage";
import type { Format } from "./format";
import { count, has, natural, parsed } from "./shared";

const statement = z.object({ start: z.object({ line: natural, column: z.number() }) });
const file = z
  .object({ statementMap: z.record(z.string(), statement), s: z.record(z.string(), natural) })
  .refine(({ statementMap, s }) => haveSameKeys(statementMap, s), "expected one count for each statement");

function haveSameKeys(one: object, other: object): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key));
}

/** Each file's statements with their counts, by lines. */
export const istanbul: Format<"coverage"> = {
  title: "istanbul coverage-final.json",
  kind: "coverage",
  recognise: ({ json }) => has(json) && Object.values(json).some((value) => has(value, "statementMap")),
  read: ({ json }) => {
    const lines = Object.values(parsed(z.record(z.string(), file), json, "istanbul coverage")).flatMap(
      linesOf,
    );
    return {
      finding: coverageOf(
        count(lines, (hits) => hits > 0),
        lines.length,
      ),
      tool: "istanbul",
    };
  },
};

/** How often each line was run. */
function linesOf({ statementMap, s }: z.infer<typeof file>): readonly number[] {
  const places = Object.entries(statementMap).map(
    ([key, { start }]) => [key, { start, end: start }] as const,
  );
  const coverage = createFileCoverage({
    path: "file",
    statementMap: Object.fromEntries(places),
    s,
    fnMap: {},
    f: {},
    branchMap: {},
    b: {},
  });
  return Object.values(coverage.getLineCoverage());
}
