/** Runs helm and kubectl: a bounded number at a time, with what they said when they fail. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** One program to run: `input` goes to its standard input, `environment` is added to ours. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds after which it is stopped. @default - it may take its time */
  readonly seconds?: number;
}

/** A program that could not be started (`code` undefined) or that ended with an exit code other than 0. */
export class CommandError extends Error {
  constructor(
    readonly command: Command,
    readonly code: number | undefined,
    readonly stderr: string,
    readonly stdout = "",
  ) {
    super(`${command.program} ${command.args.join(" ")}: ${stderr.trim() || `exit code ${String(code)}`}`);
    this.name = "CommandError";
  }
}

const LIMIT = Math.max(2, availableParallelism());
const waiting: (() => void)[] = [];
let running = 0;

async function take(): Promise<void> {
  if (running < LIMIT) {
    running += 1;
    return;
  }
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function give(): void {
  const next = waiting.shift();
  if (next) next();
  else running -= 1;
}

function stopped(signal: NodeJS.Signals | null, { seconds }: Command): string | undefined {
  if (signal === null) return undefined;
  return signal === "SIGTERM" && seconds !== undefined
    ? `not done within ${seconds} s`
    : `stopped by ${signal}`;
}

function start(command: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, command.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...command.environment },
      timeout: (command.seconds ?? 0) * 1000,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    // A program that ends before it has read its input closes the pipe: its exit code says why.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => reject(new CommandError(command, undefined, error.message)));
    child.on("close", (code, signal) => {
      const [stdout, stderr] = [out, err].map((chunks) => Buffer.concat(chunks).toString("utf8"));
      if (code === 0) resolve(stdout ?? "");
      else
        reject(
          new CommandError(command, code ?? undefined, stopped(signal, command) ?? stderr ?? "", stdout),
        );
    });
    child.stdin.end(command.input ?? "");
  });
}

/**
 * Runs a program to its end and returns what it wrote to standard output.
 * As many run at once as the machine has cores (at least two); the rest wait their turn.
 *
 * @throws {CommandError} when it cannot be started or ends with an exit code other than 0.
 */
export async function run(command: Command): Promise<string> {
  await take();
  try {
    return await start(command);
  } finally {
    give();
  }
}

/** The helm binary: `GOLIVE_HELM`, else the one on PATH. */
export const helm = () => process.env.GOLIVE_HELM ?? "helm";

/** The kubectl binary: `GOLIVE_KUBECTL`, else the one on PATH. */
export const kubectl = () => process.env.GOLIVE_KUBECTL ?? "kubectl";
