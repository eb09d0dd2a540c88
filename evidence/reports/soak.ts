/** A version's time on an earlier stack: golive's own JSON, `kind: Soak`. */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { filled, isOwn, measured, ownReport } from "./own";
import { judged } from "./reading";
import { checkRelease, instant, millis, parsed, sha256 } from "./shared";

const HOUR = 60 * 60 * 1000;

/** Most hours in which nobody looks. */
const MOST_UNSEEN = 1;

/** @see {@link measured} */
export const soakReport = ownReport("Soak", {
  stack: filled,
  system: filled,
  version: filled,
  /** What took the readings. */
  tool: filled,
  /** Digests of the images that ran. */
  images: z.array(sha256).min(1),
  /** When the version had come to run, and when it was looked at last. */
  start: instant,
  end: instant,
  readings: z.array(measured),
});
export type SoakReport = z.infer<typeof soakReport>;

/** Each reading is judged anew; its values must cover the whole time, without an hour in which none was taken. */
export const soak: Format<"soak"> = {
  title: "golive's soak",
  kind: "soak",
  recognise: ({ json }) => isOwn(json, "Soak"),
  read: ({ json }, release) => {
    const report = parsed(soakReport, json, "Soak");
    const { stack, images, tool, start, end, readings } = report;
    checkRelease(report, release);
    const duration = (millis(end) - millis(start)) / 1000;
    if (duration <= 0)
      throw new Disbelieved(`ends at ${end}, and began at ${start}; expected a time in between`);
    if (readings.length === 0)
      throw new Disbelieved("has 0 readings; expected what was watched all the time");
    for (const { name, taken } of readings) checkCovered(name, [start, ...taken.map(({ at }) => at), end]);
    return {
      finding: { kind: "soak", stack, images, duration, readings: readings.map(judged) },
      tool,
      at: end,
    };
  },
};

function checkCovered(name: string, times: readonly string[]): void {
  for (const [index, time] of times.slice(1).entries()) {
    const before = times[index] ?? time;
    const gap = millis(time) - millis(before);
    if (gap < 0)
      throw new Disbelieved(`took "${name}" at ${before}, and then at ${time}; expected times in order`);
    if (gap > MOST_UNSEEN * HOUR) {
      throw new Disbelieved(
        `took nothing of "${name}" from ${before} to ${time}; expected a value every hour at the least`,
      );
    }
  }
}
