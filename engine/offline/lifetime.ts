// A plugin lives no longer than the engine that started it, even when the engine is killed.
import { fstatSync } from "node:fs";

const PARENT_CHECK_MS = 500;

/**
 * Calls `end` once when the engine is gone: its end of our stdin is closed (the engine holds a pipe), our parent is
 * another process than at the start, or SIGINT or SIGTERM asks for it.
 */
export function whenEngineGone(end: () => void): void {
  let ended = false;
  const once = () => {
    if (ended) return;
    ended = true;
    end();
  };
  process.on("SIGINT", once);
  process.on("SIGTERM", once);
  watchParent(once);
  if (stdinIsPipe()) process.stdin.on("end", once).on("error", once).resume();
}

function watchParent(gone: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, PARENT_CHECK_MS).unref();
}

/** /dev/null, a file or a terminal says nothing about the engine. */
function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}
