/** Variable in which whoever lets through what the gate's readings would stop says so, and why. */
export const PROMOTE = "GOLIVE_PROMOTE";

/** Variable in which `golive rollback`, and whatever else of a rollout goes back, says so: the gate asks it nothing. */
export const GOING_BACK = "GOLIVE_GOING_BACK";
