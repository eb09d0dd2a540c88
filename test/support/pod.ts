/**
 * A stand-in for a kubelet: runs the containers of a Job's pod as local processes. Their commands, environment, order and end are
 * the pod's (sidecars too: begun before what follows, restarted, ended by SIGTERM once the pod is), their images and isolation are not.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";

const container = z.object({
  name: z.string(),
  command: z.array(z.string()),
  restartPolicy: z.literal("Always").optional(),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
      }),
    )
    .default([]),
});

const job = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(container).default([]),
        containers: z.array(container),
      }),
    }),
  }),
});

/** What may befall a pod that runs. */
export interface Fate {
  /** Kills a container's processes, as the kernel does that has no memory left. */
  readonly kill: (container: string) => void;
  /** Kills all of them at once: the node is gone. */
  readonly lose: () => void;
}

/** What the processes find. */
export interface Surroundings {
  /** Values of Secrets, by `<secret>/<key>`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders by the path at which the containers, or their images, have them. */
  readonly folders: Readonly<Record<string, string>>;
  /** Folders of programs before those of PATH. */
  readonly path: readonly string[];
  /** Where the programs start. @default - where the test runs */
  readonly cwd?: string;
  /** Variables that the images have of themselves. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Containers that are run. @default - all */
  readonly only?: readonly string[];
  /** Called before a container begins, which waits for it. */
  readonly before?: (container: string) => Promise<void>;
  /** Called as a container begins. */
  readonly begun?: (container: string, fate: Fate) => void;
}

/** How one container ended. */
export interface Ended {
  readonly name: string;
  readonly code: number;
  /** Standard output and error. */
  readonly log: string;
  /** It ran beside the others. */
  readonly beside: boolean;
}

type Container = z.infer<typeof container>;

/** Runs init containers and containers one after the other, up to the first that fails, as a pod that never restarts does. */
export async function runPod(inputs: unknown, around: Surroundings): Promise<readonly Ended[]> {
  const { initContainers, containers } = job.parse(inputs).spec.template.spec;
  const pod = new Pod(around);
  for (const one of [...initContainers, ...containers]) {
    if (around.only?.includes(one.name) === false) continue;
    if (!(await pod.run(one))) break;
  }
  return pod.end();
}

/** The processes of one pod. */
class Pod {
  private readonly started: Running[] = [];
  private isLost = false;

  constructor(private readonly around: Surroundings) {}

  /** Whether the next container may begin. */
  async run(one: Container): Promise<boolean> {
    await this.around.before?.(one.name);
    const running = new Running(one, this.around);
    this.started.push(running);
    this.around.begun?.(one.name, {
      kill: (name) => {
        for (const each of this.started) if (each.one.name === name) each.kill();
      },
      lose: () => {
        this.isLost = true;
        for (const each of this.started) each.lose();
      },
    });
    if (running.isBeside) return true;
    const { code } = await running.ended;
    return code === 0 && !this.isLost;
  }

  /** Ends what runs beside, the last first, and tells how each container ended. */
  async end(): Promise<readonly Ended[]> {
    for (const each of [...this.started].reverse()) await each.terminate();
    return Promise.all(this.started.map(({ ended }) => ended));
  }
}

/** One container; one that runs beside others is begun again whenever it ends. */
class Running {
  readonly isBeside: boolean;
  readonly ended: Promise<Ended>;
  private child: ChildProcess | undefined;
  private isOver = false;

  constructor(
    readonly one: Container,
    private readonly around: Surroundings,
  ) {
    this.isBeside = one.restartPolicy !== undefined;
    this.ended = this.live();
  }

  private async live(): Promise<Ended> {
    const { name } = this.one;
    let log = "";
    for (;;) {
      const child = startContainer(this.one, this.around);
      this.child = child;
      child.stdout?.on("data", (data: Buffer) => (log += data.toString()));
      child.stderr?.on("data", (data: Buffer) => (log += data.toString()));
      const [status] = z.tuple([z.number().nullable(), z.unknown()]).parse(await once(child, "exit"));
      // What the shell left behind ends with it, as in a container.
      this.kill();
      if (child.stdout?.readableEnded === false) await once(child, "close");
      if (!this.isBeside || this.isOver) return { name, code: status ?? 137, log, beside: this.isBeside };
    }
  }

  kill(): void {
    signal(-(this.child?.pid ?? 0), "SIGKILL");
  }

  lose(): void {
    this.isOver = true;
    this.kill();
  }

  /** As the kubelet does: a signal to the first process alone. */
  async terminate(): Promise<void> {
    if (!this.isBeside || this.isOver) return;
    this.isOver = true;
    signal(this.child?.pid ?? 0, "SIGTERM");
    await this.ended;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  if (pid === 0) return;
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function startContainer({ command, env }: Container, around: Surroundings): ChildProcess {
  const variables = Object.fromEntries(
    env.map(({ name: variable, value = "", valueFrom }) => {
      const { secretKeyRef: from } = valueFrom ?? {};
      return [variable, from === undefined ? value : (around.secrets[`${from.name}/${from.key}`] ?? "")];
    }),
  );
  const [program = "", ...words] = command.map((word) => placed(expanded(word, variables), around.folders));
  const path = [...around.path, process.env.PATH].join(":");
  return spawn(program, words, {
    env: { ...around.environment, ...variables, PATH: path },
    ...(around.cwd === undefined ? {} : { cwd: around.cwd }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** As the kubelet expands a command: `$(NAME)` of the container's own variables, `$$` an escaped `$`. */
export const expanded = (word: string, variables: Readonly<Record<string, string>>) =>
  word.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name?: string) =>
    name === undefined ? "$" : (variables[name] ?? whole),
  );

/** Paths of the container become those of this machine. */
function placed(word: string, folders: Surroundings["folders"]): string {
  const paths = Object.keys(folders).join("|");
  if (paths === "") return word;
  return word.replaceAll(
    new RegExp(`(?<![\\w.])(?:${paths})(?=/|\\b)`, "g"),
    (found) => folders[found] ?? found,
  );
}
