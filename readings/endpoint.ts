/** One question to an HTTP API: with its credentials, within a time, asked again where that may help. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import type { Answer } from "../rollout/reading";

/** Who is told to the API. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "basic"; readonly user: string; readonly password: string };

/** An HTTP API that is asked. */
export interface Endpoint {
  /** Its name in a message, e.g. `Prometheus`. */
  readonly name: string;
  /** Address below which its paths are, without a final slash. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Tenant of a Mimir or Loki with several (`X-Scope-OrgID`). @default - none */
  readonly tenant?: string;
}

/** How long a question may take. */
export interface Patience {
  /** Milliseconds that one try may take. @default 10 000 */
  readonly limitMs?: number;
  /** Further tries where nobody answered, or the server said that it cannot now (429, 502, 503, 504). @default 2 */
  readonly retries?: number;
  /** Milliseconds before the first further try; twice as long before each one after it. @default 250 */
  readonly pauseMs?: number;
}

const LIMIT_MS = 10_000;
const RETRIES = 2;
const PAUSE_MS = 250;
/** What an API that is well answers to one query is far below it. */
const MOST_BYTES = 4 * 1024 * 1024;
const OK = 200;
const PASSING: readonly number[] = [429, 502, 503, 504];

/** No answer that can be read. */
export type Failure = Extract<Answer, { kind: "error" | "unreachable" }>;

/** What came back: a status and its text, or nothing. */
export type Response = { readonly kind: "response"; readonly status: number; readonly text: string };

/** GETs a path with its query. */
export async function get(
  { name, url, credentials, tenant }: Endpoint,
  path: string,
  query: Readonly<Record<string, string | readonly string[]>>,
  { limitMs = LIMIT_MS, retries = RETRIES, pauseMs = PAUSE_MS }: Patience = {},
): Promise<Response | Failure> {
  const text = queryText(query);
  const address = `${url}${path}${text === "" ? "" : `?${text}`}`;
  const headers = {
    ...authorization(credentials),
    ...(tenant === undefined ? {} : { "X-Scope-OrgID": tenant }),
  };
  const who = `${name} at ${url}`;
  for (let tried = 0; ; tried += 1) {
    const answer = await once(who, address, headers, limitMs);
    const passing =
      answer.kind === "unreachable" || (answer.kind === "response" && PASSING.includes(answer.status));
    if (!passing || tried >= retries) return answer;
    await delay(pauseMs * 2 ** tried);
  }
}

function queryText(query: Readonly<Record<string, string | readonly string[]>>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) parameters.append(key, one);
  }
  return parameters.toString();
}

const authorization = (credentials: Credentials): Readonly<Record<string, string>> => {
  switch (credentials.kind) {
    case "none":
      return {};
    case "bearer":
      return { Authorization: `Bearer ${credentials.token}` };
    case "basic": {
      const { user, password } = credentials;
      return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
    }
  }
};

async function once(
  who: string,
  address: string,
  headers: Readonly<Record<string, string>>,
  limitMs: number,
): Promise<Response | Failure> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    // A redirect would take the credentials elsewhere.
    const response = await fetch(address, { headers, signal, redirect: "manual" });
    const text = await bodyOf(response);
    if (text !== undefined) return { kind: "response", status: response.status, text };
    return { kind: "error", message: `${who} answers with more than ${MOST_BYTES} bytes` };
  } catch (error) {
    const reason = signal.aborted ? `no answer within ${limitMs / 1000} s` : reasonOf(error);
    return { kind: "unreachable", message: `${who}: ${reason}` };
  }
}

/** The whole body; nothing where it is too long. */
async function bodyOf({ body }: globalThis.Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (body === null) return "";
  const stream: AsyncIterable<Uint8Array> = body;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0]);
  return cause instanceof Error ? cause.message : error.message;
}

/** The answer as its schema has it, or what is wrong with it, in one sentence. */
export function parsed<T>(
  { name, url }: Endpoint,
  { status, text }: Response,
  schema: z.ZodType<T>,
): { readonly kind: "parsed"; readonly value: T } | Failure {
  const who = `${name} at ${url}`;
  if (status !== OK) return { kind: "error", message: `${who} answers ${status}: ${excerpt(text)}` };
  const result = schema.safeParse(json(text));
  if (result.success) return { kind: "parsed", value: result.data };
  return { kind: "error", message: `${who} answers what is none of its answers: ${excerpt(text)}` };
}

/** What an API's own error answers say; Prometheus, Loki and Alertmanager have either. */
const ownError = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.string(),
]);

const LONGEST = 200;

function excerpt(text: string): string {
  const said = ownError.safeParse(json(text));
  const line = (said.success ? said.data : text).replace(/\s+/g, " ").trim();
  if (line === "") return "nothing";
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
