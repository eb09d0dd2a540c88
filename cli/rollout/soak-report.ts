/** What a release has shown on one stack, as evidence for the next one (row G9; `evidence/reports/soak.ts` reads it). Pure. */
import type { Measured } from "../../evidence/reports/own";
import { API_VERSION } from "../../evidence/reports/own";
import type { SoakReport } from "../../evidence/reports/soak";
import type { Entry } from "../../rollout/journal";
import type { Plan } from "../../rollout/plan";
import type { Limit, Rule } from "../../rollout/rule";
import type { State } from "../../rollout/state";

/** Name of the tool in the report. */
const TOOL = "golive rollout";

/**
 * The report of a rollout that released: every value that its soaks read. A reading of too few samples is no value; the
 * report's reader refuses an hour without one.
 *
 * Undefined where there is nothing to vouch for: no release, no soak, or images without a digest, which may be anything.
 */
export function soakReportOf(
  { plan, bound, ended }: State,
  entries: readonly Entry[],
): SoakReport | undefined {
  const images = bound.images.flatMap((image) => /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? []);
  const isBound = images.length > 0 && images.length === bound.images.length;
  const start = entries.find(({ event }) => event.kind === "change done")?.at;
  const readings = measuredIn(entries, plan);
  const end = entries.findLast(({ event }) => event.kind === "readings")?.at;
  if (ended?.outcome !== "released" || !isBound || start === undefined || end === undefined) return undefined;
  const { stack, system, version } = bound;
  return {
    apiVersion: API_VERSION,
    kind: "Soak",
    stack,
    system,
    version,
    tool: TOOL,
    images: [...new Set(images)],
    start,
    end,
    readings,
  };
}

function measuredIn(entries: readonly Entry[], plan: Plan): Measured[] {
  const rules = new Map(
    plan.steps.flatMap((step) =>
      step.kind === "soak" ? step.rules.map((rule) => [rule.id, rule] as const) : [],
    ),
  );
  const measured = [...rules].map(([id, rule]) => ({
    name: rule.title,
    query: rule.query,
    unit: rule.unit,
    expected: expectedOf(rule),
    taken: takenOf(id, entries),
  }));
  return measured.filter(({ taken }) => taken.length > 0);
}

const takenOf = (id: string, entries: readonly Entry[]): Measured["taken"] =>
  entries.flatMap(({ at, event }) =>
    event.kind === "readings"
      ? event.readings.flatMap(({ rule, reading }) =>
          rule === id && (reading.kind === "pass" || reading.kind === "fail")
            ? [{ at, found: reading.value }]
            : [],
        )
      : [],
  );

function expectedOf({ limit }: Pick<Rule, "limit">): NonNullable<Measured["expected"]> {
  return {
    is: RELATION[kindOf(limit)],
    limit: "above" in limit ? limit.above : "below" in limit ? limit.below : limit.atLeast,
  };
}

const RELATION = { above: "<=", below: ">=", atLeast: "<" } as const;

const kindOf = (limit: Limit): keyof typeof RELATION =>
  "above" in limit ? "above" : "below" in limit ? "below" : "atLeast";
