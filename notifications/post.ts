/** Sends one HTTP request, and says whether it is worth another try. */
import type { HttpRequest } from "./requests";
import type { Try } from "./retry";

/** Answers after which the same request may succeed. */
const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

/** A redirect would take the message, and the secret in its address, to a place that nobody named. */
export async function post(request: HttpRequest, signal: AbortSignal): Promise<Try> {
  const { url, headers, body } = request;
  const answer = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
  const said = (await answer.text()).trim();
  if (answer.ok) return { ok: true };
  return {
    ok: false,
    reason: `HTTP ${answer.status}${said === "" ? "" : `: ${said}`}`,
    again: AGAIN.has(answer.status) || answer.status >= 500,
    afterMs: retryAfter(answer.headers.get("retry-after")),
  };
}

/** Seconds, or a date. */
function retryAfter(given: string | null): number | undefined {
  if (given === null) return undefined;
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}
