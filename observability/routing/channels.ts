/** Which channels an alert goes to, by its severity. Pure. */
import type { AlertChannel, AlertingSettings, RoutedSeverity } from "../../settings";

/** In the order in which a receiver has them: who wakes somebody up first. */
const CHANNELS = ["pagerDuty", "opsgenie", "slack", "email"] as const satisfies readonly AlertChannel[];

/** What warnings and notices go to, the first that is set: neither wakes anybody up. */
const QUIET = ["slack", "email"] as const satisfies readonly AlertChannel[];

/** A severity that goes to somebody, most urgent first. */
export const ROUTED = ["critical", "warning", "info"] as const satisfies readonly RoutedSeverity[];

/**
 * Channels of a severity, each once. Not set by the stack file: each that has its secret for critical alerts, Slack for
 * the others, or e-mail without it, or each that there is without either.
 */
export function channelsOf(settings: AlertingSettings, severity: RoutedSeverity): readonly AlertChannel[] {
  const given = settings.routes[severity] ?? (severity === "info" ? settings.routes.warning : undefined);
  if (given !== undefined) return CHANNELS.filter((channel) => given.includes(channel));
  const set = CHANNELS.filter((channel) => settings[channel] !== undefined);
  const quiet = QUIET.find((channel) => settings[channel] !== undefined);
  return severity === "critical" || quiet === undefined ? set : [quiet];
}
