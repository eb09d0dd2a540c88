/** Runs processes that never outlive this one: a shell between us and them holds a pipe to us and ends with it. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { ClusterError } from "./cluster-error";

/**
 * $1 is the state folder; each line read names a component to start. The pipe's end means that golive has
 * stopped or died, by whatever signal: everything is killed and the folder removed. The marker `stopping`
 * closes the gap in which a component runs and has not written its process id yet.
 */
const WATCHER = `
trap '' HUP INT TERM
folder=$1
while IFS= read -r name; do
  ( sh "$folder/$name/run.sh" </dev/null >"$folder/$name/log" 2>&1; echo "$name $?" ) &
done
: >"$folder/stopping"
for file in "$folder"/*/pid; do
  if [ -s "$file" ]; then kill -KILL "$(cat "$file")" 2>/dev/null; fi
done
wait
rm -rf "$folder"
`;

const LOG_LINES = 15;
const ORPHAN_POLL_MS = 20;

/** A process to run: its executable and its arguments. */
export interface Command {
  readonly executable: string;
  readonly args: readonly string[];
}

/** A component ended by itself; the message holds the last lines of its log. */
export class ComponentEnded extends ClusterError {
  override readonly name = "ComponentEnded";
  constructor(
    readonly component: string,
    readonly log: string,
    reason: string,
  ) {
    super(`${component} of the local control plane ${reason}. Its last log lines:\n${log.trim()}`);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Whether there was such a process; it is then told to die. */
function killIfThere(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** The processes of one cluster, and the folder that goes with them. */
export class Supervisor {
  readonly #watcher: ChildProcess;
  readonly #gone: Promise<void>;
  readonly #ended = new Map<string, string>();

  /** `folder` must exist; it is removed when the processes are stopped or this process is gone. */
  constructor(readonly folder: string) {
    this.#watcher = spawn("sh", ["-c", WATCHER, "golive-cluster", folder], {
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    });
    this.#gone = new Promise((resolve, reject) => {
      this.#watcher.once("exit", () => resolve());
      this.#watcher.once("error", reject);
    });
    this.#watcher.stdin?.on("error", () => undefined);
    if (this.#watcher.stdout) {
      createInterface(this.#watcher.stdout).on("line", (line) => {
        const [name = "", code = ""] = line.split(" ");
        this.#ended.set(name, code);
      });
    }
    this.#letUsEnd();
  }

  /** Process id of the shell that watches over the components. */
  get pid(): number | undefined {
    return this.#watcher.pid;
  }

  /** Starts a component, with its output in `<folder>/<name>/log`. */
  async start(name: string, { executable, args }: Command): Promise<void> {
    const own = path.join(this.folder, name);
    await mkdir(own, { recursive: true });
    const script = [
      `echo $$ >${quoted(path.join(own, "pid"))}`,
      `if [ -e ${quoted(path.join(this.folder, "stopping"))} ]; then exit 0; fi`,
      `exec ${[executable, ...args].map(quoted).join(" ")}`,
    ];
    await writeFile(path.join(own, "run.sh"), `${script.join("\n")}\n`);
    this.#watcher.stdin?.write(`${name}\n`);
  }

  /** Errors: {@link ComponentEnded}, where a component has ended. */
  async check(): Promise<void> {
    for (const [name, code] of this.#ended) {
      throw new ComponentEnded(name, await this.logTail(name), `ended with exit code ${code}`);
    }
    if (this.#watcher.exitCode !== null || this.#watcher.signalCode !== null) {
      throw new ClusterError("The local control plane was stopped from outside.");
    }
  }

  /** The last lines that a component logged. */
  async logTail(name: string): Promise<string> {
    const log = await readFile(path.join(this.folder, name, "log"), "utf8").catch(() => "");
    return log.trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  }

  /** Kills every component and removes the folder. May be called more than once. */
  async stop(): Promise<void> {
    this.#watcher.ref();
    this.#watcher.stdin?.end();
    await this.#gone;
    await this.#killOrphans();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Where the watcher itself was killed, its components are still there; else this finds nothing. */
  async #killOrphans(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const texts = await Promise.all(
      names.map((name) => readFile(path.join(this.folder, name, "pid"), "utf8").catch(() => "")),
    );
    const pids = texts.map(Number).filter((pid) => pid > 0);
    while (pids.filter(killIfThere).length > 0) await delay(ORPHAN_POLL_MS);
  }

  /** Lets a program that has nothing else to do end; the cluster then ends with it. */
  #letUsEnd(): void {
    this.#watcher.unref();
    for (const stream of [this.#watcher.stdin, this.#watcher.stdout]) {
      if (stream instanceof Socket) stream.unref();
    }
  }
}
