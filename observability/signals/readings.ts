/** What a signal can be asked of in a system: one reading for each host, workload, backup or namespace. Pure. */
import { APPLICATION_SIGNALS } from "./applications";
import { DATABASE_SIGNALS } from "./database";
import { SIGNALS, type SignalName } from ".";
import type { Expression, Window } from "../promql/expression";
import type { Unit } from "../metrics/metric";
import type { Watched, WatchedService } from "../watched";
import type { AnySignal, InputSeries, Run, Signal, Subject, SubjectOf } from "./signal";

/** A signal of one subject. */
export interface Reading {
  readonly signal: SignalName;
  readonly unit: Unit;
  readonly subject: Subject;
  readonly value: (window: Window) => Expression;
  /** Absent: one sample is as good as many. */
  readonly samples?: (window: Window) => Expression;
  readonly series: (value: number, run: Run) => readonly InputSeries[];
  /** Series of each further arm of the expression. */
  readonly variants: readonly ((value: number, run: Run) => readonly InputSeries[])[];
}

/** What narrows a reading down. */
export interface Narrowing {
  /** Services, or CronJobs of backups, by name. @default - each that the signal can be asked of */
  readonly services?: readonly string[];
  /** Of a host with a canary. @default - both sides */
  readonly side?: "stable" | "canary";
  /** Of `slowRatio`, in seconds. */
  readonly slowerThan?: number;
}

/** The value of an alert's label `service`: the service, the CronJob of a backup, or the system where it is of no one service. */
export function serviceOf(subject: Subject, system: string): string {
  switch (subject.kind) {
    case "host":
      return subject.service;
    case "workload":
      return subject.service.name;
    case "backup":
      return subject.backup.cronJob;
    case "namespace":
      return system;
  }
}

const reading = <K extends Subject["kind"]>(
  name: SignalName,
  signal: Signal<K>,
  subject: Subject & SubjectOf<K>,
): readonly Reading[] => {
  const { samples } = signal;
  if (signal.untold?.(subject) !== undefined) return [];
  const one: Reading = {
    signal: name,
    unit: signal.unit,
    subject,
    value: (window) => signal.value(subject, window),
    ...(samples === undefined ? {} : { samples: (window: Window) => samples(subject, window) }),
    series: (value, run) => signal.series(subject, value, run),
    variants: (signal.variants ?? []).map(
      (series) => (value: number, run: Run) => series(subject, value, run),
    ),
  };
  return [one];
};

/** Those that a service must count itself, at a metrics path. */
const OWN: readonly string[] = [...Object.keys(APPLICATION_SIGNALS), "messageLatencyP95"];

/** Whether a service can be asked at all: what has no canary has no excess, and what exports nothing counts nothing. */
function answers(name: SignalName, service: WatchedService): boolean {
  if (name === "canaryErrorExcess") return service.traffic?.canary !== undefined;
  if (name === "autoscalerAtMaximum") return service.autoscaled;
  return !OWN.includes(name) || service.metricsPath !== undefined;
}

const isOfDatabase = (name: SignalName): boolean => name in DATABASE_SIGNALS;

function ofServices(
  name: SignalName,
  signal: AnySignal & { readonly on: "host" | "workload" },
  { namespace, services }: Watched,
  { services: wanted, side, slowerThan }: Narrowing,
): readonly Reading[] {
  const asked = services.filter(
    (service) => (wanted?.includes(service.name) ?? true) && answers(name, service),
  );
  if (signal.on === "workload") {
    return asked.flatMap((service) => reading(name, signal, { kind: "workload", namespace, service }));
  }
  return asked.flatMap(({ name: service, traffic }) =>
    traffic === undefined || (side !== undefined && traffic.canary === undefined)
      ? []
      : reading(name, signal, {
          kind: "host",
          namespace,
          service,
          traffic,
          ...(side === undefined ? {} : { side }),
          ...(slowerThan === undefined ? {} : { slowerThan }),
        }),
  );
}

/** Each reading that a system can give of a signal; none where it has nothing of the kind, or where its metrics cannot tell. */
export function readingsOf(
  name: SignalName,
  watched: Watched,
  narrowing: Narrowing = {},
): readonly Reading[] {
  const signal: AnySignal = SIGNALS[name];
  const { namespace, backups, database } = watched;
  switch (signal.on) {
    case "host":
    case "workload":
      return ofServices(name, signal, watched, narrowing);
    case "backup":
      return backups
        .filter(({ cronJob }) => narrowing.services?.includes(cronJob) ?? true)
        .flatMap((backup) => reading(name, signal, { kind: "backup", namespace, backup }));
    case "namespace":
      return isOfDatabase(name) && !database ? [] : reading(name, signal, { kind: "namespace", namespace });
  }
}
