/** A metric put to a wrong use does not compile: each snippet has an error at its marked line, and none without that line. */
import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "../../../..");
/** A file that is not on disk, beside those that it imports. */
const FILE = path.join(ROOT, "observability", "wrong-use.ts");

const IMPORTS = `
import { APPLICATION } from "./metrics/application";
import { CADVISOR } from "./metrics/cadvisor";
import { INGRESS_NGINX } from "./metrics/ingress-nginx";
import { KUBE_STATE_METRICS } from "./metrics/kube-state-metrics";
import { counter, gauge, histogram } from "./metrics/metric";
import * as q from "./promql/expression";
import { SIGNALS } from "./signals";
import type { SubjectOf } from "./signals/signal";
export const used = { APPLICATION, CADVISOR, INGRESS_NGINX, KUBE_STATE_METRICS, counter, gauge, histogram, q, SIGNALS };
declare const host: SubjectOf<"host">;
declare const workload: SubjectOf<"workload">;
const { requests, duration } = INGRESS_NGINX;
const byPod = q.sum(q.rate(q.select(CADVISOR.cpu), "5m")).by("namespace", "pod", "container");
const limits = q.max(q.now(q.select(KUBE_STATE_METRICS.containerLimit))).by("namespace", "pod", "container");
`;

interface Snippet {
  readonly title: string;
  readonly wrong: string;
  readonly right: string;
}

const SNIPPETS: readonly Snippet[] = [
  {
    title: "P5 a counter read raw",
    wrong: "q.now(q.select(requests));",
    right: 'q.rate(q.select(requests), "5m");',
  },
  {
    title: "P5 the raw counts of a histogram",
    wrong: "q.now(q.buckets(duration));",
    right: 'q.rate(q.buckets(duration), "5m");',
  },
  {
    title: "a rate of a gauge",
    wrong: 'q.rate(q.select(CADVISOR.memory), "5m");',
    right: "q.now(q.select(CADVISOR.memory));",
  },
  {
    title: "a counter over a time",
    wrong: 'q.overTime("avg", q.select(requests), "5m");',
    right: 'q.overTime("avg", q.select(CADVISOR.memory), "5m");',
  },
  {
    title: "a matcher of a label that the metric has not",
    wrong: 'q.select(requests, { code: "503" });',
    right: 'q.select(requests, { status: "503" });',
  },
  {
    title: "a group by a label that the metric has not",
    wrong: 'q.sum(q.rate(q.select(requests), "5m")).by("pod");',
    right: 'q.sum(q.rate(q.select(requests), "5m")).by("ingress");',
  },
  {
    title: "a group by a label that an aggregation has dropped",
    wrong: 'q.max(byPod).by("image");',
    right: 'q.max(byPod).by("pod");',
  },
  {
    title: "a group by nothing",
    wrong: "q.sum(byPod).by();",
    right: "q.sum(byPod).all();",
  },
  {
    title: "P12 a division of unequal labels",
    wrong: 'byPod.dividedBy(q.max(limits).by("namespace", "pod"));',
    right: "byPod.dividedBy(limits);",
  },
  {
    title: "a comparison with one series that has no labels",
    wrong: "byPod.above(q.max(limits).all());",
    right: "byPod.above(0.8);",
  },
  {
    title: "P3 an or of unequal labels",
    wrong: "byPod.or(q.sum(byPod).all().times(0));",
    right: "byPod.or(limits.times(0));",
  },
  {
    title: "a match on a label that one side has not",
    wrong: 'byPod.andOn(q.max(limits).by("namespace"), "pod");',
    right: 'byPod.andOn(q.max(limits).by("namespace"), "namespace");',
  },
  {
    title: "P8 a quantile of what has lost its buckets",
    wrong: 'q.quantile(0.95, q.sum(q.rate(q.buckets(duration), "5m")).by("ingress"));',
    right: 'q.quantile(0.95, q.sum(q.rate(q.buckets(duration), "5m")).by("ingress", "le"));',
  },
  {
    title: "buckets of what is no histogram",
    wrong: "q.buckets(requests);",
    right: "q.buckets(duration);",
  },
  {
    title: "a histogram read as if it were a counter",
    wrong: "q.select(duration);",
    right: "q.observations(duration);",
  },
  {
    title: "a bucket asked for where there is only a count",
    wrong: 'q.observations(duration, { le: "0.5" });',
    right: 'q.buckets(duration, { le: "0.5" });',
  },
  {
    title: "a window of no unit",
    wrong: 'q.rate(q.select(requests), "5");',
    right: 'q.rate(q.select(requests), "$__rate_interval");',
  },
  {
    title: "a signal of a host asked of a workload",
    wrong: 'SIGNALS.errorRatio.value(workload, "5m");',
    right: 'SIGNALS.errorRatio.value(host, "5m");',
  },
  {
    title: "a signal that is not there",
    wrong: 'SIGNALS.errorsRatio.value(host, "5m");',
    right: 'SIGNALS.errorRatio.value(host, "5m");',
  },
  {
    title: "a histogram without its buckets",
    wrong: 'histogram("a_seconds", [], { unit: "seconds", exporter: "application", help: "A." });',
    right:
      'histogram("a_seconds", [], { unit: "seconds", exporter: "application", help: "A.", buckets: [1] });',
  },
];

/** A program per snippet would read the project's types each time: all are one file, a function each. */
function errorLines(statements: readonly string[]): ReadonlySet<number> {
  const text = `${IMPORTS}\n${statements.join("\n")}\n`;
  const config = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options, true);
  const program = ts.createProgram([FILE], options, {
    ...host,
    fileExists: (file) => file === FILE || host.fileExists(file),
    readFile: (file) => (file === FILE ? text : host.readFile(file)),
    getSourceFile: (file, language, ...rest) =>
      file === FILE
        ? ts.createSourceFile(file, text, language, true)
        : host.getSourceFile(file, language, ...rest),
  });
  const source = program.getSourceFile(FILE);
  assert.ok(source);
  const errors = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  const first = IMPORTS.split("\n").length;
  return new Set(errors.map(({ start = 0 }) => source.getLineAndCharacterOfPosition(start).line - first));
}

describe("a metric put to a wrong use", () => {
  let wrong: ReadonlySet<number>;
  let right: ReadonlySet<number>;

  before(function () {
    this.timeout(120_000);
    wrong = errorLines(SNIPPETS.map((snippet) => snippet.wrong));
    right = errorLines(SNIPPETS.map((snippet) => snippet.right));
  });

  SNIPPETS.forEach(({ title, wrong: text }, line) => {
    it(`K24 does not compile: ${title}: ${text}`, () => {
      assert.equal(wrong.has(line), true, "it compiles");
      assert.equal(right.has(line), false, "its right use does not compile");
    });
  });

  it("K24 is all that does not compile", () => {
    assert.deepEqual(
      [...wrong].filter((line) => SNIPPETS[line] === undefined),
      [],
    );
    assert.deepEqual([...right], []);
  });
});
