/** `golive preview|up|refresh|destroy`: Pulumi's own command on this program, with its engine and policy pack. */
import { spawn } from "node:child_process";
import path from "node:path";
import { localFolder, ownStack, scratchProject, stackFileFor } from "../engine/backend";
import { repositoryRoot } from "../engine/cache";
import { hasCluster, prepareEngine, type Engine } from "../engine/engine";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export const operations = ["preview", "up", "refresh", "destroy"] as const;
export type Operation = (typeof operations)[number];

/** Operations whose changes the pack judges; Pulumi has no such flag for the others. */
const JUDGED: readonly Operation[] = ["preview", "up"];
const NEEDS_CLUSTER: readonly Operation[] = ["up", "refresh", "destroy"];

/**
 * Runs one Pulumi operation on a stack and gives Pulumi's own exit code.
 *
 * `args` are passed on to Pulumi. Errors: {@link UserError} for a stack without a file, and where a cluster is
 * needed and none is configured.
 */
export async function runOperation(
  operation: Operation,
  stack: string,
  args: readonly string[],
): Promise<number> {
  const kubeconfig = await ownKubeconfig(await stackFile(stack));
  const clustered = await hasCluster(kubeconfig);
  if (NEEDS_CLUSTER.includes(operation) && !clustered) throw noCluster(operation, stack, kubeconfig);
  const { buildPack } = await import("../policies/build");
  if (JUDGED.includes(operation)) buildPack();
  const engine = await prepareEngine(kubeconfig);
  await ensureStack(engine, stack);
  const configFile = await stackFileFor(engine.backend, stack);
  const pack = JUDGED.includes(operation) ? ["--policy-pack", "policies"] : [];
  const look = operation === "preview" && !clustered ? await refreshFlags(engine, stack, args) : [];
  const options = ["--stack", stack, "--config-file", configFile, ...pack, ...look];
  return pulumi(engine, [operation, ...options, ...args], "inherit");
}

/**
 * Writes the stack's present state to a file, its secrets encrypted as they are: a restore point, which
 * `pulumi stack import` takes back (row K13). Gives Pulumi's own exit code.
 */
export async function exportStack(stack: string, file: string): Promise<number> {
  await stackFile(stack);
  const engine = await prepareEngine();
  await ensureStack(engine, stack);
  const target = path.resolve(file);
  return pulumi(engine, ["stack", "export", "--stack", stack, "--file", target], "inherit");
}

/** Without a cluster there is nothing to refresh from: the preview then compares with the state, and says so. */
async function refreshFlags(
  engine: Engine,
  stack: string,
  args: readonly string[],
): Promise<readonly string[]> {
  if (args.some((arg) => arg.startsWith("--refresh"))) return [];
  if (engine.backend.ours && (await ownStack(stack)) !== "holds resources") return [];
  process.stderr.write(
    "No cluster is configured: this preview compares with the last known state, and cannot see hand edits.\n",
  );
  return ["--refresh=false"];
}

/** The kubeconfig that the stack file names; what is wrong with the file is for the program to say. */
async function ownKubeconfig(file: string): Promise<string | undefined> {
  const { readStackFile, SettingsError } = await import("../settings");
  try {
    return readStackFile(file).kubernetes.kubeconfig;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

function noCluster(operation: Operation, stack: string, kubeconfig: string | undefined): UserError {
  const reason =
    kubeconfig === undefined
      ? "KUBECONFIG names no file that is there, and ~/.kube/config is not there"
      : `golive:kubernetes.kubeconfig of Pulumi.${stack}.yaml is ${kubeconfig}, which is not there`;
  return new UserError(
    `\`${operation}\` works on a cluster, and none is configured: ${reason}.\n` +
      `  a cluster of yours:  export KUBECONFIG=/path/to/kubeconfig, then npm run ${operation} -- ${stack}\n` +
      `  one on this machine: npm run cluster, and copy the export lines that it prints\n` +
      `\`npm run preview -- ${stack}\` needs no cluster.`,
  );
}

/** On golive's own backend a stack is made when first used; on the user's, making one is the user's to say. */
async function ensureStack(engine: Engine, stack: string): Promise<void> {
  if (!engine.backend.ours || (await ownStack(stack)) !== "unknown") return;
  const code = await pulumi(
    engine,
    ["stack", "init", stack, "--no-select", "--cwd", await scratchProject()],
    "quiet",
  );
  if (code !== 0) throw new UserError(`The stack ${stack} could not be made in ${localFolder}.`);
}

function pulumi(engine: Engine, args: readonly string[], output: "inherit" | "quiet"): Promise<number> {
  const child = spawn(engine.pulumi, args, {
    cwd: repositoryRoot,
    env: engine.env,
    stdio: output === "inherit" ? "inherit" : ["ignore", "ignore", "inherit"],
  });
  return new Promise((resolve, reject) => {
    // The terminal sends Ctrl-C to Pulumi as well, which then ends in order; golive waits for it.
    const wait = () => undefined;
    const passOn = () => void child.kill("SIGTERM");
    process.on("SIGINT", wait).on("SIGTERM", passOn);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", passOn);
      resolve(code ?? (signal === null ? 1 : 130));
    });
  });
}
