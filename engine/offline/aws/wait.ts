// Waiting for AWS to reach a state.
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./kind";

const POLL_MS = 500;

/** Asks until `reached` says yes; throws after `seconds`, or when the engine cancels. */
export async function until(
  call: Call,
  what: string,
  seconds: number,
  reached: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}, in vain`);
    call.progress(`waiting for ${what}`, call.urn);
    await pause(POLL_MS, undefined, { signal: call.signal });
  }
}
