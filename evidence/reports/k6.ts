/** A run of k6 as k6 itself sums it up: what `handleSummary` is given, or `--summary-export` writes. */
import * as z from "zod";
import type { K6Run } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { isRelation, RELATIONS } from "./relation";
import { counted, has, natural, parsed, sum } from "./shared";

const check = z.object({ name: z.string(), passes: natural, fails: natural });
type Check = z.infer<typeof check>;

/** Checks and groups: lists in the one form, objects in the other. */
interface Group {
  readonly checks: readonly Check[];
  readonly groups: readonly Group[];
}
const listed = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((given) => (has(given) ? Object.values(given) : given), z.array(item));
const group: z.ZodType<Group> = z.object({
  checks: listed(check),
  groups: z.lazy(() => listed(group)),
});

/** A metric in either form: its values, and of each threshold whether it held. */
interface Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds: Readonly<Record<string, boolean>>;
}

const given = z
  .object({
    values: z.record(z.string(), z.number()),
    thresholds: z.record(z.string(), z.object({ ok: z.boolean() })).default({}),
  })
  .transform(({ values, thresholds }): Metric => {
    const held = Object.entries(thresholds).map(([expression, { ok }]) => [expression, ok] as const);
    return { values, thresholds: Object.fromEntries(held) };
  });

/** In this form `true` stands for a threshold that was crossed: https://github.com/grafana/k6/issues/1498 */
const exported = z
  .looseObject({ thresholds: z.record(z.string(), z.boolean()).default({}) })
  .transform(({ thresholds, ...values }): Metric => {
    const numbers = Object.entries(values).flatMap(([name, value]) =>
      typeof value === "number" ? [[name, value] as const] : [],
    );
    const held = Object.entries(thresholds).map(([expression, crossed]) => [expression, !crossed] as const);
    return { values: Object.fromEntries(numbers), thresholds: Object.fromEntries(held) };
  });

const report = z.object({
  root_group: group,
  metrics: z.record(z.string(), given.or(exported)),
  /** What handleSummary is given has it. */
  state: z.object({ testRunDurationMs: z.number().positive() }).optional(),
});
type Report = z.infer<typeof report>;

/**
 * Each threshold is computed anew where its metric has the value that it names, and must be what k6 says of it. One on requests
 * that were never made holds for nothing and is not believed.
 *
 * @see https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/
 */
export const k6: Format<"k6"> = {
  title: "k6's summary",
  kind: "k6",
  recognise: ({ json }) => has(json, "root_group", "metrics"),
  read: ({ json }) => {
    const run = parsed(report, json, "k6's summary");
    const value = (metric: string, name: string) => run.metrics[metric]?.values[name];
    const requests = value("http_reqs", "count") ?? 0;
    const duration = durationOf(run);
    const checks = checksOf(run.root_group);
    const finding: K6Run = {
      kind: "k6",
      checks,
      thresholds: thresholdsOf(run, requests),
      requests,
      duration,
      users: value("vus_max", "max") ?? 0,
      ...(requests > 0 && {
        p95: value("http_req_duration", "p(95)"),
        mean: value("http_req_duration", "avg"),
      }),
      rate: duration > 0 ? requests / duration : 0,
      failed: shareOfFailed(run),
    };
    return { finding: checkedRun(finding), tool: "k6" };
  },
};

/** @throws {Disbelieved} where a run did nothing. */
export function checkedRun(run: K6Run): K6Run {
  const done = run.requests + sum(run.checks.map(({ passes, fails }) => passes + fails));
  if (done === 0) throw new Disbelieved("made 0 requests and 0 checks; expected a run that did something");
  return run;
}

/** Seconds. The export has the counts and their rates alone. */
function durationOf({ state, metrics }: Report): number {
  if (state !== undefined) return state.testRunDurationMs / 1000;
  const { count = 0, rate = 0 } = metrics["iterations"]?.values ?? metrics["http_reqs"]?.values ?? {};
  return rate > 0 ? count / rate : 0;
}

/** k6 counts a failed request as one that "passes": https://grafana.com/docs/k6/latest/using-k6/metrics/reference/ */
function shareOfFailed({ metrics }: Report): number {
  const { passes = 0, fails = 0 } = metrics["http_req_failed"]?.values ?? {};
  return passes + fails === 0 ? 0 : passes / (passes + fails);
}

/** Checks of a name, in whatever group, are one. */
function checksOf(root: Group): readonly Check[] {
  const checks = new Map<string, Check>();
  for (const { name, passes, fails } of allChecks(root)) {
    const known = checks.get(name) ?? { passes: 0, fails: 0 };
    checks.set(name, { name, passes: known.passes + passes, fails: known.fails + fails });
  }
  return [...checks.values()];
}

const allChecks = ({ checks, groups }: Group): readonly Check[] => [...checks, ...groups.flatMap(allChecks)];

function thresholdsOf({ metrics }: Report, requests: number): K6Run["thresholds"] {
  return Object.entries(metrics).flatMap(([metric, { values, thresholds }]) =>
    Object.entries(thresholds).map(([expression, ok]) => {
      if (ok && metric.startsWith("http_req") && requests === 0) {
        throw new Disbelieved(`says that ${metric} keeps ${expression}, and made ${counted(0, "request")}`);
      }
      const computed = holds(expression, values) ?? ok;
      if (computed === ok) return { metric, expression, ok };
      const says = ok ? "keeps" : "crosses";
      throw new Disbelieved(`says that ${metric} ${says} ${expression}, which its values do not`);
    }),
  );
}

/** `undefined` where the metric has no such value, as of a percentile that is not summed up. */
function holds(expression: string, values: Metric["values"]): boolean | undefined {
  const [, name = "", is = "", limit] =
    /^\s*([a-z]+(?:\([\d.]+\))?)\s*([<>=!]=?=?)\s*(-?[\d.]+)\s*$/.exec(expression) ?? [];
  const found = values[name] ?? (name === "rate" ? values["value"] : undefined);
  return found === undefined || !isRelation(is) ? undefined : RELATIONS[is](found, Number(limit));
}
