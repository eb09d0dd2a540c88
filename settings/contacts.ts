/**
 * Whom a system's alerts, messages and runbooks reach: channels, people, escalation and links (rows K28, K29, L17, S2,
 * S10, E11, E12). A system adds `contacts` to its mapping; `systems/contact-outputs.ts` shows it in the stack's outputs.
 */
import * as z from "zod";
import type { Duration } from "./duration";
import { duration, filled, list, mapping, text } from "./fields";
import { parseHost } from "./host";
import type { Parsed } from "./parsed";

declare const slackChannel: unique symbol;
/** A Slack channel by its name, with the `#`. */
export type SlackChannel = string & { readonly [slackChannel]: true };

declare const email: unique symbol;
export type Email = string & { readonly [email]: true };

declare const httpsUrl: unique symbol;
/** An absolute URL with the scheme https, without a password. */
export type HttpsUrl = string & { readonly [httpsUrl]: true };

/** Somebody who answers for a part of the system. */
export interface Person {
  /** As the system's document has it, e.g. `Tech Lead`. */
  readonly role: string;
  /** Not set: to be decided (`TBD` in the stack file). */
  readonly name?: string;
  /** Address, telephone or handle. Not set: to be decided. */
  readonly contact?: string;
}

/** One step of an escalation. */
export interface EscalationLevel {
  /** Role or team, e.g. `CTO`. */
  readonly to: string;
  /** Time since the alert, unsolved, at which the level is called. */
  readonly after: Duration;
}

/** A page by the name that people know it by, e.g. `listacompra-api`. */
export interface Link {
  readonly name: string;
  readonly url: HttpsUrl;
}

// https://slack.com/help/articles/201402297-Create-a-channel
const SLACK_PATTERN = "^#[a-z0-9_-]{1,80}$";
const SLACK = new RegExp(SLACK_PATTERN);

function isSlackChannel(given: string): given is SlackChannel {
  return SLACK.test(given);
}

/** A channel such as `#deployments`. */
export function parseSlackChannel(given: string): Parsed<SlackChannel> {
  if (isSlackChannel(given)) return { value: given };
  const name = `#${given.replace(/^#/, "").trim().toLowerCase().replace(/\s+/g, "-")}`;
  const mend = isSlackChannel(name) ? `; write "${name}"` : "";
  return {
    problem: `expected a Slack channel such as "#deployments", in quotes (a bare # starts a comment)${mend}`,
  };
}

function isEmail(given: string): given is Email {
  return z.regexes.email.test(given);
}

/** An e-mail address, without a display name. */
export function parseEmail(given: string): Parsed<Email> {
  if (isEmail(given)) return { value: given };
  const inside = /<([^<>]+)>/.exec(given)?.[1] ?? given.replace(/^mailto:/, "");
  const mend = inside !== given && isEmail(inside) ? `; write ${inside}` : "";
  return { problem: `expected an e-mail address such as alerts@example.com${mend}` };
}

function isHttpsUrl(given: string): given is HttpsUrl {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, username, password } = new URL(given);
  return protocol === "https:" && "value" in parseHost(hostname) && username === "" && password === "";
}

/** A link such as `https://grafana.example.com/d/api`. */
export function parseHttpsUrl(given: string): Parsed<HttpsUrl> {
  if (given.startsWith("https://") && isHttpsUrl(given)) return { value: given };
  const secure = `https://${given.replace(/^[a-z]+:\/\//i, "")}`;
  const mend = secure !== given && isHttpsUrl(secure) ? `; write ${secure}` : "";
  return { problem: `expected an absolute URL such as https://grafana.example.com${mend}` };
}

const slack = (description: string) =>
  text(parseSlackChannel, {
    title: "Slack channel",
    description,
    pattern: SLACK_PATTERN,
    examples: ["#deployments"],
  }).optional();

const url = (description: string) =>
  text(parseHttpsUrl, { title: "https URL", description, pattern: "^https://" });

/** `NAME: URL` pairs; parsed to a list ordered by name, so that equal settings give equal outputs. */
const links = (description: string) =>
  z
    .record(z.string(), url("Absolute URL of the page."), { error: () => "expected a mapping of NAME: URL" })
    .transform((pairs) =>
      Object.entries(pairs)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, page]): Link => ({ name, url: page })),
    )
    .describe(description)
    .prefault({});

const channels = mapping(
  {
    slack: slack("Channel that alerts go to. Not set: none."),
    notifications: slack("Channel that each step of a release is told in. Not set: that of `slack`."),
    email: text(parseEmail, {
      title: "e-mail address",
      description: "Address that alerts go to. Not set: none.",
      examples: ["alerts@example.com"],
    }).optional(),
    pagerDuty: filled("Name of the PagerDuty service, as PagerDuty shows it. Not set: none.").optional(),
    opsgenie: filled("Name of the Opsgenie team. Not set: none.").optional(),
  },
  "Where alerts and messages go.",
);

const TO_BE_DECIDED = /^tbd$/i;

const decided = (description: string) =>
  filled(`${description}, or TBD: to be decided.`).transform((given) =>
    TO_BE_DECIDED.test(given.trim()) ? undefined : given,
  );

const person = mapping(
  {
    role: filled("Role, as the system's document has it."),
    name: decided("Name of the person"),
    contact: decided("E-mail address, telephone or handle"),
  },
  "Somebody who answers for a part of the system.",
).transform(({ role, name, contact }): Person => ({
  role,
  ...(name === undefined ? {} : { name }),
  ...(contact === undefined ? {} : { contact }),
}));

const level = mapping(
  {
    to: filled("Role or team that is called."),
    after: duration(
      "Time since the alert, unsolved, at which this level is called; each level later than the last.",
    ),
  },
  "One level of the escalation.",
);

const escalation = list(level, "Who is called when an alert stays unsolved, first to last. `[]`: nobody.")
  .superRefine((levels, context) => {
    levels.forEach(({ after }, index) => {
      const before = levels[index - 1];
      if (before === undefined || after.seconds > before.after.seconds) return;
      const message = `expected more than ${before.after.text}, when ${before.to} is called`;
      context.addIssue({ code: "custom", message, path: [index, "after"] });
    });
  })
  .default([]);

const urls = mapping(
  {
    grafana: url("Grafana of the environment. Not set: none.").optional(),
    dashboards: links("Dashboards by name, of Grafana or another tool."),
    logs: links("Where the logs are searched, by the name of the tool, such as Loki, Splunk or ELK."),
  },
  "Pages beside the system's own hosts, which its outputs show by themselves.",
);

/** The field of a system's mapping. Not set: no channel, nobody and no page. */
export const contacts = mapping(
  {
    channels: channels.prefault({}),
    people: list(person, "Who answers for what, in the order of the system's document.").default([]),
    escalation,
    urls: urls.prefault({}),
  },
  "Whom the system's alerts, messages and runbooks reach.",
).prefault({});

/** Whom a system's alerts, messages and runbooks reach, parsed. */
export type Contacts = z.output<typeof contacts>;
