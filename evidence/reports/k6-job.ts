/** A run of k6 as golive's own script sums it up (`k6/result.js`): what stands in the status of the Job's pod. */
import * as z from "zod";
import type { K6Run } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { checkedRun } from "./k6";
import { RELATIONS } from "./relation";
import { checkRelease, has, instant, natural, parsed } from "./shared";

const reading = z.object({
  found: z.number().optional(),
  is: z.enum(["<", "<=", ">", ">="]).optional(),
  limit: z.number().optional(),
  ok: z.boolean().optional(),
});

const report = z.object({
  kind: z.enum(["smoke", "load"]),
  version: z.string(),
  at: instant,
  passed: z.boolean(),
  seconds: natural,
  users: natural,
  requests: natural,
  steps: z.object({
    passed: z.array(z.string()),
    failed: z.array(z.string()),
    notReached: z.array(z.string()),
  }),
  readings: z.record(z.string(), reading),
  faults: z.array(z.string()),
});
type Report = z.infer<typeof report>;

/** Metrics of k6 by the names of the readings; the others are the script's own. */
const METRICS: Readonly<Record<string, string>> = {
  requests: "http_reqs",
  p95Ms: "http_req_duration",
  averageMs: "http_req_duration",
  requestsPerSecond: "http_reqs",
};

/**
 * Of a step no more is known than that it passed, failed or was not reached, and each counts once. A reading is judged anew by its limit;
 * one of nothing fails. It names the version that it tested, which must be the release's.
 */
export const k6Job: Format<"k6"> = {
  title: "the summary of golive's k6 Job",
  kind: "k6",
  recognise: ({ json }) => has(json, "kind", "steps", "readings", "faults"),
  read: ({ json }, release) => {
    const run = parsed(report, json, "summary of golive's k6 Job");
    checkRelease({ version: run.version }, release);
    const { steps, readings, requests, seconds } = run;
    const thresholds = Object.entries(readings).flatMap(([name, its]) => thresholdOf(name, its));
    const isGood = steps.failed.length + steps.notReached.length === 0 || run.kind === "load";
    if (run.passed && !(isGood && thresholds.every(({ ok }) => ok))) {
      throw new Disbelieved("says that it passed, and has a step or a limit that was not kept");
    }
    const finding: K6Run = {
      kind: "k6",
      checks: checksOf(steps),
      thresholds,
      requests,
      duration: seconds,
      users: run.users,
      p95: readings["p95Ms"]?.found,
      mean: readings["averageMs"]?.found,
      rate: readings["requestsPerSecond"]?.found ?? (seconds > 0 ? requests / seconds : 0),
      failed: (readings["failedPercent"]?.found ?? 0) / 100,
    };
    return { finding: checkedRun(finding), tool: "k6", at: run.at };
  },
};

/** A step that was not reached was not done. */
const checksOf = ({ passed, failed, notReached }: Report["steps"]) => [
  ...passed.map((name) => ({ name, passes: 1, fails: 0 })),
  ...failed.map((name) => ({ name, passes: 0, fails: 1 })),
  ...notReached.map((name) => ({ name, passes: 0, fails: 0 })),
];

function thresholdOf(name: string, { found, is, limit }: z.infer<typeof reading>): K6Run["thresholds"] {
  if (is === undefined || limit === undefined) return [];
  const ok = found !== undefined && RELATIONS[is](found, limit);
  return [{ metric: METRICS[name] ?? name, expression: `${name} ${is} ${limit}`, ok }];
}
