/** Thresholds of load tests, out of the objectives. Pure. */
import type { Thresholds } from "../../k6/plan";
import { plain } from "../rules/texts";
import { objectivesOf } from ".";
import type { Limit, Objective } from "./objective";
import type { Overrides } from "./overrides";

type Threshold = keyof Thresholds;

/** From the objective's unit, a ratio or seconds, to the plan's, percent or milliseconds. */
const FACTORS: Partial<Readonly<Record<Threshold, number>>> = {
  failedPercent: 100,
  p95Ms: 1000,
  averageMs: 1000,
  websocketP95Ms: 1000,
};

const valueOf = (limit: Limit): number =>
  "above" in limit ? limit.above : "below" in limit ? limit.below : limit.atLeast;

/** An objective's limit in a plan's own unit; none where no load test asks it. */
export const loadThreshold = ({ load, limit }: Objective): Thresholds =>
  load === undefined ? {} : { [load.threshold]: plain(valueOf(limit) * (FACTORS[load.threshold] ?? 1)) };

/** The thresholds of a system's load test, as its document or the stack has them. Rows K17, K18, K24, E6. */
export const loadThresholds = (system: string, overrides: Overrides = {}): Thresholds =>
  objectivesOf(system, overrides).reduce<Thresholds>(
    (all, objective) => ({ ...all, ...loadThreshold(objective) }),
    {},
  );
