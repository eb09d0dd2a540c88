/**
 * How a system's alerts reach the channels of its `contacts`: each channel's secret, which severity goes where, and when
 * (rows K28, K29, L17, S2, S10). A system adds `alerting` to its mapping; `observability/routing` makes routes of it.
 */
import * as z from "zod";
import { parseEmail } from "./contacts";
import { secretValue } from "./environment";
import { filled, list, mapping, text } from "./fields";
import { parseHost } from "./host";
import type { Parsed } from "./parsed";
import type { Given, Problem } from "./rules";

/** Channels that alerts may go to, by their keys in `contacts.channels`; `alerting` holds the secret of each under the same key. */
export const ALERT_CHANNELS = ["slack", "pagerDuty", "opsgenie", "email"] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

/** Severities that go to somebody. */
export const ROUTED_SEVERITIES = ["critical", "warning", "info"] as const;
export type RoutedSeverity = (typeof ROUTED_SEVERITIES)[number];

/** As Alertmanager spells them, from the day that most calendars begin with. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A time of the day. */
export interface TimeOfDay {
  /** `HH:MM`; 24:00 is the end of the day. */
  readonly text: string;
  /** Minutes since midnight, 0 to 1440. */
  readonly minutes: number;
}

declare const smarthost: unique symbol;
/** Host and port of an SMTP server, e.g. `smtp.example.com:587`. */
export type Smarthost = string & { readonly [smarthost]: true };

declare const timezone: unique symbol;
/** A timezone by its IANA name, e.g. `America/Mexico_City`. */
export type Timezone = string & { readonly [timezone]: true };

const TIME_PATTERN = "^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$";
const TIME = new RegExp(TIME_PATTERN);

/** A time of the day such as `09:00`. */
export function parseTimeOfDay(given: string): Parsed<TimeOfDay> {
  if (!TIME.test(given)) {
    const padded = given.padStart(5, "0");
    const mend = TIME.test(padded) ? `; write "${padded}"` : "";
    return { problem: `expected a time from 00:00 to 24:00, such as "09:00", in quotes${mend}` };
  }
  const [hours = 0, minutes = 0] = given.split(":").map(Number);
  return { value: { text: given, minutes: hours * 60 + minutes } };
}

function isSmarthost(given: string): given is Smarthost {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(given) ?? [];
  return "value" in parseHost(host) && Number(port) > 0 && Number(port) < 65_536;
}

/** An SMTP server such as `smtp.example.com:587`. */
export function parseSmarthost(given: string): Parsed<Smarthost> {
  if (isSmarthost(given)) return { value: given };
  const mend = "value" in parseHost(given) ? `; add its port: ${given}:587` : "";
  return { problem: `expected host and port of an SMTP server, such as smtp.example.com:587${mend}` };
}

function isTimezone(given: string): given is Timezone {
  try {
    return given.includes("/") || given === "UTC"
      ? new Intl.DateTimeFormat("en", { timeZone: given }).format(0) !== ""
      : false;
  } catch {
    return false;
  }
}

/** A timezone such as `America/Mexico_City`, or `UTC`. */
export function parseTimezone(given: string): Parsed<Timezone> {
  if (isTimezone(given)) return { value: given };
  return { problem: "expected an IANA timezone such as America/Mexico_City, or UTC" };
}

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: () => `expected one of ${names.join(", ")}` });

const days = list(oneOf(WEEKDAYS), "Days of the week on which it begins.").min(1, {
  error: () => "expected at least one day",
});

const time = (description: string, parse = parseTimeOfDay) =>
  text(parse, { title: "time of the day", description, pattern: TIME_PATTERN, examples: ["09:00"] });

const parseStart = (given: string): Parsed<TimeOfDay> =>
  given === "24:00" ? { problem: 'expected "00:00", of the next day' } : parseTimeOfDay(given);

interface Span {
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
}

/** A span that ends when it begins would be none, or a whole day. */
function refuseEmpty({ from, to }: Span, context: Pick<z.core.$RefinementCtx, "addIssue">): void {
  if (from.minutes !== to.minutes) return;
  const message = `expected a time other than ${from.text}, when it begins; a whole day is 00:00 to 24:00`;
  context.addIssue({ code: "custom", path: ["to"], message });
}

const span = {
  from: time("When it begins.", parseStart),
  to: time("When it ends; earlier than it begins: on the next day."),
};

const hours = mapping(
  {
    days: days.default(["monday", "tuesday", "wednesday", "thursday", "friday"]),
    ...span,
    timezone: text(parseTimezone, {
      title: "timezone",
      description:
        "IANA name. Where clocks change, the hours are those of both seasons together: AlertmanagerConfig knows UTC alone.",
      examples: ["America/Mexico_City"],
    }),
  },
  "When warnings and notices are sent; outside they wait. Not set: at any time. Critical alerts are sent at any time.",
).superRefine(refuseEmpty);

/** A span of hours on some days of the week. */
export const releaseWindow = mapping({ days, ...span }, "A release window, in UTC.").superRefine(refuseEmpty);

const SLACK_WEBHOOK =
  "Incoming webhook of the Slack workspace, as a secret. https://api.slack.com/messaging/webhooks";

const channels = {
  slack: mapping(
    { webhook: secretValue.describe(SLACK_WEBHOOK) },
    "The way into contacts.channels.slack. Not set: no alert goes to Slack.",
  ).optional(),
  pagerDuty: mapping(
    {
      routingKey: secretValue.describe("Integration key of the service, of Events API v2, as a secret."),
    },
    "The way into contacts.channels.pagerDuty. Not set: no alert goes to PagerDuty.",
  ).optional(),
  opsgenie: mapping(
    {
      apiKey: secretValue.describe("Key of an API integration of the team, as a secret."),
      region: oneOf(["us", "eu"]).default("us").describe("Region of the Opsgenie account."),
    },
    "The way into contacts.channels.opsgenie. Not set: no alert goes to Opsgenie.",
  ).optional(),
  email: mapping(
    {
      smarthost: text(parseSmarthost, {
        title: "host:port",
        description: "SMTP server, spoken to by TLS.",
        examples: ["smtp.example.com:587"],
      }),
      from: text(parseEmail, {
        title: "e-mail address",
        description: "Sender.",
        examples: ["alertmanager@example.com"],
      }),
      user: filled("User of the SMTP server."),
      password: secretValue.describe("Password of the SMTP server's user, as a secret."),
    },
    "The way to contacts.channels.email, and to the people of an escalation who have an address. Not set: no alert is mailed.",
  ).optional(),
};

const route = (description: string) => list(oneOf(ALERT_CHANNELS), description).optional();

const routes = mapping(
  {
    critical: route("Where critical alerts go. Not set: to each channel that is set."),
    warning: route("Where warnings go. Not set: to Slack; without it to e-mail; else to each that is set."),
    info: route("Where notices go. Not set: as warnings."),
  },
  "Which channels each severity goes to.",
).prefault({});

/** The field of a system's mapping; at least one channel of `contacts` with its secret. */
export const alerting = mapping(
  {
    ...channels,
    routes,
    hours: hours.optional(),
    releaseWindows: list(
      releaseWindow,
      "When releases are expected: warnings and notices wait until they end.",
    ).default([]),
  },
  "How alerts reach the channels of contacts. Not set: nobody is told of them.",
);

/** How a system's alerts reach its channels, parsed. */
export type AlertingSettings = z.output<typeof alerting>;

const entries = z.record(z.string(), z.unknown()).catch({});

const view = z.object({
  alerting: entries.optional(),
  contacts: z.object({ channels: entries }).catch({ channels: {} }),
});

type View = z.output<typeof view>;

const has = (held: Readonly<Record<string, unknown>>, key: string) => held[key] !== undefined;

/** A channel that is named without its secret is never told of anything; a secret without its channel says not where to. */
function channelProblems({ alerting: given = {}, contacts: { channels: named } }: View): readonly Problem[] {
  return ALERT_CHANNELS.flatMap((channel) => {
    if (has(given, channel) === has(named, channel)) return [];
    return has(named, channel)
      ? [
          {
            path: ["alerting"],
            message: `expected ${channel} beside contacts.channels.${channel}, with its secret; add it, or remove the channel`,
          },
        ]
      : [
          {
            path: ["alerting", channel],
            message: `expected contacts.channels.${channel} beside it, which says where to; add it, or remove this`,
          },
        ];
  });
}

const routeList = z.array(z.string()).optional().catch(undefined);
const routesView = z
  .object({ critical: routeList, warning: routeList, info: routeList })
  .catch({ critical: undefined, warning: undefined, info: undefined });

function routeProblems({ alerting: given = {} }: View): readonly Problem[] {
  const set = ALERT_CHANNELS.filter((channel) => has(given, channel));
  const choice = set.length === 0 ? "" : `: ${set.join(", ")}`;
  const seen = routesView.parse(given["routes"]);
  return ROUTED_SEVERITIES.flatMap((severity) => {
    const wanted = seen[severity];
    if (wanted === undefined) return [];
    const path = ["alerting", "routes", severity];
    if (wanted.length === 0) {
      return [{ path, message: `expected at least one channel${choice}; or leave it out for the default` }];
    }
    return wanted.flatMap((channel, index) => {
      const known = ALERT_CHANNELS.some((each) => each === channel);
      if (!known || has(given, channel)) return [];
      return [{ path: [...path, index], message: `expected a channel that alerting has${choice}` }];
    });
  });
}

/** Every mistake between a system's `alerting` and its `contacts`. */
export function alertingProblems({ service }: Given): readonly Problem[] {
  const seen = view.safeParse(service).data;
  if (seen?.alerting === undefined) return [];
  if (
    !ALERT_CHANNELS.some(
      (channel) => has(seen.alerting ?? {}, channel) || has(seen.contacts.channels, channel),
    )
  ) {
    const message = `expected at least one of ${ALERT_CHANNELS.join(", ")}, with its channel in contacts: else nobody is told`;
    return [{ path: ["alerting"], message }];
  }
  return [...channelProblems(seen), ...routeProblems(seen)];
}
