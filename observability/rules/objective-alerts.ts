/** The alert of an objective, for each host, workload, backup or namespace that it is of. Pure. */
import type { AlertUse, Limit, Objective } from "../objectives/objective";
import { type Expression, Vector, type Window } from "../promql/expression";
import { SIGNALS, type SignalName } from "../signals";
import { type Reading, readingsOf, serviceOf } from "../signals/readings";
import type { Watched } from "../watched";
import { objectiveProof } from "./objective-proof";
import type { AlertRule } from "./rule";
import { limitValue, plain, textsOf } from "./texts";

/** Fewest samples, such as requests, that a reading is believed with: one in ten seconds over five minutes. */
export const FEWEST_SAMPLES = 30;

/** Signals whose value flaps about its limit: their alerts go on for a while after it is right again. */
const KEEP_FIRING: Partial<Readonly<Record<SignalName, Window>>> = {
  errorRatio: "5m",
  slowRatio: "5m",
  latencyP95: "5m",
  latencyMean: "5m",
  messageLatencyP95: "5m",
  trafficChange: "10m",
  canaryErrorExcess: "5m",
  cpuSaturation: "10m",
  memorySaturation: "10m",
  checkoutLatencyP95: "5m",
  checkoutFailureRatio: "5m",
};

/** Whether an expression is one selector or one call, and needs no brackets before an operator. */
function isAtom(text: string): boolean {
  if (/^[\w:]+(?:\{[^{}]*\})?$/.test(text)) return true;
  const [head = ""] = /^\w+(?: by \([\w, ]*\) )?/.exec(text) ?? [];
  const rest = text.slice(head.length);
  let depth = 0;
  const end = Array.from(rest).findIndex((letter) => {
    depth += letter === "(" ? 1 : letter === ")" ? -1 : 0;
    return depth === 0;
  });
  return head !== "" && end > 0 && end === rest.length - 1;
}

/** An expression that can be compared; what is more than a call stands in brackets. */
export const vector = ({ text, labels }: Expression): Vector<string> =>
  new Vector(isAtom(text) ? text : `(${text})`, labels);

/** The value where it is wrong. */
export function exceeded(value: Vector<string>, limit: Limit): Vector<string> {
  const bound = plain(limitValue(limit));
  if ("above" in limit) return value.above(bound);
  return "below" in limit ? value.below(bound) : value.atLeast(bound);
}

/** The value of a reading where it is wrong and made of enough samples, so that an idle service pages nobody. */
export function wrongValue(
  reading: Reading,
  { limit, window }: Pick<Objective, "limit" | "window">,
): Expression {
  const wrong = exceeded(vector(reading.value(window)), limit);
  const samples = reading.samples?.(window);
  return samples === undefined ? wrong : wrong.andOn(vector(samples).atLeast(FEWEST_SAMPLES));
}

/** Labels that route, group and inhibit an alert. */
export const labelsOf = (
  { system, namespace }: Watched,
  { subject }: Pick<Reading, "subject">,
): Omit<AlertRule["labels"], "severity"> & { namespace: string; system: string; service: string } => ({
  namespace,
  system,
  service: serviceOf(subject, system),
});

function alertOf(watched: Watched, objective: Objective, use: AlertUse, reading: Reading): AlertRule {
  const keep = KEEP_FIRING[objective.signal];
  const expression = wrongValue(reading, objective);
  return {
    kind: "alert",
    name: use.name,
    expression,
    for: use.for,
    ...(keep === undefined ? {} : { keepFiringFor: keep }),
    labels: { severity: use.severity, ...labelsOf(watched, reading) },
    ...textsOf(reading, objective, watched.platform.language),
    signal: objective.signal,
    subject: reading.subject,
    objective,
    proof: objectiveProof({
      reading,
      objective,
      wait: use.for,
      keep,
      text: expression.text,
      fewest: FEWEST_SAMPLES,
    }),
  };
}

/** Whether Prometheus reads a signal; Loki's ruler has those of logs (`logRulesOf`). */
export const isOfPrometheus = (name: SignalName): boolean => SIGNALS[name].language === undefined;

/** Alerts of a system's objectives, in their order. */
export const objectiveAlerts = (watched: Watched, objectives: readonly Objective[]): readonly AlertRule[] =>
  objectives.flatMap((objective) => {
    const { alert, signal, off } = objective;
    return alert === undefined || off !== undefined || !isOfPrometheus(signal)
      ? []
      : readingsOf(signal, watched, objective).map((reading) => alertOf(watched, objective, alert, reading));
  });
