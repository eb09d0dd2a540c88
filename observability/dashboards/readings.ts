/** What dashboards show of a system: each signal of each thing that it is asked of, with its limits. Pure. */
import { objectivesOf } from "../objectives";
import type { Objective } from "../objectives/objective";
import { SIGNAL_NAMES, type SignalName } from "../signals";
import { type Reading, readingsOf, serviceOf } from "../signals/readings";
import type { Subject } from "../signals/signal";
import type { Watched } from "../watched";
import type { PanelThreshold } from "./dashboard";
import { type Condition, PANELS } from "./panels";

/** One signal of one thing. */
export interface Shown {
  readonly reading: Reading;
  /** Its limits in the system's documents. */
  readonly objectives: readonly Objective[];
}

const boundOf = (subject: Subject): number | undefined =>
  subject.kind === "host" ? subject.slowerThan : undefined;

/** The same for an alert and for the panel that shows what it is about; the sides of a canary share a panel. */
export const readingKey = ({ signal, subject }: Pick<Reading, "signal" | "subject">): string =>
  [signal, subject.kind, serviceOf(subject, subject.namespace), boundOf(subject) ?? ""].join("/");

/** Name of the service that a subject is of; none of a namespace or a backup. */
export const ownService = (subject: Subject): string | undefined =>
  subject.kind === "host" || subject.kind === "workload" ? serviceOf(subject, "") : undefined;

const isOf = (objective: Objective, { signal, subject }: Reading): boolean =>
  objective.signal === signal &&
  objective.slowerThan === boundOf(subject) &&
  (objective.services === undefined || objective.services.includes(serviceOf(subject, "")));

const CONDITIONS: Readonly<Record<Condition, (shown: Shown, watched: Watched) => boolean>> = {
  objective: ({ objectives }) => objectives.length > 0,
  worker: ({ reading }, { system, overrides }) =>
    objectivesOf(system, overrides).some((objective) =>
      isOf(objective, { ...reading, signal: "workerFailureRatio" }),
    ),
};

/** Bounds above which a request is slow: a host's slow requests are read once for each. */
const boundsOf = (objectives: readonly Objective[], signal: SignalName): readonly (number | undefined)[] => [
  ...new Set(
    objectives.filter((objective) => objective.signal === signal).map(({ slowerThan }) => slowerThan),
  ),
  ...(signal === "slowRatio" ? [] : [undefined]),
];

/** Every reading of a system that a dashboard shows, in the order of the signals and of its services. */
export function shownOf(watched: Watched): readonly Shown[] {
  const all = objectivesOf(watched.system, watched.overrides);
  return SIGNAL_NAMES.flatMap((signal) =>
    [...new Set(boundsOf(all, signal))]
      .flatMap((slowerThan) => readingsOf(signal, watched, slowerThan === undefined ? {} : { slowerThan }))
      .map((reading) => ({ reading, objectives: all.filter((objective) => isOf(objective, reading)) }))
      .filter((shown) => {
        const { when } = PANELS[signal];
        return when === undefined || CONDITIONS[when](shown, watched);
      }),
  );
}

/** An objective's limit as a line. */
export function thresholdOf({ id, limit, alert }: Objective): PanelThreshold {
  const value = "below" in limit ? limit.below : "above" in limit ? limit.above : limit.atLeast;
  return {
    objective: id,
    value,
    wrong: "below" in limit ? "below" : "above",
    ...(alert === undefined ? {} : { severity: alert.severity }),
  };
}
