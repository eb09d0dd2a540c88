/** What a rollout's gate asks: each objective with a verdict, read of the new version where a canary tells it apart. Pure. */
import { PROMETHEUS } from "../metrics/prometheus";
import { count, type Expression, overTime, select, type Window } from "../promql/expression";
import { SIGNALS } from "../signals";
import { type Reading, readingsOf } from "../signals/readings";
import type { AnySignal } from "../signals/signal";
import type { Watched } from "../watched";
import { objectivesOf } from ".";
import type { GateVerdict, Limit, Objective } from "./objective";

/** One question of the gate. */
export interface GateRule {
  readonly objective: Objective;
  readonly subject: Reading["subject"];
  /** Who answers: Prometheus, or Loki for what is read out of logs. */
  readonly language: "promql" | "logql";
  /** One value; none is no pass. */
  readonly query: Expression;
  /** How many samples the value is made of over the window. Absent: one is as good as many. */
  readonly samples?: Expression;
  readonly limit: Limit;
  readonly window: Window;
  /** What the gate does where the value is wrong. */
  readonly verdict: GateVerdict;
}

/** Of a host the new version's side alone: a tenth of the traffic could fail and the whole be within the limit. */
function judged(watched: Watched, objective: Objective): readonly Reading[] {
  const signal: AnySignal = SIGNALS[objective.signal];
  const all = readingsOf(objective.signal, watched, objective);
  if (signal.on !== "host" || objective.signal === "canaryErrorExcess") return all;
  const sides = readingsOf(objective.signal, watched, { ...objective, side: "canary" });
  const services = new Set(sides.map(({ subject }) => (subject.kind === "host" ? subject.service : "")));
  return [
    ...sides,
    ...all.filter(({ subject }) => subject.kind !== "host" || !services.has(subject.service)),
  ];
}

/** The gate's questions about one service, or of all a system's where none is named. Rows K17, K21, G12, G13, S7, E4. */
export function gateRules(watched: Watched, service?: string): readonly GateRule[] {
  return objectivesOf(watched.system, watched.overrides).flatMap((objective) => {
    const { gate: verdict, limit, window, signal } = objective;
    if (verdict === undefined) return [];
    const asked: AnySignal = SIGNALS[signal];
    const language = asked.language ?? "promql";
    return judged(watched, objective)
      .filter((reading) => service === undefined || isOf(reading, service))
      .map((reading): GateRule => {
        const samples = reading.samples?.(window);
        return {
          objective,
          subject: reading.subject,
          language,
          query: reading.value(window),
          ...(samples === undefined ? {} : { samples }),
          limit,
          window,
          verdict,
        };
      });
  });
}

/** What is of a whole namespace is of each of its services. */
function isOf({ subject }: Reading, service: string): boolean {
  switch (subject.kind) {
    case "host":
      return subject.service === service;
    case "workload":
      return subject.service.name === service;
    case "backup":
      return false;
    case "namespace":
      return true;
  }
}

/** When a release is looked at after it, and for how long nothing grave may have happened. */
export interface Watch {
  readonly rows: readonly string[];
  /** Hours after the release at which its readings are asked. */
  readonly hours: readonly number[];
  /** How long no critical alert may have fired for the release to have succeeded. */
  readonly quiet: Window;
}

const WATCHES: Readonly<Record<string, Watch>> = {
  guelaguetza: { rows: ["G12"], hours: [1, 4, 12, 24], quiet: "24h" },
  s5: { rows: ["S9"], hours: [24, 48], quiet: "48h" },
};

/** How a system's release is watched; not at all where its document does not say. */
export const watchOf = (system: string): Watch | undefined => WATCHES[system];

/** Critical alerts of a system that fired within the time; nothing where none did, which is success (row S9). */
export const majorIncidents = (
  { namespace, system }: Pick<Watched, "namespace" | "system">,
  { quiet }: Pick<Watch, "quiet">,
): Expression =>
  count(
    overTime(
      "max",
      select(PROMETHEUS.alerts, { namespace, system, severity: "critical", alertstate: "firing" }),
      quiet,
    ),
  ).by("alertname", "service");
