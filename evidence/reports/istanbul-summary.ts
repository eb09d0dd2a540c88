/** Coverage as istanbul's `coverage-summary.json` (reporter `json-summary`). */
import * as z from "zod";
import { coverageOf } from "./coverage";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { has, natural, parsed, sum } from "./shared";

const totals = z
  .object({ lines: z.object({ covered: natural, total: natural }) })
  .refine(({ lines }) => lines.covered <= lines.total, "more lines are covered than there are");

/** Counts of each file, which must be those of the whole; its percentages are not read. */
export const istanbulSummary: Format<"coverage"> = {
  title: "istanbul coverage-summary.json",
  kind: "coverage",
  recognise: ({ json }) => has(json, "total") && has(json["total"], "lines"),
  read: ({ json }) => {
    const { total, ...files } = parsed(
      z.object({ total: totals }).catchall(totals),
      json,
      "istanbul coverage-summary.json",
    );
    const lines = Object.values(files).map((file) => file.lines);
    const covered = sum(lines.map((file) => file.covered));
    const all = sum(lines.map((file) => file.total));
    if (covered !== total.lines.covered || all !== total.lines.total) {
      throw new Disbelieved(
        `tells of ${total.lines.covered} of ${total.lines.total} lines, and its files have ${covered} of ${all}; expected the same`,
      );
    }
    return { finding: coverageOf(covered, all), tool: "istanbul" };
  },
};
