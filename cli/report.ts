/** Errors whose message says all that a user can do about them; any other is a defect, and keeps its stack. */
const MISTAKES: readonly string[] = [
  "UserError",
  "ToolNotFound",
  "SettingsError",
  "ChartError",
  "ComponentEnded",
  "MotoError",
];

export const isUserMistake = (error: Error): boolean => MISTAKES.includes(error.name);
