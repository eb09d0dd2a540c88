/**
 * Service levels: recorded shares of bad events, and alerts on how fast they spend the budget. Rows K24, L18. Pure.
 * https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
import { RECORDED } from "../metrics/recorded";
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

/** How long a burn must last, by severity. */
const WAIT: Readonly<Record<Burn["severity"], Window>> = { critical: "2m", warning: "15m" };

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

/** The share of bad events over a window, each event weighing the same; nothing where there was none. */
export const badShare = (slo: Slo, window: Window): Vector<Labels> =>
  sumOf(RECORDED.badEvents, slo, window).dividedBy(sumOf(RECORDED.events, slo, window).above(0));

const recording = (
  { name }: { readonly name: string },
  expression: RecordingRule["expression"],
  { labels }: Slo,
): RecordingRule => {
  const [level = "", metric = "", operations = ""] = name.split(":");
  return { kind: "record", record: `${level}:${metric}:${operations}`, expression, labels };
};

/** What a service level's alerts and panels are read from. */
function recordingsOf(slo: Slo): readonly RecordingRule[] {
  const { level, reading } = slo;
  const samples = reading.samples?.(SAMPLE);
  if (samples === undefined) return [];
  const period: Window = `${level.periodDays}d`;
  const ratio = now(select(RECORDED.badRatio, slo.labels));
  return [
    recording(RECORDED.events, samples, slo),
    recording(RECORDED.badEvents, vector(reading.value(SAMPLE)).times(vector(samples)), slo),
    recording(RECORDED.badRatio, badShare(slo, period), slo),
    recording(RECORDED.budget, ratio.dividedBy(budgetOf(level)).times(-1).plus(1), slo),
  ];
}

/** A burn over both of its windows, of enough events. */
function burning(slo: Slo, burn: Burn): Vector<Labels> {
  const threshold = burnThreshold(burn, slo.level);
  return badShare(slo, burn.long)
    .above(threshold)
    .and(badShare(slo, burn.short).above(threshold))
    .and(sumOf(RECORDED.events, slo, burn.long).atLeast(fewestEvents(burn, slo.level) * TIMES_COUNTED));
}

const TEXTS = {
  es: {
    summary: (place: string) => `El presupuesto de errores se gasta demasiado rápido en ${place}.`,
    description: (target: string, period: string) =>
      `Parte de eventos malos: {{ $value | humanizePercentage }}; el objetivo es ${target} en ${period} días.`,
  },
  en: {
    summary: (place: string) => `The error budget is spent too fast at ${place}.`,
    description: (target: string, period: string) =>
      `Share of bad events: {{ $value | humanizePercentage }}; the objective is ${target} over ${period} days.`,
  },
} as const;

function burnAlert(watched: Watched, slo: Slo, severity: Burn["severity"]): readonly AlertRule[] {
  const { objective, level, reading, labels } = slo;
  const burns = BURNS.filter((burn) => burn.severity === severity);
  const [first, ...others] = burns.map((burn) => burning(slo, burn));
  if (first === undefined) return [];
  const expression = others.reduce((all, each) => all.or(each), first);
  const { summary, description } = TEXTS[watched.platform.language];
  const { namespace, system, service } = labels;
  return [
    {
      kind: "alert",
      name: level.name,
      expression,
      for: WAIT[severity],
      labels: { severity, namespace, system, service },
      summary: summary(placeOf(reading.subject)),
      description: description(amount(objective.signal, "ratio", level.target), String(level.periodDays)),
      signal: objective.signal,
      subject: reading.subject,
      objective,
      proof: burnProof(slo, burns, WAIT[severity]),
    },
  ];
}

/** The recordings and the alerts of a system's service levels. */
export function sloGroup(watched: Watched, objectives: readonly Objective[]): RuleGroup {
  const slos = slosOf(watched, objectives);
  return {
    name: `${watched.system}-service-levels`,
    interval: INTERVAL,
    rules: [
      ...slos.flatMap(recordingsOf),
      ...slos.flatMap((slo) =>
        (["critical", "warning"] as const).flatMap((severity) => burnAlert(watched, slo, severity)),
      ),
    ],
  };
}
