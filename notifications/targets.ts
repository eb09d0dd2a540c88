/** Whom a release is told to, and by which way in: channels of `contacts`, secrets of the environment or the stack file. Pure. */
import type { AlertingSettings, SecretValue } from "../settings";
import type { Contacts } from "../settings/contacts";
import { Secret } from "../settings/secret";

export const CHANNELS = ["slack", "email", "pagerDuty", "opsgenie", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
  readonly from: string;
}

/** One place that messages go to. */
export type Target =
  | { readonly channel: "slack"; readonly to: string; readonly webhook: Secret }
  | { readonly channel: "email"; readonly to: string; readonly server: SmtpServer }
  | { readonly channel: "pagerDuty"; readonly to: string; readonly routingKey: Secret }
  | {
      readonly channel: "opsgenie";
      readonly to: string;
      readonly apiKey: Secret;
      readonly region: "us" | "eu";
    }
  | {
      readonly channel: "webhook";
      readonly to: string;
      readonly url: Secret;
      /** Signs what is sent. @default - it is not signed */
      readonly key?: Secret;
    };

/** A channel that people read and that nothing can be sent to. */
export interface Unreachable {
  readonly channel: Channel;
  readonly to: string;
  /** What is missing, and how to mend it. */
  readonly reason: string;
}

/** Variables that hold the secrets of the machine on which a rollout runs; each goes before the stack file's. */
export const VARIABLES = {
  slack: "GOLIVE_SLACK_WEBHOOK",
  email: "GOLIVE_SMTP_PASSWORD",
  pagerDuty: "GOLIVE_PAGERDUTY_ROUTING_KEY",
  opsgenie: "GOLIVE_OPSGENIE_API_KEY",
  webhook: "GOLIVE_WEBHOOK_URL",
  webhookKey: "GOLIVE_WEBHOOK_KEY",
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that the targets are found by. */
export interface Ways {
  readonly alerting?: AlertingSettings | undefined;
  readonly environment: Environment;
}

/** Of the stack file a value that Pulumi has decrypted; what lies in the cluster or in a vault is not fetched. */
function secretOf(
  channel: keyof typeof VARIABLES,
  environment: Environment,
  stack?: SecretValue,
): Secret | undefined {
  const given = environment[VARIABLES[channel]];
  if (given !== undefined && given !== "") return new Secret(given);
  return stack?.kind === "secret" && stack.value.reveal() !== undefined ? stack.value : undefined;
}

const set = (channel: keyof typeof VARIABLES) => `no secret for it: set ${VARIABLES[channel]}`;

/** https, or a loopback's http; what else is written there is no place to send a release's state to. */
function isSafeUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname } = new URL(given);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

type Found = Target | Unreachable;

function slack({ channels }: Contacts, { alerting, environment }: Ways): readonly Found[] {
  const to = channels.notifications ?? channels.slack;
  if (to === undefined) return [];
  const webhook = secretOf("slack", environment, alerting?.slack?.webhook);
  if (webhook === undefined) return [{ channel: "slack", to, reason: set("slack") }];
  if (isSafeUrl(webhook.reveal() ?? "")) return [{ channel: "slack", to, webhook }];
  return [{ channel: "slack", to, reason: "the webhook is no https URL: copy it from Slack once more" }];
}

function email({ channels }: Contacts, { alerting, environment }: Ways): readonly Found[] {
  const to = channels.email;
  if (to === undefined) return [];
  const server = alerting?.email;
  if (server === undefined) {
    return [{ channel: "email", to, reason: "no SMTP server: set alerting.email of the system" }];
  }
  const password = secretOf("email", environment, server.password);
  if (password === undefined) return [{ channel: "email", to, reason: set("email") }];
  const colon = server.smarthost.lastIndexOf(":");
  const host = server.smarthost.slice(0, colon);
  const port = Number(server.smarthost.slice(colon + 1));
  return [{ channel: "email", to, server: { host, port, user: server.user, from: server.from, password } }];
}

function pagerDuty({ channels }: Contacts, { alerting, environment }: Ways): readonly Found[] {
  const to = channels.pagerDuty;
  if (to === undefined) return [];
  const routingKey = secretOf("pagerDuty", environment, alerting?.pagerDuty?.routingKey);
  return [
    routingKey === undefined
      ? { channel: "pagerDuty", to, reason: set("pagerDuty") }
      : { channel: "pagerDuty", to, routingKey },
  ];
}

function opsgenie({ channels }: Contacts, { alerting, environment }: Ways): readonly Found[] {
  const to = channels.opsgenie;
  if (to === undefined) return [];
  const apiKey = secretOf("opsgenie", environment, alerting?.opsgenie?.apiKey);
  return [
    apiKey === undefined
      ? { channel: "opsgenie", to, reason: set("opsgenie") }
      : { channel: "opsgenie", to, apiKey, region: alerting?.opsgenie?.region ?? "us" },
  ];
}

function webhook({ environment }: Ways): readonly Found[] {
  const url = secretOf("webhook", environment);
  if (url === undefined) return [];
  const given = url.reveal() ?? "";
  if (!isSafeUrl(given)) {
    return [{ channel: "webhook", to: VARIABLES.webhook, reason: "no https URL: write it in full" }];
  }
  const key = secretOf("webhookKey", environment);
  return [{ channel: "webhook", to: new URL(given).host, url, ...(key === undefined ? {} : { key }) }];
}

/** Every place that a system's contacts name, and the webhook of the environment. */
export const targetsOf = (contacts: Contacts, ways: Ways): readonly Found[] => [
  ...slack(contacts, ways),
  ...email(contacts, ways),
  ...pagerDuty(contacts, ways),
  ...opsgenie(contacts, ways),
  ...webhook(ways),
];

/** Every secret by which they are reached, to be hidden. */
export function secretsOf(found: readonly Found[]): readonly string[] {
  return found.flatMap((each): readonly string[] => {
    if ("reason" in each) return [];
    switch (each.channel) {
      case "slack":
        return urlOf(each.webhook);
      case "email":
        // AUTH PLAIN sends both in one text.
        return [
          ...revealed(each.server.password),
          `\0${each.server.user}\0${each.server.password.reveal() ?? ""}`,
        ];
      case "pagerDuty":
        return revealed(each.routingKey);
      case "opsgenie":
        return revealed(each.apiKey);
      case "webhook":
        return [...urlOf(each.url), ...(each.key === undefined ? [] : revealed(each.key))];
    }
  });
}

/** A URL that is a secret, and what a server that repeats it knows of it. */
const urlOf = (secret: Secret): readonly string[] =>
  revealed(secret).flatMap((url) => {
    const { pathname, search } = new URL(url);
    return [url, ...[`${pathname}${search}`, pathname, search.slice(1)].filter((part) => part.length > 8)];
  });

const revealed = (secret: Secret): readonly string[] => {
  const value = secret.reveal();
  return value === undefined ? [] : [value];
};
