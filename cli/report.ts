/** Errors whose message says all that a user can do about them; any other is a defect, and keeps its stack. */
const MISTAKES: readonly string[] = [
  "UserError",
  "ToolNotFound",
  "SettingsError",
  "ChartError",
  "ClusterError",
  "ComponentEnded",
  "MotoError",
];

/** What the system refuses: a folder that may not be written to, a full disk. */
const REFUSALS: readonly unknown[] = ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"];

/** The mark of `pulumi.RunError`, whose message is for the user; the SDK is not loaded to ask for it. */
const RUN_ERROR = "__pulumiRunError";

/** An error as the user is to see it. */
export function report(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isMistake(error) ? error.message : (error.stack ?? error.message);
}

function isMistake(error: Error): boolean {
  const refused = "code" in error && REFUSALS.includes(error.code);
  return refused || MISTAKES.includes(error.name) || RUN_ERROR in error;
}
