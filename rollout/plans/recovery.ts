/** A database that is recovered: users out, writers stopped, schema and data back, verified, users in again (rows G14, L19, S7). Pure. */
import { backward } from "../graph";
import type { ApprovalStep, Bound, ChangeStep, CodeBack, Plan, Run, Scale, Step } from "../plan";
import { EXPECTED } from "./walk";

/** Addresses that keep users out and let them in again, by POST. */
export interface Maintenance {
  readonly enable: string;
  readonly disable: string;
}

/** What a recovery of one system's database is made of; in the order of the documents. */
export interface Recovery {
  readonly bound: Bound;
  /** @default - users are not told: the writers' pods are gone meanwhile */
  readonly maintenance?: Maintenance | undefined;
  /** Deployments that write, with the pods that they have: none of them while the data are put back. @default - they stay */
  readonly stop?: Scale | undefined;
  /** Takes code and traffic back. @default - they stay */
  readonly code?: CodeBack | undefined;
  /** Reverses the migrations of the version that is given up. @default - the schema stays */
  readonly schema?: Run | undefined;
  /** Puts the data back: a Job, or a person on the database's own host. @default - the data stay */
  readonly data?: Run | ByHand | undefined;
  /** Applies what the data that came back lack. @default - nothing */
  readonly migrate?: Run | undefined;
  /** Asks the verification queries. @default - nothing is asked */
  readonly verify?: Run | undefined;
}

/** What no Job can do: somebody of the roles does it, and says so by `golive recover approve`. */
export interface ByHand {
  /** For people: what is to be done, and where. */
  readonly title: string;
  readonly roles: readonly string[];
}

/** Every change of it waits for a person where it fails, and can be asked for again: each does its work whole or not at all. */
export function recoveryPlan(recovery: Recovery): Plan {
  const { bound, maintenance, stop, code, schema, data, migrate, verify } = recovery;
  const steps: readonly Step[] = [
    ...(maintenance === undefined ? [] : [keptOut(maintenance)]),
    ...run("code", "code and traffic of the version before", code),
    // After the code: its `up` would give the pods back.
    ...(stop === undefined ? [] : [stopped(stop, maintenance === undefined)]),
    ...run("schema", "migrations reversed", schema),
    ...(data === undefined || "run" in data
      ? run("data", "data restored from the backup", data)
      : [byHand(data)]),
    ...run("migrate", "migrations that the data lack", migrate),
    ...run("verify", "verification queries", verify),
    ...(stop === undefined ? [] : [started(stop, maintenance === undefined)]),
    ...(maintenance === undefined ? [] : [letIn(maintenance)]),
  ];
  return {
    bound,
    from: bound.version,
    steps,
    back: backward(steps),
    goBack: "all",
    patience: { insufficientSeconds: 0, brokenSeconds: 0 },
    onFailure: "hold",
  };
}

const run = (id: string, title: string, change: Run | CodeBack | undefined): readonly ChangeStep[] =>
  change === undefined ? [] : [{ kind: "change", id, title, change, expectedSeconds: EXPECTED.migration }];

const keptOut = ({ enable, disable }: Maintenance): ChangeStep => ({
  kind: "change",
  id: "maintenance on",
  title: "maintenance: users are kept out",
  change: { post: enable },
  undo: { post: disable },
  downtime: "begins",
  expectedSeconds: EXPECTED.request,
});

const letIn = ({ disable }: Maintenance): ChangeStep => ({
  kind: "change",
  id: "maintenance off",
  title: "maintenance ends",
  change: { post: disable },
  downtime: "ends",
  expectedSeconds: EXPECTED.request,
});

const namesOf = ({ scale }: Scale): string => Object.keys(scale).join(", ");

/** `isDowntime`: nothing else keeps users out for longer. */
const stopped = (stop: Scale, isDowntime: boolean): ChangeStep => ({
  kind: "change",
  id: "stop",
  title: `no pods of ${namesOf(stop)}`,
  change: { ...stop, scale: Object.fromEntries(Object.keys(stop.scale).map((name) => [name, 0])) },
  undo: stop,
  ...(isDowntime ? { downtime: "begins" } : {}),
  expectedSeconds: EXPECTED.request,
});

const started = (stop: Scale, isDowntime: boolean): ChangeStep => ({
  kind: "change",
  id: "start",
  title: `pods of ${namesOf(stop)} again`,
  change: stop,
  ...(isDowntime ? { downtime: "ends" } : {}),
  expectedSeconds: EXPECTED.pods,
});

const byHand = ({ title, roles }: ByHand): ApprovalStep => ({
  kind: "approval",
  id: "data",
  title,
  roles,
  quorum: 1,
});
