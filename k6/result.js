/** What a run has shown: the thresholds that k6 judges, the table for people, the summary for programs. */
import { plan, SMOKE } from "./given.js";

/** What a load test does before the load has no scenario, and is not counted. */
const OF_LOAD = "{scenario:http}";
const REQUESTS = `http_reqs${OF_LOAD}`;
const DURATION = `http_req_duration${OF_LOAD}`;
const MESSAGES = "golive_websocket_messages";

/**
 * The readings of a load test, by the name of their limit in the plan. `least` is a limit of every plan: k6 lets a threshold
 * pass on a metric that has no sample, so that each part must have counted something.
 */
const PARTS = [
  {
    title: "HTTP Requests",
    has: plan.steps.length > 0,
    readings: {
      requests: { label: "Total", metric: REQUESTS, value: "count", is: ">=", least: 1, quiet: true },
      failedPercent: {
        label: "Failed",
        metric: `golive_steps_failed${OF_LOAD}`,
        value: "rate",
        is: "<",
        scale: 100,
        unit: "%",
      },
      p95Ms: { label: "Duration (p95)", metric: DURATION, value: "p(95)", is: "<", unit: "ms" },
      averageMs: { label: "Duration (avg)", metric: DURATION, value: "avg", is: "<", unit: "ms" },
      // By k6's own rate the time spent before the load would count as well.
      requestsPerSecond: {
        label: "Throughput",
        metric: REQUESTS,
        value: "count",
        is: ">",
        scale: 1 / plan.durationSeconds,
        unit: " req/s",
      },
    },
  },
  {
    title: "WebSocket",
    has: plan.websocket !== undefined,
    readings: {
      websocketConnections: {
        label: "Connections",
        metric: "golive_websocket_connections",
        value: "count",
        is: ">=",
        least: 1,
      },
      websocketMessages: {
        label: "Messages",
        metric: MESSAGES,
        value: "count",
        is: ">=",
        least: 1,
        quiet: true,
      },
      websocketErrors: { label: "Errors", metric: "golive_websocket_errors", value: "count", is: "<=" },
      websocketP95Ms: {
        label: "Message Latency (p95)",
        metric: "golive_websocket_latency",
        value: "p(95)",
        is: "<",
        unit: "ms",
      },
    },
  },
];

/** The parts of this plan, each reading with its name, and with its limit where it has one. */
const parts = PARTS.filter(({ has }) => has && !SMOKE).map(({ title, readings }) => ({
  title,
  readings: Object.entries(readings).map(([name, reading]) => ({
    name,
    scale: 1,
    unit: "",
    ...reading,
    set: plan.thresholds[name],
    limit: plan.thresholds[name] === undefined ? reading.least : plan.thresholds[name],
  })),
}));

const ruleOf = ({ value, is, limit, scale }) => `${value}${is}${limit / scale}`;
const ALL_STEPS = { metric: "golive_steps_passed", rule: `count>=${Math.max(1, plan.steps.length)}` };

/** As k6 takes them: of each metric its rules. One without a rule is named too, or k6 does not read the scenario's share. */
export function thresholds() {
  const rules = SMOKE ? { [ALL_STEPS.metric]: [ALL_STEPS.rule] } : {};
  for (const reading of parts.flatMap(({ readings }) => readings)) {
    const others = rules[reading.metric] || [];
    rules[reading.metric] = reading.limit === undefined ? others : [...others, ruleOf(reading)];
  }
  return rules;
}

/** What k6's own summary says, in the plan's words. */
export function resultOf({ metrics, root_group: group, state }) {
  const checks = checksOf(group);
  const judgedParts = parts.map(({ title, readings }) => ({ title, lines: judged(readings, metrics) }));
  const names = [...plan.steps, ...(plan.before || [])].map(({ name }) => name);
  return {
    kind: plan.kind,
    title: plan.title || `${plan.kind.toUpperCase()} TEST RESULTS`,
    version: __ENV.GOLIVE_VERSION || "",
    at: new Date().toISOString(),
    passed: SMOKE
      ? isKept(metrics[ALL_STEPS.metric], ALL_STEPS.rule)
      : judgedParts.every(({ lines }) => lines.every(({ ok }) => ok)),
    seconds: Math.round(state.testRunDurationMs / 1000),
    // k6 samples its users once a second, which a smoke test may be over before.
    users: SMOKE ? 1 : metrics.vus_max?.values.max || 0,
    requests: metrics.http_reqs?.values.count || 0,
    parts: judgedParts,
    steps: names.map((name) => ({ name, state: stateOf(checks, name) })),
    faults: checks.filter(({ name, fails }) => fails > 0 && !names.includes(name)).map(({ name }) => name),
  };
}

const checksOf = ({ checks, groups }) => [...checks, ...groups.flatMap(checksOf)];

function stateOf(checks, name) {
  const found = checks.find((check) => check.name === name);
  if (found === undefined) return "not reached";
  return found.fails > 0 ? "failed" : "passed";
}

const isKept = (metric, rule) => metric?.thresholds?.[rule]?.ok === true;

/** Whether each limit was kept; where nothing was counted none was, whatever k6 says of it. */
function judged(readings, metrics) {
  const counted = readings.find(({ quiet }) => quiet).metric;
  const nothing = !(metrics[counted]?.values.count > 0);
  return readings.map((reading) => {
    const metric = metrics[reading.metric];
    const found = (metric?.values[reading.value] || 0) * reading.scale;
    const kept = isKept(metric, ruleOf(reading)) && !nothing;
    return {
      ...reading,
      found: Math.round(found * 100) / 100,
      nothing,
      ok: reading.limit === undefined || kept,
    };
  });
}

const MARKS = { passed: "✅", failed: "❌", "not reached": "· " };
const LEAST_WIDTH = 62;
const MOST_WIDTH = 110;
const WIDE = /[✅❌]|⚠️/gu;

/** A box as wide as its longest line: each part of a load, each step of a smoke test, and what was wrong. */
export function tableOf({ title, parts: judgedParts, steps, faults, passed }) {
  const sections = [
    ...judgedParts.map(({ title: part, lines }) => [part, ...lines.map(lineOf)]),
    ...(SMOKE ? [["Steps", ...steps.map(({ name, state }) => `  ${MARKS[state]} ${name}`)]] : []),
    ...(faults.length > 0 ? [["Faults", ...faults.map((fault) => `  ${fault}`)]] : []),
    [passed ? `${MARKS.passed} passed` : `${MARKS.failed} failed`],
  ].map((lines) => lines.map(cut));
  const width = Math.max(LEAST_WIDTH, ...sections.flat().map((line) => widthOf(line) + 2));
  const bar = "═".repeat(width);
  const row = (text) => `║ ${text}${" ".repeat(width - 1 - widthOf(text))}║`;
  const headline = `${" ".repeat(Math.floor((width - title.length) / 2) - 1)}${title}`;
  const body = sections.map((lines) => lines.map(row).join("\n")).join(`\n╠${bar}╣\n`);
  return `╔${bar}╗\n${row(headline)}\n╠${bar}╣\n${body}\n╚${bar}╝\n`;
}

const cut = (line) => (line.length > MOST_WIDTH ? `${line.slice(0, MOST_WIDTH - 1)}…` : line);
/** Columns of a terminal: a mark takes two. */
const widthOf = (text) => [...text.replace(WIDE, "xx")].length;

function lineOf(reading) {
  const { name, label, value, found, unit, set, is, ok, quiet, nothing } = reading;
  const text = `  ${label}: ${nothing && value !== "count" ? "no samples" : `${found}${unit}`}`;
  const rule = set === undefined ? "" : ` (${is} ${set}${unit})`;
  if (name === "websocketErrors" && set === undefined) return found > 0 ? `${text}  ⚠️` : text;
  if (!ok) return `${text}  ${MARKS.failed}${rule}`;
  return reading.limit === undefined || quiet ? text : `${text}  ${MARKS.passed}${rule}`;
}

/** What Kubernetes keeps of a termination message. */
const MOST_BYTES = 4096;

/** The result as JSON; of faults as many as there is room for. `golive release attest` takes it as a report (evidence/reports/k6-job.ts). */
export function summaryOf(result) {
  const {
    kind,
    title,
    version,
    at,
    passed,
    seconds,
    users,
    requests,
    parts: judgedParts,
    steps,
    faults,
  } = result;
  const lines = judgedParts.flatMap((part) => part.lines);
  const named = (state) => steps.filter((step) => step.state === state).map(({ name }) => name);
  const whole = {
    kind,
    title,
    version,
    at,
    passed,
    seconds,
    users,
    requests,
    steps: { passed: named("passed"), failed: named("failed"), notReached: named("not reached") },
    readings: Object.fromEntries(
      lines.map(({ name, value, found, limit, is, ok, nothing }) => [
        name,
        {
          ...(nothing && value !== "count" ? {} : { found }),
          ...(limit === undefined ? {} : { is, limit, ok }),
        },
      ]),
    ),
  };
  const texts = faults.map((_, left) => JSON.stringify({ ...whole, faults: faults.slice(0, left + 1) }));
  const fitting = texts.filter((text) => bytesOf(text) <= MOST_BYTES);
  return fitting.pop() || JSON.stringify({ ...whole, faults: [] });
}

const bytesOf = (text) => encodeURIComponent(text).replace(/%../g, "x").length;
