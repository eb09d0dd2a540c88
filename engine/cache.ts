/** Where golive keeps what it downloads and builds: outside the checkout, so that a second clone is quick. */
import { access, chmod, constants, mkdtemp, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** `${XDG_CACHE_HOME:-~/.cache}/golive`. */
export const cacheRoot = (): string =>
  path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "golive");

/** The checkout that this file belongs to. */
export const repositoryRoot: string = path.resolve(__dirname, "..");

/** Whether there is such a file or folder. */
export const exists = (file: string): Promise<boolean> => isAccessible(file, constants.F_OK);

/** Whether there is such a file and it may be run. */
export const isExecutable = (file: string): Promise<boolean> => isAccessible(file, constants.X_OK);

const isAccessible = (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );

/**
 * Makes a folder of the cache whole or not at all: `fill` writes into a folder of its own, which then takes the
 * name `target`. Where another process was quicker, its folder stands and ours is thrown away.
 */
export async function makeWhole(target: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}.`);
  try {
    await fill(folder);
    await rename(folder, target);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts an executable file in place whole: `fill` writes it beside its place, so that a run meanwhile never sees half of it. */
export async function placeWhole(target: string, fill: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${target}.${process.pid}`;
  try {
    await fill(partial);
    await chmod(partial, 0o755);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST");
}
