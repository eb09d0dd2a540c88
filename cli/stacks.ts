/** The stacks of the checkout. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "../engine/cache";
import { UserError } from "./user-error";

/** Names of the stacks, in order. */
export async function stackNames(): Promise<string[]> {
  const files = await readdir(repositoryRoot);
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/**
 * Path of a stack's file, `Pulumi.<stack>.yaml` of the checkout.
 *
 * @throws {UserError} with the stacks that there are, where there is no such file.
 */
export async function stackFile(stack: string): Promise<string> {
  const names = await stackNames();
  if (names.includes(stack)) return path.join(repositoryRoot, `Pulumi.${stack}.yaml`);
  throw new UserError(
    `There is no stack ${JSON.stringify(stack)}: Pulumi.${stack}.yaml is not there.\n` +
      `Stacks: ${names.join(", ")}. To add one, copy Pulumi.develop.yaml to Pulumi.${stack}.yaml.`,
  );
}
