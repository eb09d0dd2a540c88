import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { simulateAlerts } from "../../cli/alerts";
import { DAYS } from "../../observability/simulate/days";

/** What `golive alerts simulate develop --json --against` prints, after a change before which nobody was called. */
async function simulated() {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-simulate-"));
  const before = path.join(folder, "before.json");
  const said = { log: [""], error: [""] };
  const { log, error } = console;
  console.log = (text: string) => said.log.push(text);
  console.error = (text: string) => said.error.push(text);
  try {
    await writeFile(before, JSON.stringify({ stack: "develop", pages: [] }));
    const code = await simulateAlerts("develop", { json: true, against: before });
    return { code, output: said.log.join(""), errors: said.error.slice(1) };
  } finally {
    Object.assign(console, { log, error });
    await rm(folder, { recursive: true });
  }
}

const report = z.object({
  stack: z.string(),
  pages: z.array(
    z.object({ day: z.enum(DAYS), receiver: z.string(), alert: z.string(), minute: z.number() }),
  ),
});

describe("four days of develop, by promtool", () => {
  let answer: Awaited<ReturnType<typeof simulated>>;
  before(async () => {
    answer = await simulated();
  });

  const pagesOn = (day: (typeof DAYS)[number]) =>
    report.parse(JSON.parse(answer.output)).pages.filter((page) => page.day === day);
  const callsOf = (alert: string) =>
    pagesOn("incident")
      .filter((page) => page.alert === alert)
      .map(({ receiver, minute }) => [path.basename(receiver), minute]);

  it("K28 nobody is called on a steady day, for a few bad requests at night, or for a release", () => {
    for (const day of ["steady", "night", "deploy"] as const) assert.deepEqual(pagesOn(day), [], day);
  });

  it("K24 K25 an outage at noon calls within minutes, once for each alert", () => {
    assert.deepEqual(callsOf("HighErrorRate"), [["critical", 725]]);
    assert.deepEqual(callsOf("HealthCheckFailing"), [["critical", 725]]);
    assert.deepEqual(callsOf("PodCPUSaturation"), [["warning", 730]]);
  });

  it("K28 an outage that is not over after half an hour calls the team, and after an hour the Tech Lead", () => {
    const calls = callsOf("CriticalAlertUnattended");
    const first = (receiver: string) =>
      Math.min(...calls.flatMap(([name, minute]) => (name === receiver ? [Number(minute)] : [])));
    assert.deepEqual([first("escalation-1"), first("escalation-2")], [750, 780]);
    // It was over before the two hours of the next level.
    assert.equal(first("escalation-3"), Infinity);
  });

  it("K28 more calls than before the change fail, with a sentence for each receiver", () => {
    assert.equal(answer.code, 1);
    const receivers = new Set(pagesOn("incident").map(({ receiver }) => receiver));
    assert.equal(answer.errors.length, receivers.size);
    for (const receiver of receivers) {
      const said = new RegExp(
        `^${receiver} is called \\d+ times on the four days, expected at most 0 \\(as before the change\\)`,
      );
      assert.equal(answer.errors.filter((line) => said.test(line)).length, 1, receiver);
    }
  });
});
