/**
 * Runs the containers of a Job's pod as local processes: their commands, environment and order are the pod's, their images
 * and their isolation are not.
 */
import { execFile } from "node:child_process";
import { z } from "zod";

const container = z.object({
  name: z.string(),
  command: z.array(z.string()),
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

/** What the processes find. */
export interface Surroundings {
  /** Values of Secrets, by `<secret>/<key>`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders by the path at which the containers, or their images, have them. */
  readonly folders: Readonly<Record<string, string>>;
  /** Folders of programs before those of PATH. */
  readonly path: readonly string[];
  /** Containers that are run. @default - all */
  readonly only?: readonly string[];
}

/** How one container ended. */
export interface Ended {
  readonly name: string;
  readonly code: number;
  /** Standard output and error. */
  readonly log: string;
}

/** Runs init containers and containers one after the other, up to the first that fails, as a pod that never restarts does. */
export async function runPod(inputs: unknown, around: Surroundings): Promise<readonly Ended[]> {
  const { initContainers, containers } = job.parse(inputs).spec.template.spec;
  const ended: Ended[] = [];
  const chosen = [...initContainers, ...containers].filter(({ name }) => around.only?.includes(name) ?? true);
  for (const one of chosen) {
    const outcome = await runContainer(one, around);
    ended.push(outcome);
    if (outcome.code !== 0) break;
  }
  return ended;
}

function runContainer(
  { name, command, env }: z.infer<typeof container>,
  around: Surroundings,
): Promise<Ended> {
  const variables = Object.fromEntries(
    env.map(({ name: variable, value = "", valueFrom }) => {
      const { secretKeyRef: from } = valueFrom ?? {};
      return [variable, from === undefined ? value : (around.secrets[`${from.name}/${from.key}`] ?? "")];
    }),
  );
  const [program = "", ...words] = command.map((word) => placed(expanded(word, variables), around.folders));
  const path = [...around.path, process.env.PATH].join(":");
  return new Promise((resolve) => {
    execFile(program, words, { env: { ...variables, PATH: path } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ name, code, log: stdout + stderr });
    });
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
