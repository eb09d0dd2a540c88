// Processes that a test waits for or wants gone.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const LOOK_AGAIN_MS = 25;

/** Waits until `check` gives something; `what` names it where it does not within the limit (in seconds). */
export async function until<T>(what: string, check: () => T | undefined, limit = 30): Promise<T> {
  const end = Date.now() + limit * 1000;
  for (;;) {
    const found = check();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`not within ${limit} s: ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}

/** True while a process runs; one that has ended and whose parent has not asked after it does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return error instanceof Error && "path" in error && process.platform !== "linux";
  }
}
