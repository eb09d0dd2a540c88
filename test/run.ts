/** `npm test`: every check and every suite, each with the time it took; the last line counts what passed and failed. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { formatSeconds } from "../engine/progress";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const REPORTER = ["mocha", "--reporter", "test/support/count-reporter.ts"];

const mocha = (suite: string, ...options: string[]): Step => ({
  name: suite,
  command: [...REPORTER, ...options, `test/${suite}/**/*.test.ts`],
});

const ENGINE = "test/engine";
const LONGEST = ["stacks", "canary", "lifecycle", "wave-gate", "waves"].map((name) => `${name}.test.ts`);

/** The files of the engine's suite, each once, the longest first: two run at a time, and none runs on alone at the end. */
function engineFiles(): readonly string[] {
  const others = readdirSync(ENGINE).filter((name) => name.endsWith(".test.ts") && !LONGEST.includes(name));
  return [...LONGEST, ...others].map((name) => `${ENGINE}/${name}`);
}

const steps: readonly Step[] = [
  { name: "format", command: ["prettier", "--check", "--log-level=warn", "."] },
  { name: "types", command: ["tsc", "--noEmit", "--project", "."] },
  { name: "lint", command: ["eslint", "--max-warnings=0", "."] },
  // Two test files at once would else build the same tool twice, and a test would wait for it.
  { name: "tools", command: ["tsx", "cli/golive.ts", "engine", "--all"] },
  mocha("unit"),
  mocha("policy"),
  // Alone, as `npm run test:rules`, it makes the three tools that it needs itself.
  mocha("rules", "--timeout=600000"),
  // On a PostgreSQL of their own; they print tables of faults and of writers' waits, and make the one tool that they need themselves.
  mocha("migrations", "--timeout=240000"),
  {
    name: "engine",
    command: [...REPORTER, "--timeout=300000", "--parallel", "--jobs=2", ...engineFiles()],
  },
  // One rollout after the other on one control plane; it prints the table of scenarios.
  mocha("rollout", "--timeout=900000"),
];

const counts = z.object({
  passes: z.number(),
  failures: z.number(),
  pending: z.number(),
  failed: z.array(z.string()),
});
type Counts = z.infer<typeof counts>;

interface Outcome {
  readonly name: string;
  readonly counts: Counts;
  readonly seconds: number;
}

async function runStep(step: Step, folder: string): Promise<Outcome> {
  const report = path.join(folder, `${step.name}.json`);
  const started = performance.now();
  console.log(`\n== ${step.name}`);
  const code = await runCommand(step.command, { ...process.env, GOLIVE_TEST_COUNTS: report });
  const seconds = (performance.now() - started) / 1000;
  return { name: step.name, counts: await countsOf(report, code), seconds };
}

/** A suite's own counts; a check, or a suite that died before it could count, is one that passed or failed. */
async function countsOf(report: string, code: number): Promise<Counts> {
  const text = await readFile(report, "utf8").catch(() => undefined);
  if (text === undefined) {
    return code === 0
      ? { passes: 1, failures: 0, pending: 0, failed: [] }
      : { passes: 0, failures: 1, pending: 0, failed: [`ended with ${code}`] };
  }
  const read = counts.parse(JSON.parse(text));
  return code !== 0 && read.failures === 0 ? { ...read, failures: 1 } : read;
}

function runCommand(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(path.join("node_modules", ".bin", program), args, { stdio: "inherit", env });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const sum = (outcomes: readonly Outcome[], key: "passes" | "failures" | "pending"): number =>
  outcomes.reduce((total, { counts }) => total + counts[key], 0);

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `no such step: ${unknown.join(", ")}; there are ${steps.map(({ name }) => name).join(", ")}`,
    );
    process.exitCode = 1;
    return;
  }
  // Half an hour of rollouts is asked for by name alone.
  const chosen =
    names.length === 0
      ? steps.filter(({ name }) => name !== "rollout")
      : steps.filter(({ name }) => names.includes(name));
  const folder = await mkdtemp(path.join(tmpdir(), "golive-test-"));
  const outcomes: Outcome[] = [];
  for (const step of chosen) outcomes.push(await runStep(step, folder));
  await rm(folder, { recursive: true });
  // Again at the end: of a long log people and machines keep the last lines.
  const failed = outcomes.flatMap(({ name, counts }) => counts.failed.map((what) => `${name}: ${what}`));
  if (failed.length > 0) console.log(`\n== what failed\n${failed.join("\n")}`);
  console.log("\n== where the time went");
  for (const { name, counts, seconds } of outcomes) {
    console.log(
      `${name.padEnd(8)} ${formatSeconds(seconds).padStart(12)}  ${counts.passes} passed, ${counts.failures} failed`,
    );
  }
  const failures = sum(outcomes, "failures");
  const skipped = sum(outcomes, "pending");
  if (skipped > 0) console.log(`${skipped} skipped: see above what this machine lacks`);
  console.log(`${sum(outcomes, "passes")} passed, ${failures} failed`);
  process.exitCode = failures > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
