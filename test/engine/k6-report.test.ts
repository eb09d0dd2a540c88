import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { findTool } from "../../engine/acquire";
import type { Fact } from "../../evidence/fact";
import { isFact, readReport } from "../../evidence/reports";
import { startServer, type TestServer } from "../support/http-server";
import { runK6 } from "../support/k6";

/** A third of the requests fails; one threshold is kept, and one is crossed. */
const SCRIPT = `import http from "k6/http";
import { check, group } from "k6";
export const options = {
  vus: 2,
  iterations: 6,
  thresholds: { http_req_duration: ["p(95)<20000"], http_req_failed: ["rate<0.01"] },
};
export default function () {
  group("shop", () => check(http.get(__ENV.URL + "/ok"), { "is there": ({ status }) => status === 200 }));
  http.get(__ENV.URL + "/ok");
  check(http.get(__ENV.URL + "/none"), { "is found": ({ status }) => status === 200 });
}`;
const HANDLE = `export function handleSummary(data) { return { [__ENV.OUT]: JSON.stringify(data) }; }`;

function read(text: string): Fact<"k6"> {
  const release = { system: "shop", version: "v1.2.3", commit: "c".repeat(40), at: "2026-11-20T08:00:00Z" };
  const fact = readReport({ kind: "k6", name: "k6", file: "k6.json" }, Buffer.from(text), release);
  assert.ok(isFact(fact) && fact.kind === "k6", JSON.stringify(fact));
  return fact;
}

/** What the real k6 writes, read as a report of a release. */
describe("k6's own reports", () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({ "GET /ok": {}, "GET /health": {} });
  });
  after(() => server.close());

  it("K17 K18 say the same by --summary-export and by handleSummary", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-k6-report-"));
    const file = (name: string) => path.join(folder, name);
    await writeFile(file("export.js"), SCRIPT);
    await writeFile(file("handle.js"), `${SCRIPT}\n${HANDLE}`);
    const k6 = await findTool("k6");
    const env = {
      ...process.env,
      HOME: folder,
      URL: server.url,
      OUT: file("handle.json"),
      K6_NO_USAGE_REPORT: "true",
    };
    const runs = [
      ["run", "--quiet", `--summary-export=${file("export.json")}`, file("export.js")],
      ["run", "--quiet", file("handle.js")],
    ];
    for (const args of runs) {
      await assert.rejects(promisify(execFile)(k6, args, { env }), { code: 99 });
    }
    for (const name of ["export.json", "handle.json"]) {
      const {
        checks,
        thresholds,
        requests,
        failed,
        mean = 0,
        p95 = 0,
        duration,
      } = read(await readFile(file(name), "utf8"));
      assert.deepEqual(
        { checks: [...checks].sort((a, b) => (a.name < b.name ? -1 : 1)), requests },
        {
          checks: [
            { name: "is found", passes: 0, fails: 6 },
            { name: "is there", passes: 6, fails: 0 },
          ],
          requests: 18,
        },
        name,
      );
      assert.deepEqual(
        thresholds.map(({ metric, ok }) => [metric, ok]).sort(),
        [
          ["http_req_duration", true],
          ["http_req_failed", false],
        ],
        name,
      );
      assert.ok(Math.abs(failed - 1 / 3) < 1e-9 && mean > 0 && p95 >= mean / 2 && duration > 0, name);
    }
    await rm(folder, { recursive: true });
  });

  it("K14 K17 and golive's Job says of each step how it went", async () => {
    const step = (name: string, status: number) =>
      ({ name, method: "GET", path: "/health", expect: { status } }) as const;
    const steps = [step("Health Check", 200), step("Login", 201), step("Logout", 200)];
    const { summary } = await runK6({ kind: "smoke", baseUrl: server.url, steps });
    assert.deepEqual(read(JSON.stringify(summary)).checks, [
      { name: "Health Check", passes: 1, fails: 0 },
      { name: "Login", passes: 0, fails: 1 },
      { name: "Logout", passes: 0, fails: 0 },
    ]);
  });
});
