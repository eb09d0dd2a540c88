/** How long the program's modules take to load, and which package takes what share of it. */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { repositoryRoot } from "../engine/cache";
import { median } from "./paired";

const run = promisify(execFile);

const shares = z.record(z.string(), z.number());

/** Median milliseconds that each package's own modules took, over `rounds` fresh processes. */
export async function moduleShares(
  rounds: number,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyMap<string, number>> {
  const samples: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await loadOnce(env));
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))];
  const medians = names.map((name): [string, number] => [
    name,
    median(samples.map((sample) => sample[name] ?? 0)),
  ]);
  return new Map(medians.sort(([, a], [, b]) => b - a));
}

async function loadOnce(env: NodeJS.ProcessEnv): Promise<Record<string, number>> {
  const child = path.join(repositoryRoot, "bench", "load-child.ts");
  const { stdout } = await run(process.execPath, ["--require", "ts-node/register", child], {
    cwd: repositoryRoot,
    env,
  });
  return shares.parse(JSON.parse(stdout));
}
