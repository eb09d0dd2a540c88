import { cp, mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "../../engine/cache";
import { buildPack } from "../../policies/build";

/** What a copy has of its own, or not at all, instead of a link to the checkout's. */
const OWN = /^(Pulumi\..*yaml|charts|releases|policies|\.golive|\.git|coverage|out)$/;

/** Makes `folder` a golive project: links to the checkout's files, with stack files, charts, releases and a compiled pack of its own. */
export async function copyCheckout(folder: string, stack: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(repositoryRoot)) {
    if (!OWN.test(entry)) await symlink(path.join(repositoryRoot, entry), path.join(folder, entry));
  }
  buildPack();
  // A pack looks for the releases beside its own folder, and a link would lead it to the checkout's.
  for (const own of [
    "charts",
    "releases",
    "policies/bin",
    "policies/PulumiPolicy.yaml",
    "policies/package.json",
  ]) {
    await cp(path.join(repositoryRoot, own), path.join(folder, own), { recursive: true });
  }
  for (const file of ["Pulumi.yaml", `Pulumi.${stack}.yaml`]) {
    await writeFile(path.join(folder, file), await readFile(path.join(repositoryRoot, file)));
  }
  return folder;
}

/** Makes `folder` a checkout of its own, all but the packages, which are a link: for what changes its sources. */
export async function copySources(folder: string): Promise<string> {
  const left = ["node_modules", ".git", ".golive", "dist", "coverage", "out"].map((name) =>
    path.join(repositoryRoot, name),
  );
  await cp(repositoryRoot, folder, { recursive: true, filter: (source) => !left.includes(source) });
  await symlink(path.join(repositoryRoot, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}
