/** The HTTP requests by which a message reaches a channel. Pure. */
import { createHmac } from "node:crypto";
import { HANDLING, type ReleaseEvent, type Urgency } from "./event";
import { plainText, type Message } from "./message";
import type { Target } from "./targets";

/** One request; its answer is right by its status, 2xx. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Addresses of the services, which a test replaces. */
export interface Endpoints {
  readonly pagerDuty: string;
  readonly opsgenie: Readonly<Record<"us" | "eu", string>>;
}

export const ENDPOINTS: Endpoints = {
  pagerDuty: "https://events.pagerduty.com",
  // https://docs.opsgenie.com/docs/european-service-region
  opsgenie: { us: "https://api.opsgenie.com", eu: "https://api.eu.opsgenie.com" },
};

type HttpTarget = Exclude<Target, { channel: "email" }>;

/** Everything of one event that goes to one place; nothing where the place is not told of such events. */
export function requestsOf(
  target: HttpTarget,
  event: ReleaseEvent,
  message: Message,
  endpoints: Endpoints,
): readonly HttpRequest[] {
  switch (target.channel) {
    case "slack":
      return [post(target.webhook.reveal() ?? "", slackBody(target.to, message))];
    case "pagerDuty":
      return pagerDuty(target.routingKey.reveal() ?? "", event, message, endpoints.pagerDuty);
    case "opsgenie":
      return opsgenie(target, event, message, endpoints.opsgenie[target.region]);
    case "webhook":
      return [webhook(target, event, message)];
  }
}

const post = (url: string, body: unknown, headers: HttpRequest["headers"] = {}): HttpRequest => ({
  url,
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

const COLOURS: Readonly<Record<Urgency, string>> = { info: "good", warning: "warning", critical: "danger" };

/** https://api.slack.com/reference/surfaces/formatting#escaping */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The channel is for webhooks that serve several; a webhook of one channel ignores it. */
function slackBody(channel: string, message: Message) {
  const links = message.links.map(({ name, url }) => `<${encodeURI(decoded(url))}|${escaped(name)}>`);
  const text = [...message.lines.map(escaped), ...(links.length > 0 ? [links.join(" · ")] : [])].join("\n");
  const { urgency } = HANDLING[message.kind];
  return {
    channel,
    text: escaped(message.title),
    attachments: [
      {
        color: COLOURS[urgency],
        text: cut(text, 3000),
        fallback: escaped(message.title),
        mrkdwn_in: ["text"],
      },
    ],
  };
}

/** A URL whose `|` or `>` would end Slack's link is encoded; one that is encoded stays as it is. */
function decoded(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

/** One incident for a release, however often it is told of. */
export const incidentKey = ({ system, stack, version }: ReleaseEvent): string =>
  `golive/${stack}/${system}/${version}`;

const details = (event: ReleaseEvent, message: Message) => ({
  system: event.system,
  stack: event.stack,
  version: event.version,
  event: event.kind,
  message: plainText(message),
});

/** https://developer.pagerduty.com/docs/events-api-v2/overview/ */
function pagerDuty(
  routingKey: string,
  event: ReleaseEvent,
  message: Message,
  base: string,
): readonly HttpRequest[] {
  const { urgency, incident, change } = HANDLING[event.kind];
  const links = message.links.map(({ name, url }) => ({ href: url, text: name }));
  const payload = {
    summary: cut(message.title, 1024),
    source: `golive ${event.stack}/${event.system}`,
    timestamp: event.at.toISOString(),
    custom_details: details(event, message),
  };
  const key = { routing_key: routingKey, dedup_key: incidentKey(event) };
  const opened = {
    ...key,
    event_action: "trigger",
    client: "golive",
    links,
    payload: {
      ...payload,
      severity: urgency,
      component: event.system,
      group: event.stack,
      class: event.kind,
    },
  };
  return [
    ...(incident === "open" ? [post(`${base}/v2/enqueue`, opened)] : []),
    ...(incident === "close" ? [post(`${base}/v2/enqueue`, { ...key, event_action: "resolve" })] : []),
    ...(change ? [post(`${base}/v2/change/enqueue`, { routing_key: routingKey, payload, links })] : []),
  ];
}

const PRIORITIES: Readonly<Record<Urgency, string>> = { critical: "P1", warning: "P3", info: "P5" };

/** https://docs.opsgenie.com/docs/alert-api */
function opsgenie(
  { to, apiKey }: Extract<Target, { channel: "opsgenie" }>,
  event: ReleaseEvent,
  message: Message,
  base: string,
): readonly HttpRequest[] {
  const { urgency, incident } = HANDLING[event.kind];
  const headers = { Authorization: `GenieKey ${apiKey.reveal() ?? ""}` };
  const alias = incidentKey(event);
  if (incident === "none") return [];
  if (incident === "close") {
    const url = `${base}/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`;
    return [post(url, { source: "golive", note: cut(message.title, 1000) }, headers)];
  }
  const { message: description, ...facts } = details(event, message);
  const body = {
    message: cut(message.title, 130),
    alias: cut(alias, 512),
    description: cut(description, 15_000),
    responders: [{ name: to, type: "team" }],
    tags: [event.system, event.stack],
    details: facts,
    entity: event.system,
    source: "golive",
    priority: PRIORITIES[urgency],
  };
  return [post(`${base}/v2/alerts`, body, headers)];
}

/** What a receiver of its own gets; with a key, the signature is the HMAC of the body as it was sent. */
function webhook(
  { url, key }: Extract<Target, { channel: "webhook" }>,
  event: ReleaseEvent,
  message: Message,
): HttpRequest {
  const body = {
    event: event.kind,
    urgency: HANDLING[event.kind].urgency,
    system: event.system,
    stack: event.stack,
    version: event.version,
    at: event.at.toISOString(),
    title: message.title,
    lines: message.lines,
    links: message.links,
  };
  const request = post(url.reveal() ?? "", body);
  const secret = key?.reveal();
  if (secret === undefined) return request;
  const signature = createHmac("sha256", secret).update(request.body).digest("hex");
  return { ...request, headers: { ...request.headers, "X-Golive-Signature": `sha256=${signature}` } };
}
