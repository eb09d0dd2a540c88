import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackText, SettingsError, type AlertingSettings } from "../../../settings";
import { parseTimeOfDay, parseTimezone, WEEKDAYS } from "../../../settings/alerting";
import { FILE, GOOD } from "./stack";

const CONTACTS = '{ channels: { slack: "#kometa-marketplace", pagerDuty: Marketplace Service } }';
const SLACK = "slack: { webhook: { external: { key: alerting, property: slackWebhook } } }";
const PAGER_DUTY = "pagerDuty: { routingKey: { secretRef: { name: alerting, key: routingKey } } }";
const MAIL =
  "email: { smarthost: smtp.kometa.com:587, from: alerts@kometa.com, user: alerts, password: { generate: {} } }";

/** A sound file whose Kometa has these contacts, and below `alerting:` these lines. */
const fileWith = (contacts: string, lines: readonly string[]) =>
  [
    `${GOOD.replace("golive:kometa:", "golive:secretStore: { name: vault }\n  golive:kometa:")}    contacts: ${contacts}`,
    "    alerting:",
    ...lines.map((line) => `      ${line}`),
    "",
  ].join("\n");

function alertingOf(lines: readonly string[], contacts = CONTACTS): AlertingSettings {
  const { systems } = parseStackText({ stack: "develop", file: FILE, text: fileWith(contacts, lines) });
  return systems.kometa?.alerting ?? assert.fail("no alerting");
}

function refusalOf(lines: readonly string[], contacts = CONTACTS): readonly string[] {
  try {
    alertingOf(lines, contacts);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.lines.map((line) => line.replace(/^.*?golive:kometa\./, ""));
  }
  assert.fail("this was accepted");
}

interface Said {
  readonly ids: string;
  readonly mistake: string;
  readonly lines: readonly string[];
  readonly contacts?: string;
  readonly says: readonly string[];
}

const SAID: readonly Said[] = [
  {
    ids: "K29",
    mistake: "a channel of contacts without its secret",
    lines: [SLACK],
    says: [
      "alerting: found a mapping; expected pagerDuty beside contacts.channels.pagerDuty, with its secret; add it, or remove the channel",
    ],
  },
  {
    ids: "K29",
    mistake: "a secret without its channel",
    lines: [SLACK, PAGER_DUTY, MAIL],
    says: [
      "alerting.email: found a mapping; expected contacts.channels.email beside it, which says where to; add it, or remove this",
    ],
  },
  {
    ids: "K29 S10",
    mistake: "neither channel nor secret",
    lines: ["releaseWindows: []"],
    contacts: "{}",
    says: [
      "alerting: found a mapping; expected at least one of slack, pagerDuty, opsgenie, email, with its channel in contacts: else nobody is told",
    ],
  },
  {
    ids: "K29 S10",
    mistake: "a severity without a receiver",
    lines: [SLACK, PAGER_DUTY, "routes: { critical: [] }"],
    says: [
      "alerting.routes.critical: found an empty list; expected at least one channel: slack, pagerDuty; or leave it out for the default",
    ],
  },
  {
    ids: "S10",
    mistake: "a severity that goes to a channel that is not set",
    lines: [SLACK, PAGER_DUTY, "routes: { critical: [pagerDuty, opsgenie] }"],
    says: [
      'alerting.routes.critical[1]: found "opsgenie"; expected a channel that alerting has: slack, pagerDuty',
    ],
  },
  {
    ids: "S10",
    mistake: "a channel that there is not",
    lines: [SLACK, PAGER_DUTY, "routes: { warning: [teams] }"],
    says: ['alerting.routes.warning[0]: found "teams"; expected one of slack, pagerDuty, opsgenie, email'],
  },
  {
    ids: "K29 L7",
    mistake: "a secret in plain, and does not show it",
    lines: ["slack: { webhook: https://hooks.slack.com/services/T0/B0/planted }", PAGER_DUTY],
    says: [
      "alerting.slack.webhook: found a value (not shown); expected a secret, or a mapping with one of secretRef, generate, external, sealed",
    ],
  },
  {
    ids: "K29 L7",
    mistake: "a routing key in plain, and does not show it",
    lines: [SLACK, "pagerDuty: { routingKey: R0PLANTED }"],
    says: [
      "alerting.pagerDuty.routingKey: found a value (not shown); expected a secret, or a mapping with one of secretRef, generate, external, sealed",
    ],
  },
  {
    ids: "K29",
    mistake: "a mail server without its port",
    lines: [SLACK, PAGER_DUTY, MAIL.replace(":587", "")],
    contacts: CONTACTS.replace("channels: {", "channels: { email: a@kometa.com,"),
    says: [
      'alerting.email.smarthost: found "smtp.kometa.com"; expected host and port of an SMTP server, such as smtp.example.com:587; add its port: smtp.kometa.com:587',
    ],
  },
  {
    ids: "S10",
    mistake: "hours without a timezone that there is",
    lines: [SLACK, PAGER_DUTY, 'hours: { from: "09:00", to: "18:00", timezone: Mexico }'],
    says: [
      'alerting.hours.timezone: found "Mexico"; expected an IANA timezone such as America/Mexico_City, or UTC',
    ],
  },
  {
    ids: "S10",
    mistake: "hours without their zero",
    lines: [SLACK, PAGER_DUTY, 'hours: { from: "9:00", to: "18:00", timezone: UTC }'],
    says: [
      'alerting.hours.from: found "9:00"; expected a time from 00:00 to 24:00, such as "09:00", in quotes; write "09:00"',
    ],
  },
  {
    ids: "S1",
    mistake: "a release window that ends when it begins",
    lines: [SLACK, PAGER_DUTY, 'releaseWindows: [{ days: [tuesday], from: "03:00", to: "03:00" }]'],
    says: [
      'alerting.releaseWindows[0].to: found "03:00"; expected a time other than 03:00, when it begins; a whole day is 00:00 to 24:00',
    ],
  },
  {
    ids: "S1",
    mistake: "a release window of no day",
    lines: [SLACK, PAGER_DUTY, 'releaseWindows: [{ days: [], from: "03:00", to: "05:00" }]'],
    says: ["alerting.releaseWindows[0].days: found an empty list; expected at least one day"],
  },
  {
    ids: "S1",
    mistake: "a release window that begins when its day is over",
    lines: [SLACK, PAGER_DUTY, 'releaseWindows: [{ days: [monday], from: "24:00", to: "05:00" }]'],
    says: ['alerting.releaseWindows[0].from: found "24:00"; expected "00:00", of the next day'],
  },
];

describe("settings: alerting", () => {
  it("K29 S10 gives each channel's secret by its source, and what is not set by its default", () => {
    assert.deepEqual(alertingOf([SLACK, PAGER_DUTY]), {
      slack: { webhook: { kind: "external", key: "alerting", property: "slackWebhook" } },
      pagerDuty: { routingKey: { kind: "reference", secret: "alerting", key: "routingKey" } },
      routes: {},
      releaseWindows: [],
    });
  });

  it("S10 has hours on working days where no days are named", () => {
    const { hours } = alertingOf([SLACK, PAGER_DUTY, 'hours: { from: "09:00", to: "24:00", timezone: UTC }']);
    assert.deepEqual(hours, {
      days: WEEKDAYS.slice(0, 5),
      from: { text: "09:00", minutes: 540 },
      to: { text: "24:00", minutes: 1440 },
      timezone: "UTC",
    });
  });

  for (const { ids, mistake, lines, contacts, says } of SAID) {
    it(`${ids} refuses ${mistake}`, () => assert.deepEqual(refusalOf(lines, contacts), says));
  }

  it("S10 reads every time of a day, and no other", () => {
    const time = fc.record({ hours: fc.nat(30), minutes: fc.nat(70) });
    fc.assert(
      fc.property(time, ({ hours, minutes }) => {
        const text = [hours, minutes].map((part) => String(part).padStart(2, "0")).join(":");
        const parsed = parseTimeOfDay(text);
        const sound = minutes < 60 && (hours < 24 || (hours === 24 && minutes === 0));
        if (sound) assert.deepEqual(parsed, { value: { text, minutes: hours * 60 + minutes } });
        else assert.ok("problem" in parsed);
      }),
    );
  });

  it("S10 knows timezones by their IANA names, and no abbreviation", () => {
    for (const known of ["UTC", "America/Mexico_City", "Asia/Kolkata"])
      assert.ok("value" in parseTimezone(known));
    for (const unknown of ["CST", "America/Tlaxiaco", "+06:00", ""])
      assert.ok("problem" in parseTimezone(unknown));
  });
});
