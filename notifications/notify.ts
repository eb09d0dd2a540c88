/** Tells people of a release's event in every channel of its system. */
import type { AlertingSettings } from "../settings";
import type { Contacts } from "../settings/contacts";
import type { Language } from "../observability/watched";
import { HANDLING, type ReleaseEvent } from "./event";
import { hiding } from "./hide";
import { mail, type MailOptions } from "./mail";
import { messageOf, type Message } from "./message";
import { post } from "./post";
import { ENDPOINTS, requestsOf, type Endpoints } from "./requests";
import { BOUNDS, retried, type Bounds, type Tried } from "./retry";
import { secretsOf, targetsOf, type Channel, type Environment, type Target } from "./targets";

export interface NotifyOptions {
  /** Language of the messages. @default "es", as the documents are */
  readonly language?: Language;
  /** The system's ways into its channels. @default - those of the environment alone */
  readonly alerting?: AlertingSettings | undefined;
  /** Variables with the secrets, by the names in `VARIABLES`. @default process.env */
  readonly environment?: Environment;
  /** Further values that no message and no report may show. @default - none beside the secrets of the channels */
  readonly hidden?: readonly string[];
  /** @default 4 tries, 5 s each, 15 s in all */
  readonly bounds?: Partial<Bounds>;
  /** Addresses of PagerDuty and Opsgenie. @default - their own */
  readonly endpoints?: Partial<Endpoints>;
  readonly mail?: MailOptions;
}

/** What became of one place; `told` says whom, `#deployments` for one. */
export type Delivery = { readonly channel: Channel; readonly to: string } & (
  | { readonly outcome: "delivered"; readonly attempts: number }
  | { readonly outcome: "failed"; readonly attempts: number; readonly reason: string }
  /** Nothing can be sent there, or the event is none for it. */
  | { readonly outcome: "skipped"; readonly reason: string }
);

export interface Report {
  readonly event: ReleaseEvent["kind"];
  readonly title: string;
  readonly deliveries: readonly Delivery[];
}

/**
 * Sends the message of an event to everybody whom `contacts` name: all channels at once, each tried again a few times.
 *
 * Never rejects, and settles within `bounds.limitMs`, whatever the channels do: who rolls back need not wait for it, nor
 * fear it. Neither message nor report shows a secret. Rows G8, S2, K23, G14.
 */
export async function notify(
  event: ReleaseEvent,
  contacts: Contacts,
  options: NotifyOptions = {},
): Promise<Report> {
  const { language = "es", environment = process.env, alerting, hidden = [] } = options;
  const targets = targetsOf(contacts, { alerting, environment });
  const hide = hiding([...hidden, ...secretsOf(targets)]);
  const message = hiddenIn(messageOf(event, language), hide);
  const bounds = { ...BOUNDS, ...options.bounds };
  const over = AbortSignal.timeout(bounds.limitMs);
  const deliveries = targets.map(async (target): Promise<Delivery> => {
    const { channel, to } = target;
    if ("reason" in target) return { channel, to, outcome: "skipped", reason: target.reason };
    const sends = sendsOf(target, event, message, bounds, options);
    if (sends.length === 0) return { channel, to, outcome: "skipped", reason: "is not told of such events" };
    const tried = await Promise.all(sends.map((send) => retried(send, bounds, over)));
    return { channel, to, ...outcomeOf(tried, hide) };
  });
  return { event: event.kind, title: message.title, deliveries: await Promise.all(deliveries) };
}

function hiddenIn(message: Message, hide: (text: string) => string): Message {
  return {
    ...message,
    title: hide(message.title),
    lines: message.lines.map(hide),
    links: message.links.map(({ name, url }) => ({ name: hide(name), url: hide(url) })),
  };
}

type Send = Parameters<typeof retried>[0];

function sendsOf(
  target: Target,
  event: ReleaseEvent,
  message: Message,
  { attemptMs, limitMs }: Bounds,
  { endpoints, mail: mailOptions = {} }: NotifyOptions,
): readonly Send[] {
  if (target.channel !== "email") {
    return requestsOf(target, event, message, { ...ENDPOINTS, ...endpoints }).map(
      (request): Send =>
        (signal) =>
          post(request, signal),
    );
  }
  const timeoutMs = Math.min(attemptMs, limitMs);
  return HANDLING[event.kind].mail ? [(signal) => mail(target, message, mailOptions, timeoutMs, signal)] : [];
}

function outcomeOf(tried: readonly Tried[], hide: (text: string) => string) {
  const attempts = Math.max(...tried.map((each) => each.attempts));
  const failed = tried.flatMap((each) => (each.ok ? [] : [shortened(hide(each.reason))]));
  if (failed.length === 0) return { outcome: "delivered", attempts } as const;
  return { outcome: "failed", attempts, reason: [...new Set(failed)].join("; ") } as const;
}

/** Cut only once it hides its secrets: the half of one would not be known. */
const shortened = (reason: string): string => (reason.length <= 300 ? reason : `${reason.slice(0, 300)}…`);

/** A line for each place that was not told, for a log; nothing where all were. */
export const undelivered = ({ event, deliveries }: Report): readonly string[] =>
  deliveries.flatMap((delivery) =>
    delivery.outcome === "failed"
      ? [`${event} was not told to ${delivery.channel} ${delivery.to}: ${delivery.reason}`]
      : [],
  );
