// The processes that the host has started, none of which outlives it.
import { spawn, type ChildProcess } from "node:child_process";
import type { ExitCode } from "./program";

/** How long an interrupted process may take to end, and its pipes to drain (source: Pulumi's own host). */
const GRACE_MS = 5_000;
/** The engine waits for the host, or is gone and nobody waits for what is left. */
const FAREWELL_MS = 1_000;

/** Where a process runs and where its output goes. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: (chunk: Buffer) => void;
  readonly stderr: (chunk: Buffer) => void;
}

/** One running process. */
export interface Child {
  /** Settles when it has ended and its output has been passed on; rejects where it could not be started. */
  readonly ended: Promise<ExitCode>;
  /** Asks it to end, as Ctrl-C does; ends it after five seconds. */
  interrupt(): void;
  kill(): void;
}

/** Starts processes and ends them. */
export class Children {
  readonly #running = new Map<ChildProcess, Promise<unknown>>();

  start(command: string, args: readonly string[], { cwd, env, stdout, stderr }: Surroundings): Child {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", stdout);
    child.stderr.on("data", stderr);
    const ended = endOf(child);
    this.#running.set(
      child,
      ended.then(
        () => this.#running.delete(child),
        () => this.#running.delete(child),
      ),
    );
    return { ended, interrupt: () => interrupt(child), kill: () => void child.kill("SIGKILL") };
  }

  /** Asks every running process to end. */
  interruptAll(): void {
    for (const child of this.#running.keys()) interrupt(child);
  }

  /** Ends every process, and what those have started, before the host itself ends. */
  async endAll(): Promise<void> {
    if (this.#running.size === 0) return;
    signalGroup("SIGINT");
    this.interruptAll();
    await Promise.race([Promise.all(this.#running.values()), delay(FAREWELL_MS)]);
    this.killAll();
    if (this.#running.size > 0) signalGroup("SIGKILL");
  }

  /** Ends every process at once, for a host that has no time left. */
  killAll(): void {
    for (const child of this.#running.keys()) child.kill("SIGKILL");
  }
}

function interrupt(child: ChildProcess): void {
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

/**
 * Signals the host and all below it. The engine starts the host as the leader of a process group; where somebody
 * else has started it, there is no such group and nothing is signalled.
 */
function signalGroup(signal: NodeJS.Signals): void {
  try {
    process.kill(-process.pid, signal);
  } catch {
    return;
  }
}

function endOf(child: ChildProcess): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? -1));
    // Something that the process has left behind may hold its pipes open.
    child.on("exit", (code) => setTimeout(() => resolve(code ?? -1), GRACE_MS).unref());
  });
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
