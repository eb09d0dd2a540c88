/** `npm run bench`: what golive costs over an empty program, as medians of paired runs on this machine. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import Table from "cli-table3";
import { startCluster } from "../engine/cluster/cluster";
import { prepareEngine } from "../engine/engine";
import { startMoto } from "../engine/moto";
import { step } from "../engine/progress";
import { buildPack } from "../policies/build";
import { moduleShares } from "./load";
import { median, timePairs, type Pair } from "./paired";
import { emptyPack, emptyProgram, goliveProgram, plainProgram, servicesProgram } from "./projects";

const ROUNDS = 5;
const GROWTH = [10, 100, 1000];
const GROWTH_ROUNDS = 3;
/** About as many resources as production declares. */
const PLAIN = 350;

/** One run of Pulumi in a project, in seconds; a run that fails is no measurement. */
type Run = (folder: string, ...args: string[]) => Promise<number>;

const runIn =
  (pulumi: string, env: NodeJS.ProcessEnv): Run =>
  (folder, ...args) =>
    new Promise((resolve, reject) => {
      const started = performance.now();
      const child = spawn(pulumi, ["--non-interactive", "--color=never", ...args], { cwd: folder, env });
      let output = "";
      const collect = (text: Buffer) => (output += text.toString());
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.on("error", reject);
      child.on("close", (code) => {
        if (code === 0) resolve((performance.now() - started) / 1000);
        else reject(new Error(`pulumi ${args.join(" ")} in ${folder} failed:\n${output}`));
      });
    });

interface Goal extends Pair {
  /** The most that the ratio should be. */
  readonly goal: number;
}

async function printPairs(pairs: readonly Goal[]): Promise<void> {
  const table = plainTable("measured against", "measured", "against", "ratio", "goal");
  for (const pair of pairs) {
    const { measured, against, ratio } = await step(pair.name, () => timePairs(pair, ROUNDS));
    table.push([pair.name, seconds(measured), seconds(against), ratio.toFixed(2), `<= ${pair.goal}`]);
  }
  console.log(table.toString());
}

const plainTable = (...head: string[]) => new Table({ head, style: { head: [], border: [] } });
const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** The folders of what is measured and of what it is held against, their stacks made. */
interface Projects {
  readonly golive: string;
  readonly production: string;
  readonly empty: string;
  readonly plain: string;
  readonly pack: string;
}

async function makeProjects(folder: string, run: Run): Promise<Projects> {
  const [golive, production, empty, plain, pack] = await Promise.all([
    goliveProgram(path.join(folder, "golive"), "develop"),
    goliveProgram(path.join(folder, "production"), "production"),
    emptyProgram(path.join(folder, "empty")),
    plainProgram(path.join(folder, "plain"), PLAIN),
    emptyPack(path.join(folder, "pack")),
  ]);
  await run(golive, "stack", "init", "develop");
  await run(production, "stack", "init", "production");
  await run(empty, "stack", "init", "develop");
  await run(plain, "stack", "init", "develop");
  return { golive, production, empty, plain, pack };
}

/** Previews with no cluster and no account: golive against an empty program, its pack against an empty one. */
async function benchPreviews({ golive, production, empty, plain, pack }: Projects, run: Run): Promise<void> {
  const preview = (project: string, ...args: string[]) => run(project, "preview", ...args);
  await printPairs([
    {
      name: "preview of develop / an empty program",
      goal: 1.5,
      measured: () => preview(golive),
      against: () => preview(empty),
    },
    {
      name: "preview of production, all its systems / an empty program",
      goal: 1.8,
      measured: () => preview(production),
      against: () => preview(empty),
    },
    {
      name: `preview of production, all its systems / a program of ${PLAIN} ConfigMaps`,
      goal: 1.5,
      measured: () => preview(production),
      against: () => preview(plain),
    },
    {
      name: "preview with golive's pack / an empty pack",
      goal: 1.15,
      measured: () => preview(golive, "--policy-pack", "policies"),
      against: () => preview(golive, "--policy-pack", pack),
    },
  ]);
}

/** `up` with nothing to do, on the local control plane and moto. */
async function benchUp({ golive, empty }: Projects, pulumi: string, env: NodeJS.ProcessEnv): Promise<void> {
  const [cluster, moto] = await Promise.all([startCluster(), startMoto({ accountId: "202533518394" })]);
  try {
    const run = runIn(pulumi, {
      ...env,
      KUBECONFIG: cluster.kubeconfig,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const up = (project: string) => run(project, "up", "--yes", "--stack", "develop");
    await up(golive);
    await printPairs([
      {
        name: "up with nothing to do / an empty program",
        goal: 1.5,
        measured: () => up(golive),
        against: () => up(empty),
      },
    ]);
  } finally {
    await Promise.all([cluster.stop(), moto.stop()]);
  }
}

async function printShares(env: NodeJS.ProcessEnv): Promise<void> {
  const shares = await moduleShares(ROUNDS, env);
  const total = [...shares.values()].reduce((sum, value) => sum + value, 0);
  const table = plainTable("module", "own ms", "share");
  for (const [name, ms] of [...shares].slice(0, 12)) {
    table.push([name, ms.toFixed(0), `${((100 * ms) / total).toFixed(0)} %`]);
  }
  console.log(`loading index.ts's modules: ${total.toFixed(0)} ms`);
  console.log(table.toString());
}

/** Previews of more and more services: each service should cost no more among a thousand than among a hundred. */
async function benchGrowth(folder: string, run: Run): Promise<void> {
  const table = plainTable("services", "preview", "per service");
  for (const count of GROWTH) {
    const project = await servicesProgram(path.join(folder, `services-${count}`), count);
    await run(project, "stack", "init", `of-${count}`);
    const times: number[] = [];
    await step(`previews of ${count} services`, async () => {
      for (let round = 0; round < GROWTH_ROUNDS; round++) {
        times.push(await run(project, "preview", "--stack", `of-${count}`));
      }
    });
    const typical = median(times);
    table.push([count, seconds(typical), `${((1000 * typical) / count).toFixed(0)} ms`]);
  }
  console.log(table.toString());
}

async function main(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-bench-"));
  await mkdir(path.join(folder, "state"));
  buildPack();
  const engine = await prepareEngine();
  const env = { ...engine.env, PULUMI_BACKEND_URL: `file://${folder}/state`, PULUMI_CONFIG_PASSPHRASE: "" };
  const alone = runIn(engine.pulumi, { ...env, KUBECONFIG: path.join(folder, "none") });
  const projects = await makeProjects(folder, alone);
  const benches: Readonly<Record<string, () => Promise<void>>> = {
    preview: () => benchPreviews(projects, alone),
    up: () => benchUp(projects, engine.pulumi, env),
    load: () => printShares(env),
    growth: () => benchGrowth(folder, alone),
  };
  try {
    for (const [name, bench] of Object.entries(benches)) {
      if (names.length === 0 || names.includes(name)) await bench();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2));
