/** What a running stack answered: golive's own JSON, `kind: Readings`. */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { filled, isOwn, measured, ownReport } from "./own";
import { judged } from "./reading";
import { latest, parsed } from "./shared";

/** @see {@link measured} */
export const readingsReport = ownReport("Readings", {
  stack: filled,
  /** What took them. */
  tool: filled,
  readings: z.array(measured),
});
export type ReadingsReport = z.infer<typeof readingsReport>;

/** Each reading is judged anew from the values that were taken. It is of the time of the last of them. */
export const readings: Format<"readings"> = {
  title: "golive's readings",
  kind: "readings",
  recognise: ({ json }) => isOwn(json, "Readings"),
  read: ({ json }) => {
    const { stack, tool, readings: all } = parsed(readingsReport, json, "Readings");
    if (all.length === 0) throw new Disbelieved("has 0 readings; expected what the stack answered");
    return {
      finding: { kind: "readings", stack, readings: all.map(judged) },
      tool,
      at: latest(all.flatMap(({ taken }) => taken.map(({ at }) => at))),
    };
  },
};
