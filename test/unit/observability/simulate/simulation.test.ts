import assert from "node:assert/strict";
import { excessesOf, tableOf, type Report } from "../../../../cli/alerts";
import { DAYS } from "../../../../observability/simulate/days";
import { pagesOf, wholeDay } from "../../../../observability/simulate/simulation";
import type { AlertmanagerTree } from "../../../../observability/routing";

const equal = (name: string, value: string) => ({ name, value, matchType: "=" as const });
const route = { continue: false, routes: [], muteTimeIntervals: [], activeTimeIntervals: [] };

const tree: AlertmanagerTree = {
  route: {
    ...route,
    receiver: "null",
    matchers: [],
    routes: [{ ...route, receiver: "critical", matchers: [equal("severity", "critical")] }],
  },
  receivers: [],
  inhibitRules: [
    {
      sourceMatch: [equal("severity", "critical")],
      targetMatch: [equal("severity", "warning")],
      equal: ["service"],
    },
  ],
  timeIntervals: [],
};

const down = { alertname: "Down", severity: "critical", service: "api" };
const slow = { alertname: "Slow", severity: "warning", service: "api" };

describe("simulated days", () => {
  it("K28 an alert calls once for as long as it fires, and again when it comes back; an inhibited one does not", () => {
    assert.deepEqual(pagesOf([[down], [down, slow], [], [down], [slow]], tree), [
      { receiver: "critical", alert: "Down", service: "api", minute: 0 },
      { receiver: "critical", alert: "Down", service: "api", minute: 15 },
      { receiver: "null", alert: "Slow", service: "api", minute: 20 },
    ]);
  });

  it("K28 two alerts of the same labels are one call", () => {
    assert.equal(pagesOf([[down, { ...down }]], tree).length, 1);
  });

  it("K28 what is asked about around noon holds before it and after it", () => {
    const day = wholeDay([[], [slow], [down]]);
    assert.equal(day.length, 288);
    assert.deepEqual(day.slice(141, 146), [[], [], [slow], [down], [down]]);
    assert.deepEqual([day[0], day[287]], [[], [down]]);
    assert.ok(wholeDay([[down]]).every(([only]) => only === down));
  });

  const report = (count: number): Report => ({
    stack: "production",
    pages: Array.from({ length: count }, (_, minute) => ({
      day: "incident",
      receiver: "shop/shop/critical",
      alert: "Down",
      service: "api",
      minute,
    })),
  });

  it("K28 more calls than the budget, or than before where there is none, are told", () => {
    assert.deepEqual(excessesOf(report(2), report(2), {}), []);
    assert.deepEqual(excessesOf(report(3), undefined, {}), []);
    assert.deepEqual(excessesOf(report(3), report(2), { critical: 3 }), []);
    assert.match(excessesOf(report(3), report(2), {}).join(), /called 3 times .* at most 2 \(as before/);
    assert.match(
      excessesOf(report(3), undefined, { critical: 1 }).join(),
      /at most 1 \(golive:observability/,
    );
  });

  it("K28 a change stands in the table as before and after", () => {
    const cells = (row: string) => row.split("│").map((cell) => cell.trim());
    const [, head = "", , row = ""] = tableOf(report(3), report(2), { critical: 4 }).split("\n");
    assert.deepEqual(cells(head).slice(1, -1), ["receiver", ...DAYS, "all", "budget"]);
    assert.deepEqual(cells(row).slice(1, -1), ["shop/shop/critical", "0", "0", "0", "2 → 3", "2 → 3", "4"]);
  });
});
