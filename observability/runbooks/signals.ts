/** The runbook of each signal: one that has none does not compile. Pure. */
import type { SignalName } from "../signals";
import { APPLICATIONS } from "./applications";
import { DATABASE } from "./database";
import { LOGGED } from "./logged";
import { REQUESTS } from "./requests";
import type { SignalRunbook } from "./runbook";
import { UPKEEP } from "./upkeep";
import { WORKLOADS } from "./workloads";

export const RUNBOOKS: Readonly<Record<SignalName, SignalRunbook>> = {
  ...REQUESTS,
  ...WORKLOADS,
  ...APPLICATIONS,
  ...DATABASE,
  ...UPKEEP,
  ...LOGGED,
};
