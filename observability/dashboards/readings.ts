/** What is read of a system: each signal of each thing that it is asked of. Pure. */
import { objectivesOf } from "../objectives";
import type { Objective } from "../objectives/objective";
import type { Expression, Window } from "../promql/expression";
import { SIGNAL_NAMES, type SignalName, SIGNALS } from "../signals";
import type { AnySignal, Subject } from "../signals/signal";
import type { Watched } from "../watched";
import type { PanelThreshold } from "./dashboard";
import { PANELS, type Condition } from "./panels";

/** One signal of one thing. */
export interface Reading {
  readonly signal: SignalName;
  readonly subject: Subject;
  /** Its limits in the system's documents. */
  readonly objectives: readonly Objective[];
}

const aboutOf = (subject: Subject): string => {
  switch (subject.kind) {
    case "host":
      return `${subject.service}/${subject.slowerThan ?? ""}`;
    case "workload":
      return subject.service.name;
    case "backup":
      return subject.backup.cronJob;
    case "namespace":
      return subject.namespace;
  }
};

/** The same for an alert and for the panel that shows what it is about; the sides of a canary share a panel. */
export const readingKey = (signal: SignalName, subject: Subject): string =>
  [signal, subject.kind, aboutOf(subject)].join("/");

/** Name of the service that a subject is of; none of a namespace or a backup. */
export function serviceOf(subject: Subject): string | undefined {
  if (subject.kind === "host") return subject.service;
  return subject.kind === "workload" ? subject.service.name : undefined;
}

const CANDIDATES: Readonly<Record<Subject["kind"], (watched: Watched) => readonly Subject[]>> = {
  host: ({ namespace, services }) =>
    services.flatMap(({ name, traffic }) =>
      traffic === undefined ? [] : [{ kind: "host", namespace, service: name, traffic }],
    ),
  workload: ({ namespace, services }) =>
    services.map((service) => ({ kind: "workload", namespace, service })),
  backup: ({ namespace, backups }) => backups.map((backup) => ({ kind: "backup", namespace, backup })),
  namespace: ({ namespace }) => [{ kind: "namespace", namespace }],
};

const CONDITIONS: Readonly<
  Record<Condition, (watched: Watched, subject: Subject, objectives: readonly Objective[]) => boolean>
> = {
  canary: (_, subject) => subject.kind === "host" && subject.traffic.canary !== undefined,
  autoscaled: (_, subject) => subject.kind === "workload" && subject.service.autoscaled,
  database: ({ database }) => database,
  jobs: ({ jobs, backups }) => jobs.length + backups.length > 0,
  objective: (_, __, objectives) => objectives.length > 0,
};

function objectivesFor(
  all: readonly Objective[],
  signal: SignalName,
  subject: Subject,
): readonly Objective[] {
  const service = serviceOf(subject);
  return all.filter(
    (objective) =>
      objective.signal === signal &&
      (objective.services === undefined || service === undefined || objective.services.includes(service)),
  );
}

/** A host's slow requests are read once for each bound that an objective has. */
function byBound({ signal, subject, objectives }: Reading): readonly Reading[] {
  if (signal !== "slowRatio" || subject.kind !== "host") return [{ signal, subject, objectives }];
  const bounds = new Set(objectives.map(({ slowerThan }) => slowerThan));
  return [...bounds].map((bound) => ({
    signal,
    subject: bound === undefined ? subject : { ...subject, slowerThan: bound },
    objectives: objectives.filter(({ slowerThan }) => slowerThan === bound),
  }));
}

/** Every reading of a system, in the order of the signals and of its services. */
export function readingsOf(watched: Watched): readonly Reading[] {
  const all = objectivesOf(watched.system);
  return SIGNAL_NAMES.flatMap((signal) =>
    CANDIDATES[SIGNALS[signal].on](watched)
      .map((subject) => ({ signal, subject, objectives: objectivesFor(all, signal, subject) }))
      .filter(({ subject, objectives }) =>
        (PANELS[signal].when ?? []).every((condition) => CONDITIONS[condition](watched, subject, objectives)),
      )
      .flatMap(byBound),
  );
}

/** Query of a signal's value; none where the signal is not asked of such a thing. */
export function expressionOf(signal: AnySignal, subject: Subject, window: Window): Expression | undefined {
  switch (signal.on) {
    case "host":
      return subject.kind === "host" ? signal.value(subject, window) : undefined;
    case "workload":
      return subject.kind === "workload" ? signal.value(subject, window) : undefined;
    case "backup":
      return subject.kind === "backup" ? signal.value(subject, window) : undefined;
    case "namespace":
      return subject.kind === "namespace" ? signal.value(subject, window) : undefined;
  }
}

/** An objective's limit as a line. */
export function thresholdOf({ id, limit, alert }: Objective): PanelThreshold {
  const line = "below" in limit ? limit.below : "above" in limit ? limit.above : limit.atLeast;
  return {
    objective: id,
    value: line,
    wrong: "below" in limit ? "below" : "above",
    ...(alert === undefined ? {} : { severity: alert.severity }),
  };
}
