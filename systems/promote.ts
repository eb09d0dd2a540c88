/** Variable in which whoever lets through what the gate's readings would stop says so, and why. */
export const PROMOTE = "GOLIVE_PROMOTE";
