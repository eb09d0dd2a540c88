/** A system's AlertmanagerConfig: a route and a receiver for each severity and each level of its escalation. Pure. */
import type { AlertingSettings, RoutedSeverity } from "../../settings";
import type { Watched } from "../watched";
import type {
  AlertmanagerConfig,
  AlertmanagerConfigSpec,
  InhibitRule,
  Matcher,
  Receiver,
  Route,
} from "./alertmanager-config";
import { ROUTED } from "./channels";
import { UNATTENDED } from "./escalation";
import { RELEASE_WINDOWS, timeIntervals, WORKING_HOURS } from "./intervals";
import { NOBODY, receiver, receiverOf, receiverOfLevel } from "./receivers";
import { matches } from "./route-of";
import { placesIn, type SecretPlaces } from "./secrets";

/** How long a group waits for its first alerts, and for further ones. */
const GROUP = { groupWait: "30s", groupInterval: "5m" } as const;

/** After which an alert that goes on is told of again. */
const REPEAT = { critical: "4h", warning: "12h", info: "24h" } as const;

const is = (name: string, value: string): Matcher => ({ name, value, matchType: "=" });

/** Labels by which alerts come in one message. */
export const GROUP_BY = ["namespace", "service", "alertname"] as const;

const levelRoute = (level: number): Route => ({
  receiver: receiverOfLevel(level),
  matchers: [is("escalation", String(level))],
  // Two alerts that nobody attends are two calls.
  groupBy: [...GROUP_BY, "unattended"],
  repeatInterval: REPEAT.critical,
});

/** Critical alerts are sent at any time; the others wait for working hours, and until a release window ends. */
const severityRoute = (severity: RoutedSeverity, { hours, releaseWindows }: AlertingSettings): Route => ({
  receiver: receiverOf(severity),
  matchers: [is("severity", severity)],
  repeatInterval: REPEAT[severity],
  ...(severity !== "critical" && hours !== undefined && { activeTimeIntervals: [WORKING_HOURS] }),
  ...(severity !== "critical" && releaseWindows.length > 0 && { muteTimeIntervals: [RELEASE_WINDOWS] }),
});

const levelsOf = ({ contacts }: Watched) =>
  contacts.escalation.map(({ to, after }, index) => ({
    level: index + 1,
    called: { to, after: after.text },
  }));

function receivers<Name>(
  watched: Watched,
  alerting: AlertingSettings,
  places: SecretPlaces<Name>,
): readonly Receiver<Name>[] {
  const own = { watched, alerting };
  return [
    { name: NOBODY },
    ...levelsOf(watched).map(({ level, called }) =>
      receiver(receiverOfLevel(level), { ...own, severity: "critical", called }, places),
    ),
    ...ROUTED.map((severity) => receiver(receiverOf(severity), { ...own, severity }, places)),
  ];
}

/** What silences an alert silences the calls for it too: they are critical, and name it by their label `unattended`. */
function ofEscalation({ sourceMatch, targetMatch, equal }: InhibitRule): readonly InhibitRule[] {
  if (!targetMatch.filter(({ name }) => name === "severity").every((each) => matches(each, CRITICAL)))
    return [];
  const target = targetMatch.map((each) =>
    each.name === "alertname" ? { ...each, name: "unattended" } : each,
  );
  return [{ sourceMatch, targetMatch: [...target, is("alertname", UNATTENDED)], equal }];
}

const CRITICAL = { severity: "critical" };

/**
 * The `spec` of a system's AlertmanagerConfig. Its route takes the system's alerts alone, whatever else is in the
 * namespace; what has no severity that is routed, as Watchdog, is told to nobody here.
 *
 * `places` say which Secret of the namespace holds each receiver's secret; `inhibition` which alerts silence which
 * (`inhibitRules` of the system's rules), and with them the calls for those that they silence.
 * @see K28, K29, L17, S2, S10 of the requirements
 */
export const alertmanagerConfig = <Name>(
  watched: Watched,
  alerting: AlertingSettings,
  places: SecretPlaces<Name>,
  inhibition: readonly InhibitRule[] = [],
): AlertmanagerConfigSpec<Name> => ({
  route: {
    receiver: NOBODY,
    matchers: [is("system", watched.system)],
    groupBy: [...GROUP_BY],
    ...GROUP,
    routes: [
      ...levelsOf(watched).map(({ level }) => levelRoute(level)),
      ...ROUTED.map((severity) => severityRoute(severity, alerting)),
    ],
  },
  receivers: receivers(watched, alerting, places),
  inhibitRules: [
    ...inhibition,
    ...(watched.contacts.escalation.length === 0 ? [] : inhibition.flatMap(ofEscalation)),
  ],
  muteTimeIntervals: timeIntervals(alerting),
});

/** Name of a system's AlertmanagerConfig. */
export const configName = ({ system }: Watched): string => `${system}-alerts`;

/** The whole of it, its secrets all in one Secret, for what only asks where alerts go. */
export const alertmanagerConfigOf = (watched: Watched, alerting: AlertingSettings): AlertmanagerConfig => ({
  name: configName(watched),
  namespace: watched.namespace,
  spec: alertmanagerConfig(watched, alerting, placesIn(configName(watched))),
});
