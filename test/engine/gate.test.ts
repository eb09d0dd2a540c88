import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { repositoryRoot } from "../../engine/cache";
import { waitUntil } from "../support/cluster";
import { IngressMetrics, type PlayedTraffic } from "../support/ingress-metrics";
import { playedJobs, TestPrometheus } from "../support/prometheus";
import type { Finished } from "../support/project";

const PAGE = path.join(repositoryRoot, "docs", "gate.md");
const HOST = "shop.example.com";

const STABLE: PlayedTraffic = {
  namespace: "shop",
  ingress: "shop",
  service: "shop-stable",
  host: HOST,
  perSecond: 900,
};
const CANARY: PlayedTraffic = { ...STABLE, canary: "shop-shop-canary-80", perSecond: 300 };

const printed = z.object({
  verdict: z.enum(["advance", "hold", "roll back"]),
  reason: z.string(),
  rules: z.array(z.object({ id: z.string(), verdict: z.string(), reading: z.object({ kind: z.string() }) })),
});

/** As a pipeline calls it. */
function golive(...args: readonly string[]): Promise<Finished> {
  const tsx = path.join(repositoryRoot, "node_modules", "tsx", "dist", "cli.mjs");
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [tsx, "cli/golive.ts", "gate", ...args],
      { cwd: repositoryRoot },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

describe("golive gate and a real Prometheus, which scrapes a player of ingress-nginx's metrics (a stand-in)", () => {
  let folder: string;
  let rules: string;
  let player: IngressMetrics;
  let prometheus: TestPrometheus;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-gate-"));
    rules = path.join(folder, "rules.yaml");
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(await readFile(PAGE, "utf8")) ?? [];
    // Shorter than the page's, so that each scenario is a matter of seconds.
    await writeFile(rules, example.replaceAll("[5m]", "[4s]"));
    player = await IngressMetrics.start();
    player.play(STABLE);
    prometheus = await TestPrometheus.start(playedJobs(player.target, "shop"));
  });

  after(async () => {
    await prometheus.stop();
    await player.stop();
    await rm(folder, { recursive: true });
  });

  const ask = async (...more: readonly string[]) => {
    const { code, output } = await golive(rules, "--prometheus", prometheus.url, ...more);
    return { code, output, ...(more.includes("--json") ? printed.parse(JSON.parse(output)) : undefined) };
  };

  /** Plays traffic until the gate says so. */
  const until = async (verdict: string, reason: RegExp, traffic: PlayedTraffic) => {
    player.play(traffic);
    let last = await ask("--json");
    await waitUntil(`${verdict}: ${reason.source}`, async () => {
      last = await ask("--json");
      return last.verdict === verdict && reason.test(last.reason ?? "");
    });
    return last;
  };

  it("E4 an idle canary holds: no sample is no pass", async () => {
    const { code, rules: read } = await until("hold", /0 of 100 samples/, { ...CANARY, perSecond: 0 });
    assert.equal(code, 2);
    assert.deepEqual(
      read?.map(({ verdict }) => verdict),
      ["hold", "hold"],
    );
  });

  it("E4 a clean canary advances, and the table is that of docs/gate.md", async () => {
    assert.equal((await until("advance", /^all 2 rules pass$/, CANARY)).code, 0);
    const { code, output } = await ask();
    assert.equal(code, 0, output);
    const shape = (text: string) =>
      text
        .split("\n")
        .filter((line) => !/^[┌├└]/.test(line))
        .map((line) =>
          line
            .replace(/\d[\d ]*/g, "#")
            .replace(/\s+/g, " ")
            .trim(),
        )
        .join("\n");
    const [, shown = ""] = /```text\n([\s\S]*?)```/.exec(await readFile(PAGE, "utf8")) ?? [];
    assert.equal(shape(output).trim(), shape(shown).trim());
  });

  it("E4 more than 1 % of errors of the canary's requests rolls back, however well the stable side does", async () => {
    const { code, rules: read } = await until("roll back", /errors of the new version/, {
      ...CANARY,
      errorRatio: 0.03,
    });
    assert.equal(code, 3);
    assert.deepEqual(
      read?.map(({ verdict }) => verdict),
      ["roll back", "advance"],
    );
  });

  it("E4 a slow canary holds", async () => {
    const { code } = await until("hold", /^p95/, { ...CANARY, seconds: 0.8 });
    assert.equal(code, 2);
  });

  it("E4 a Prometheus that is gone holds, with one sentence", async () => {
    await prometheus.pause();
    const { code, output } = await ask();
    assert.equal(code, 2);
    assert.match(output, /unreachable: number of samples: Prometheus at http:\S+ connect ECONNREFUSED/);
    await prometheus.resume();
  });

  it("E4 rules that could pass with no data are a mistake, and so is a command line without rules", async () => {
    const vacuous = path.join(folder, "vacuous.yaml");
    await writeFile(vacuous, "rules:\n  - { id: a, prometheus: sum(x) or vector(0), above: 1 }\n");
    const refused = await golive(vacuous, "--prometheus", prometheus.url);
    assert.equal(refused.code, 1);
    assert.match(refused.output, /vacuous\.yaml:2:\d+ .*could pass with no data/);
    assert.equal((await golive("--prometheus", prometheus.url)).code, 1);
    const half = await golive("--system", "enova");
    assert.match(half.output, /expected a file of rules, or --system NAME with --stack NAME/);
  });

  it("E4 S7 --system asks a stack's own rules", async () => {
    const { code, output } = await golive(
      "--system",
      "enova",
      "--stack",
      "staging",
      "--json",
      "--prometheus",
      prometheus.url,
    );
    const { rules: read } = printed.parse(JSON.parse(output));
    assert.equal(code, 2, output);
    assert.ok(
      read.some(({ id }) => id === "enova/error-rate frontend-legacy"),
      output,
    );
    const unknown = await golive("--system", "shop", "--stack", "staging");
    assert.deepEqual([unknown.code, /no rules of shop: expected one of /.test(unknown.output)], [1, true]);
  });
});
