/**
 * Service levels: recorded shares of bad events, and alerts on how fast they spend the budget. Rows K24, L18. Pure.
 * https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
import { badRatioOver, eventsOver, RECORDED } from "../metrics/recorded";
import type { Objective } from "../objectives/objective";
import { now, overTime, select, type Vector, type Window } from "../promql/expression";
import { readingsOf } from "../signals/readings";
import type { Watched } from "../watched";
import { isOfPrometheus, labelsOf, vector } from "./objective-alerts";
import {
  type Burn,
  BURNS,
  budgetOf,
  burnThreshold,
  fewestEvents,
  INTERVAL,
  SAMPLE,
  type Slo,
  TIMES_COUNTED,
} from "./burns";
import type { AlertRule, RecordingRule, RuleGroup } from "./rule";
import { burnProof } from "./slo-proof";
import { amount, placeOf } from "./texts";

type Labels = keyof Slo["labels"];

/** Every service level of a system's objectives, of each subject. */
export const slosOf = (watched: Watched, objectives: readonly Objective[]): readonly Slo[] =>
  objectives.flatMap((objective) => {
    const { level, signal, off, id } = objective;
    return level === undefined || off !== undefined || !isOfPrometheus(signal)
      ? []
      : readingsOf(signal, watched, objective).map((reading) => {
          const { namespace, system, service } = labelsOf(watched, reading);
          return { objective, level, reading, labels: { namespace, system, service, slo: id } };
        });
  });

const sumOf = (metric: (typeof RECORDED)["events" | "badEvents"], { labels }: Slo, window: Window) =>
  overTime("sum", select(metric, labels), window);

/** The share of bad events over a window, as it is recorded; each event weighs the same. */
export const badShare = ({ labels }: Slo, window: Window): Vector<Labels> =>
  now(select(badRatioOver(window), labels));

const recording = (
  { name }: { readonly name: string },
  expression: RecordingRule["expression"],
  { labels }: Slo,
): RecordingRule => {
  const [level = "", metric = "", operations = ""] = name.split(":");
  return { kind: "record", record: `${level}:${metric}:${operations}`, expression, labels };
};

const WINDOWS: readonly Window[] = [...new Set(BURNS.flatMap(({ short, long }) => [short, long]))];

/** What a service level's alerts and panels are read from. Errors: its signal counts no samples. */
function recordingsOf(slo: Slo): readonly RecordingRule[] {
  const { level, reading, objective } = slo;
  const samples = reading.samples?.(SAMPLE);
  if (samples === undefined) throw new Error(`${objective.id}: ${objective.signal} counts no events`);
  const period: Window = `${level.periodDays}d`;
  const share = (window: Window) =>
    sumOf(RECORDED.badEvents, slo, window).dividedBy(sumOf(RECORDED.events, slo, window).above(0));
  return [
    recording(RECORDED.events, samples, slo),
    recording(RECORDED.badEvents, vector(reading.value(SAMPLE)).times(vector(samples)), slo),
    ...WINDOWS.map((window) => recording(badRatioOver(window), share(window), slo)),
    ...BURNS.map(({ long }) =>
      recording(eventsOver(long), sumOf(RECORDED.events, slo, long).dividedBy(TIMES_COUNTED), slo),
    ),
    recording(RECORDED.badRatio, share(period), slo),
    recording(
      RECORDED.budget,
      now(select(RECORDED.badRatio, slo.labels)).dividedBy(budgetOf(level)).times(-1).plus(1),
      slo,
    ),
  ];
}

/** A burn over both of its windows, of enough events. Only series of equal labels meet: one selector says whose. */
function burning(slo: Slo, burn: Burn): Vector<Labels> {
  const threshold = burnThreshold(burn, slo.level);
  const short = now(select(badRatioOver(burn.short)));
  const events = now(select(eventsOver(burn.long)));
  return badShare(slo, burn.long)
    .above(threshold)
    .and(short.above(threshold))
    .and(events.atLeast(fewestEvents(burn, slo.level)));
}

const TEXTS = {
  es: {
    summary: (place: string) => `El presupuesto de errores se gasta demasiado rápido en ${place}.`,
    description: (target: string, days: number, window: Window) =>
      `Parte de eventos malos en ${window}: {{ $value | humanizePercentage }}; el objetivo son ${target} buenos en ${days} días.`,
  },
  en: {
    summary: (place: string) => `The error budget is spent too fast at ${place}.`,
    description: (target: string, days: number, window: Window) =>
      `Share of bad events over ${window}: {{ $value | humanizePercentage }}; the objective is ${target} good over ${days} days.`,
  },
} as const;

/** The label `burn` says over which window: each burn is an alert of its own, since each waits for its own time. */
function burnAlert(watched: Watched, slo: Slo, burn: Burn): AlertRule {
  const { objective, level, reading, labels } = slo;
  const { summary, description } = TEXTS[watched.platform.language];
  const { namespace, system, service } = labels;
  return {
    kind: "alert",
    name: level.name,
    expression: burning(slo, burn),
    for: burn.wait,
    labels: { severity: burn.severity, namespace, system, service, burn: burn.long },
    summary: summary(placeOf(reading.subject)),
    description: description(amount(objective.signal, "ratio", level.target), level.periodDays, burn.long),
    signal: objective.signal,
    subject: reading.subject,
    objective,
    proof: burnProof(slo, burn),
  };
}

/** The recordings and the alerts of a system's service levels. */
export function sloGroup(watched: Watched, objectives: readonly Objective[]): RuleGroup {
  const slos = slosOf(watched, objectives);
  return {
    name: `${watched.system}-service-levels`,
    interval: INTERVAL,
    rules: [
      ...slos.flatMap(recordingsOf),
      ...slos.flatMap((slo) => BURNS.map((burn) => burnAlert(watched, slo, burn))),
    ],
  };
}
