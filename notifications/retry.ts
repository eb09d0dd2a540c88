/** Tries again what may yet work, a bounded number of times, within a bounded time. */
import { setTimeout as pause } from "node:timers/promises";

/** One try; `again` where the next may work, `afterMs` where the other side says when. */
export type Try =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly again: boolean;
      readonly afterMs?: number | undefined;
    };

export interface Bounds {
  /** Tries of each delivery, the first one counted. */
  readonly attempts: number;
  /** Milliseconds of one try. */
  readonly attemptMs: number;
  /** Milliseconds before the second try; twice as many before each further one. */
  readonly pauseMs: number;
  /** Milliseconds after which nothing is waited for any more. */
  readonly limitMs: number;
}

/** Long enough for a service that restarts, too short to be missed by who waits for it. */
export const BOUNDS: Bounds = { attempts: 4, attemptMs: 5_000, pauseMs: 500, limitMs: 15_000 };

export type Tried =
  | { readonly ok: true; readonly attempts: number }
  | { readonly ok: false; readonly attempts: number; readonly reason: string };

/** Never rejects. `over` is when the time of all tries together is up. */
export async function retried(
  once: (signal: AbortSignal) => Promise<Try>,
  bounds: Bounds,
  over: AbortSignal,
): Promise<Tried> {
  let reason = timeUp(bounds);
  for (let attempt = 1; attempt <= bounds.attempts; attempt += 1) {
    if (over.aborted) return { ok: false, attempts: attempt - 1, reason };
    const tried = await within(once, bounds, over);
    if (tried.ok) return { ok: true, attempts: attempt };
    reason = tried.reason;
    if (!tried.again || attempt === bounds.attempts) return { ok: false, attempts: attempt, reason };
    const waited = await waits(tried.afterMs ?? bounds.pauseMs * 2 ** (attempt - 1), bounds, over);
    if (!waited) return { ok: false, attempts: attempt, reason };
  }
  return { ok: false, attempts: bounds.attempts, reason };
}

const timeUp = ({ limitMs }: Bounds) => `no answer within ${limitMs / 1000} s`;

/** One try that ends at its own time even where what it calls does not. */
async function within(
  once: (signal: AbortSignal) => Promise<Try>,
  { attemptMs }: Bounds,
  over: AbortSignal,
): Promise<Try> {
  const signal = AbortSignal.any([over, AbortSignal.timeout(attemptMs)]);
  const late: Try = { ok: false, reason: `no answer within ${attemptMs / 1000} s`, again: true };
  const aborted = new Promise<Try>((resolve) => {
    if (signal.aborted) resolve(late);
    signal.addEventListener("abort", () => resolve(late), { once: true });
  });
  const tried = once(signal).catch((error: unknown): Try => ({
    ok: false,
    reason: reasonOf(error),
    again: true,
  }));
  return Promise.race([tried, aborted]);
}

/** False where the time is up, or would be before the pause is over. */
async function waits(ms: number, { limitMs }: Bounds, over: AbortSignal): Promise<boolean> {
  if (ms >= limitMs) return false;
  try {
    await pause(ms, undefined, { signal: over });
    return true;
  } catch {
    return false;
  }
}

/** What an error says, and what lay below it: `fetch failed` alone tells nobody anything. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${causeOf(error.cause)}` : "";
  return `${error.message}${cause}`;
}

const causeOf = (cause: Error & { readonly code?: unknown }): string =>
  cause.message !== "" ? cause.message : typeof cause.code === "string" ? cause.code : cause.name;
