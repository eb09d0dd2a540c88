/** Where Pulumi's state lives: where the user has said, else in a git-ignored folder of the checkout. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "./cache";
import { userPulumiHome } from "./home";

export interface Backend {
  /** True where the user has neither logged in nor named a backend, and golive keeps the state itself. */
  readonly ours: boolean;
  /** Variables that the engine needs for it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The git-ignored folder of golive's own state. */
export const localFolder = path.join(repositoryRoot, ".golive");

const PROJECT = "golive";

const credentials = z.looseObject({ current: z.string().optional() });

/** The backend to use: what the environment names, then the one logged in to, then golive's own file backend. */
export async function chooseBackend(): Promise<Backend> {
  const { PULUMI_BACKEND_URL, PULUMI_ACCESS_TOKEN } = process.env;
  if (PULUMI_BACKEND_URL || PULUMI_ACCESS_TOKEN || (await loggedIn())) {
    return { ours: false, env: { PULUMI_CREDENTIALS_PATH: credentialsFolder() } };
  }
  const state = path.join(localFolder, "state");
  await mkdir(state, { recursive: true });
  return { ours: true, env: { PULUMI_BACKEND_URL: `file://${state}`, ...passphrase() } };
}

const credentialsFolder = (): string => process.env.PULUMI_CREDENTIALS_PATH || userPulumiHome();

/** A file that is no JSON is left to Pulumi, which says so: it is the user's, who has logged in somewhere. */
async function loggedIn(): Promise<boolean> {
  const text = await readIfThere(path.join(credentialsFolder(), "credentials.json"));
  if (text === undefined) return false;
  try {
    return Boolean(credentials.safeParse(JSON.parse(text)).data?.current);
  } catch {
    return true;
  }
}

/** The empty passphrase of a state that never leaves this machine, unless the user has set one. */
function passphrase(): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE } = process.env;
  return PULUMI_CONFIG_PASSPHRASE === undefined && !PULUMI_CONFIG_PASSPHRASE_FILE
    ? { PULUMI_CONFIG_PASSPHRASE: "" }
    : {};
}

const checkpoint = z.object({
  checkpoint: z.object({ latest: z.object({ resources: z.array(z.unknown()).optional() }).nullish() }),
});

/** What golive's own backend knows of a stack: nothing, a stack without resources, or one that holds some. */
export async function ownStack(stack: string): Promise<"unknown" | "empty" | "holds resources"> {
  const file = path.join(localFolder, "state", ".pulumi", "stacks", PROJECT, `${stack}.json`);
  const text = await readIfThere(file);
  if (text === undefined) return "unknown";
  const { latest } = checkpoint.parse(JSON.parse(text)).checkpoint;
  return (latest?.resources ?? []).length > 0 ? "holds resources" : "empty";
}

/** A project folder for `pulumi stack init`, which writes its salt into the stack file beside Pulumi.yaml. */
export async function scratchProject(): Promise<string> {
  await writeFile(path.join(localFolder, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  return localFolder;
}

/** Text of a file, or undefined where there is none. */
const readIfThere = (file: string): Promise<string | undefined> =>
  readFile(file, "utf8").catch(() => undefined);

/**
 * The stack file for the engine to use. Pulumi writes an encryption salt into the stack file of a passphrase
 * stack; on golive's own backend it gets a copy to write in, so that the tracked file stays as it is.
 */
export async function stackFileFor(backend: Backend, stack: string): Promise<string> {
  const tracked = path.join(repositoryRoot, `Pulumi.${stack}.yaml`);
  if (!backend.ours) return tracked;
  const copy = path.join(localFolder, `Pulumi.${stack}.yaml`);
  const [text, earlier] = await Promise.all([readIfThere(tracked), readIfThere(copy)]);
  const salt = /^encryptionsalt: .*$/m.exec(earlier ?? "")?.[0];
  const keeps = salt !== undefined && text !== undefined && !/^encryptionsalt: /m.test(text);
  await writeFile(copy, keeps ? `${salt}\n${text}` : (text ?? ""));
  return copy;
}
