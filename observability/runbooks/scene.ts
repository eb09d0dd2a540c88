/** What a section of a runbook is written from: a system, and what its alerts of one name are of. Pure. */
import type { Matcher } from "../promql/expression";
import type { Subject } from "../signals/signal";
import type { Text, Watched, WatchedBackup, WatchedService, WatchedTraffic } from "../watched";

export interface Scene {
  readonly watched: Watched;
  /** In the order of the rules; at least one. */
  readonly subjects: readonly Subject[];
}

/** One text in both languages. */
export const both = (es: string, en: string): Text => ({ es, en });

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/**
 * The workloads that are meant: the subject's own and, of a host in a canary, the new version's too; all of the system's
 * where the subject is none.
 */
export function workloadsOf({ watched, subjects }: Scene): readonly WatchedService[] {
  const named = unique(subjects.flatMap((subject) => namesOf(subject, watched)));
  const found = watched.services.filter(({ name }) => named.includes(name));
  return found.length === 0 ? watched.services : found;
}

function namesOf(subject: Subject, { services }: Watched): readonly string[] {
  if (subject.kind === "workload") return [subject.service.name];
  if (subject.kind !== "host") return [];
  const { canary } = subject.traffic;
  // A share has a Service of its own, named after the workload behind it (components/traffic/canary.ts).
  const share = services.filter(({ name }) => canary?.service === `${name}-canary`);
  return [subject.service, ...share.map(({ name }) => name)];
}

/** Requests of the hosts that are meant; of every host of the system where the subject is none. */
export function trafficOf({ watched, subjects }: Scene): readonly WatchedTraffic[] {
  const named = subjects.flatMap((subject) => (subject.kind === "host" ? [subject.traffic] : []));
  if (named.length > 0) return named;
  const own = workloadsOf({ watched, subjects }).flatMap(({ traffic }) => traffic ?? []);
  return own.length > 0 ? own : watched.services.flatMap(({ traffic }) => traffic ?? []);
}

/** Backups that are meant. */
export const backupsOf = ({ watched, subjects }: Scene): readonly WatchedBackup[] => {
  const named = subjects.flatMap((subject) => (subject.kind === "backup" ? [subject.backup] : []));
  return named.length > 0 ? named : watched.backups;
};

/** A matcher of any of the names. */
export const oneOf = (names: readonly string[]): Matcher => {
  const [first, ...others] = unique(names);
  return first !== undefined && others.length === 0 ? first : { like: unique(names).join("|") };
};

/** A selector of kubectl for the pods of the workloads. */
export function podSelector(scene: Scene): string {
  const names = workloadsOf(scene).map(({ name }) => name);
  return names.length === 1 ? `-l app=${names.join("")}` : `-l 'app in (${names.join(", ")})'`;
}

/** Names of the workloads, as kubectl takes several. */
export const deployments = (scene: Scene): string =>
  workloadsOf(scene)
    .map(({ name }) => name)
    .join(" ");
