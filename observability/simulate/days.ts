/**
 * Four days that never were: what each signal reads, minute by minute. They are fixed, so that two versions of the rules
 * can be told apart by whom they call on the same day. The numbers are golive's own: no document has any. Pure.
 */
import type { SignalName } from "../signals";

/** A day without events; one with few requests, some of which fail; one with a release; one with an outage of 75 minutes. */
export const DAYS = ["steady", "night", "deploy", "incident"] as const;
export type Day = (typeof DAYS)[number];

export const MINUTES_OF_DAY = 24 * 60;

/** Of the requests of an ordinary day, those that a night has: fewer than alerts believe. */
export const TRAFFIC: Readonly<Record<Day, number>> = { steady: 1, night: 0.005, deploy: 1, incident: 1 };

/** For so many minutes from noon on the signal reads otherwise. */
export interface Spell {
  readonly minutes: number;
  readonly value: number;
}

/** What a signal reads, in its own unit. */
export interface Course {
  readonly usual: number;
  readonly spells?: Partial<Readonly<Record<Day, Spell>>>;
}

/** When a spell begins. */
export const NOON = MINUTES_OF_DAY / 2;

const OUTAGE = 75;
const ONE_DAY_SECONDS = 86_400;

const spell = (minutes: number, value: number): Spell => ({ minutes, value });
const steady = (usual: number): Course => ({ usual });

/** A course for each signal of Prometheus; none for Loki's, whose rules promtool does not know. */
export const COURSES: Readonly<Record<SignalName, Course | undefined>> = {
  errorRatio: {
    usual: 0.0002,
    spells: { night: spell(10, 0.2), deploy: spell(3, 0.02), incident: spell(OUTAGE, 0.3) },
  },
  slowRatio: {
    usual: 0.01,
    spells: { night: spell(10, 0.3), deploy: spell(3, 0.1), incident: spell(OUTAGE, 0.6) },
  },
  latencyP95: {
    usual: 0.08,
    spells: { night: spell(10, 3), deploy: spell(3, 0.7), incident: spell(OUTAGE, 8) },
  },
  latencyMean: { usual: 0.05, spells: { deploy: spell(3, 0.5), incident: spell(OUTAGE, 12) } },
  requestRate: steady(10),
  // Compares with the week before, which no day has.
  trafficChange: undefined,
  canaryErrorExcess: { usual: 0, spells: { deploy: spell(10, 0.05) } },
  messageLatencyP95: { usual: 0.03, spells: { deploy: spell(1, 0.15), incident: spell(OUTAGE, 0.4) } },
  healthFailing: { usual: 0, spells: { deploy: spell(1, 1), incident: spell(OUTAGE, 1) } },
  certificateExpiry: steady(60 * ONE_DAY_SECONDS),
  cpuSaturation: { usual: 0.35, spells: { deploy: spell(6, 0.9), incident: spell(OUTAGE, 0.97) } },
  memorySaturation: { usual: 0.55, spells: { deploy: spell(6, 0.7), incident: spell(OUTAGE, 0.75) } },
  restarts: { usual: 0, spells: { incident: spell(OUTAGE, 6) } },
  unhealthyPods: { usual: 0, spells: { deploy: spell(4, 1), incident: spell(OUTAGE, 2) } },
  autoscalerAtMaximum: { usual: 0, spells: { deploy: spell(6, 1), incident: spell(OUTAGE, 1) } },
  workerFailureRatio: { usual: 0.002, spells: { incident: spell(OUTAGE, 0.4) } },
  outboxRetries: { usual: 0, spells: { deploy: spell(5, 10), incident: spell(OUTAGE, 40) } },
  queueLatency: { usual: 0.2, spells: { deploy: spell(3, 2), incident: spell(OUTAGE, 60) } },
  concurrencyErrorRatio: { usual: 0.001, spells: { incident: spell(OUTAGE, 0.2) } },
  checkoutFailureRatio: { usual: 0.002, spells: { incident: spell(OUTAGE, 0.4) } },
  checkoutLatencyP95: { usual: 0.4, spells: { deploy: spell(3, 2), incident: spell(OUTAGE, 6) } },
  negativeStock: steady(0),
  concurrencyErrors: { usual: 5, spells: { incident: spell(OUTAGE, 150) } },
  failedOrders: { usual: 2, spells: { incident: spell(OUTAGE, 80) } },
  ordersByState: steady(20),
  uncleanedOrders: steady(0),
  // In intervals of its clock.
  backupAge: steady(0.5),
  failedJobs: steady(0),
  exporterDown: { usual: 0, spells: { deploy: spell(2, 1) } },
  // Comes of the alerts of the day itself.
  unattendedAlert: undefined,
  applicationErrors: undefined,
  databaseTimeouts: undefined,
  authenticationFailures: undefined,
  failedTransactions: undefined,
  loggedConcurrencyErrors: undefined,
  criticalErrors: undefined,
};
