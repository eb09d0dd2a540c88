import { readdir } from "node:fs/promises";
import { repositoryRoot } from "../engine/cache";

/** Names of the stacks that have a file `Pulumi.<stack>.yaml` in the checkout, in alphabetical order. */
export async function stackNames(): Promise<string[]> {
  const files = await readdir(repositoryRoot);
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}
