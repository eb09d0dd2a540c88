import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { XMLParser } from "fast-xml-parser";
import { listedRules } from "../../cli/policy/list";
import { exitCode, testPolicies, writeReports, type TestReport } from "../../cli/policy/test";
import { verdictText } from "../../cli/policy/text";
import { policyNames } from "../../policies/names";

const root = path.resolve(__dirname, "../..");

const container = (image: string) => `containers: [{ name: app, image: ${image} }]`;
const good = container("nginx:1.27");
const bad = container("nginx:latest");

const deployment = (name: string, pod: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  template:\n    spec:\n      ${pod}\n`;

/** Asserts that a value holds all that another has, wherever it has more beside. */
function assertHolds(value: unknown, held: unknown): void {
  if (typeof held !== "object" || held === null) assert.deepEqual(value, held);
  else
    for (const [key, item] of Object.entries(held))
      assertHolds(typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined, item);
}

describe("golive policy test", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-policy-"));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (name: string, text: string): Promise<string> => {
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
    return target;
  };
  const json = (name: string, value: unknown) => file(name, JSON.stringify(value));
  const judged = (paths: string[], rule = "image-tag"): Promise<TestReport> =>
    testPolicies(paths, { rule: [rule] });
  const objects = ({ verdicts }: TestReport) => verdicts.map(({ object, verdict }) => `${object} ${verdict}`);
  const said = ({ errors }: TestReport) => errors.map(({ message }) => message);

  it("K4 gives a verdict for each object and rule, with file, level, path and container", async () => {
    const target = await file("two.yaml", `${deployment("web", bad)}---\n${deployment("api", good)}`);
    const { verdicts, summary } = await judged([target]);
    const [{ message, ...fail } = assert.fail(), pass] = verdicts;
    assert.deepEqual(fail, {
      file: target,
      object: "Deployment/shop/web",
      rule: "image-tag",
      verdict: "fail",
      severity: "high",
      level: "mandatory",
      path: "spec.template.spec.containers[0].image",
      container: "app",
    });
    assert.match(message, /is "nginx:latest"/);
    assert.deepEqual(pass, {
      file: target,
      object: "Deployment/shop/api",
      rule: "image-tag",
      verdict: "pass",
      message: "",
      severity: "high",
      level: "mandatory",
    });
    assert.deepEqual(summary, { files: 1, objects: 2, pass: 1, fail: 1, undecidable: 0, errors: 0 });
  });

  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [{ name: "a", image: "a" }] },
  };
  const urn = "urn:pulumi:develop::shop::kubernetes:core/v1:Pod::p";
  const state = { urn, type: "kubernetes:core/v1:Pod", inputs: pod };
  const documents: Readonly<Record<string, unknown>> = {
    "a JSON object": pod,
    "a JSON list": [pod],
    "kind: List": { apiVersion: "v1", kind: "List", items: [pod] },
    "a list of its kind": { apiVersion: "v1", kind: "PodList", items: [pod] },
    "a preview": {
      steps: [
        { op: "create", urn, newState: state },
        { op: "delete", urn, oldState: state },
      ],
    },
    "a preview that replaces": {
      steps: [
        { op: "create-replacement", newState: state },
        { op: "replace", newState: state },
      ],
    },
    "a state": { version: 3, deployment: { resources: [state, { ...state, delete: true }] } },
  };
  for (const [title, document] of Object.entries(documents)) {
    it(`K4 reads ${title}`, async () => {
      assert.deepEqual(objects(await judged([await json(`${title}.json`, document)])), ["Pod/p fail"]);
    });
  }

  it("K4 reads a folder, all below it but packages and hidden folders, and says what it left out", async () => {
    await file("app/base/web.yml", deployment("web", bad));
    await file("app/values.yaml", "replicas: 2\n");
    await file("app/node_modules/x/a.yaml", "kind: [");
    await file("app/.cache/a.yaml", "kind: [");
    const report = await judged([path.join(folder, "app")]);
    assert.deepEqual(objects(report), ["Deployment/shop/web fail"]);
    assert.deepEqual(
      [report.skipped.map((each) => path.basename(each)), report.errors],
      [["values.yaml"], []],
    );
  });

  it("K4 unwraps a secret that a preview shows, and judges without one that it hides", async () => {
    const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const secret = (fields: object) => ({ ...state, inputs: { ...pod, spec: { ...mark, ...fields } } });
    const shown = await json("shown.json", {
      steps: [{ newState: secret({ plaintext: JSON.stringify(pod.spec) }) }],
    });
    assert.deepEqual(objects(await judged([shown])), ["Pod/p fail"]);
    const hidden = await json("hidden.json", { steps: [{ newState: secret({ ciphertext: "v1:x" }) }] });
    assert.deepEqual(said(await judged([hidden])), []);
  });

  it("D3 tells a value known only at up apart: undecidable, with its path, and blocking", async () => {
    const unknown = {
      ...pod,
      spec: { containers: [{ name: "a", image: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }] },
    };
    const target = await json("unknown.json", { steps: [{ newState: { ...state, inputs: unknown } }] });
    const report = await judged([target]);
    assert.deepEqual(
      report.verdicts.map(({ verdict, path: at }) => [verdict, at]),
      [["undecidable", "spec.containers[0].image"]],
    );
    assert.equal(exitCode(report), 1);
  });

  it("K4 reads YAML as Kubernetes does: yes is true, anchors are merged, a date is a text", async () => {
    const target = await file(
      "yaml11.yaml",
      `x: &pod { containers: [&c { name: a, image: "a:1", securityContext: { privileged: yes } }] }\napiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { at: 2026-01-01 } }\nspec: { <<: *pod }\n`,
    );
    assert.deepEqual(objects(await judged([target])), ["Pod/p pass"]);
  });

  const broken: Readonly<Record<string, { text: string; says: RegExp }>> = {
    "what does not parse": { text: "kind: [", says: /^does not parse: / },
    "a template": {
      text: "{{- if .Values.on }}\nkind: Pod\n{{- end }}",
      says: /is a template.*render it first/,
    },
    "a template that happens to parse": {
      text: "apiVersion: v1\nkind: Pod\nmetadata: { name: {{ .Values.name }} }",
      says: /is a template/,
    },
    "a template within quotes": {
      text: 'apiVersion: v1\nkind: Pod\nmetadata: { name: "{{ .Release.Name }}" }',
      says: /is a template/,
    },
    "no kind": { text: "apiVersion: v1\n", says: /has apiVersion v1 and no kind/ },
    "no apiVersion": { text: "kind: Pod\n", says: /has kind Pod and no apiVersion/ },
    "something else": { text: "replicas: 2\n", says: /holds no Kubernetes object/ },
    nothing: { text: "# nothing\n", says: /holds no document/ },
  };
  for (const [title, { text, says }] of Object.entries(broken)) {
    it(`K4 says so of ${title}, with exit code 2, and judges the rest`, async () => {
      const target = await file(`${title}.yaml`, text);
      const other = await file("good.yaml", deployment("api", good));
      const report = await judged([target, other]);
      assert.equal(said(report).length, 1);
      assert.match(said(report)[0] ?? "", says);
      assert.deepEqual(objects(report), ["Deployment/shop/api pass"]);
      assert.equal(exitCode(report), 2);
    });
  }

  it("K4 leaves Prometheus' own templates alone", async () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: p, annotations: { a: "{{ $labels.pod }} at {{ $value }}" } }\nspec: {}\n';
    assert.deepEqual(said(await judged([await file("prometheus.yaml", text)])), []);
  });

  it("K4 names a file that is not there, and judges the rest", async () => {
    const other = await file("good.yaml", deployment("api", good));
    const report = await judged([path.join(folder, "nowhere.yaml"), other]);
    assert.deepEqual(
      [said(report), objects(report)],
      [["is not there: name a file, a folder or - for standard input"], ["Deployment/shop/api pass"]],
    );
  });

  it("K7 judges files together, but not those that hold one object twice: they are alternatives", async () => {
    const web = await file(
      "web.yaml",
      deployment("web", good)
        .replace("spec:\n", "spec:\n  replicas: 3\n")
        .replace("    spec:", "    metadata: { labels: { app: web } }\n    spec:"),
    );
    const budget = (name: string, extra = "") =>
      file(
        `${name}.yaml`,
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }\n${extra}`,
      );
    const alone = await judged([web], "pdb-present");
    assert.deepEqual(objects(alone), ["Deployment/shop/web fail"]);
    const together = await judged([web, await budget("budget")], "pdb-present");
    assert.deepEqual(objects(together), ["Deployment/shop/web pass"]);
    const overlay = await budget("overlay", `---\n${deployment("web", good)}`);
    assert.equal(objects(await judged([web, overlay], "pdb-present"))[0], "Deployment/shop/web fail");
  });

  it("D8 takes parameters and levels from a configuration; advice does not block", async () => {
    const target = await file("bad.yaml", deployment("web", bad));
    const config = await json("advisory.json", { "image-tag": "advisory" });
    assert.equal(exitCode(await testPolicies([target], { rule: ["image-tag"], config })), 0);
    const off = await json("off.json", { "image-tag": { enforcementLevel: "disabled" } });
    assert.deepEqual((await testPolicies([target], { rule: ["image-tag"], config: off })).verdicts, []);
    assert.equal(exitCode(await judged([target])), 1);
  });

  it("D8 refuses a configuration with a typo, an unknown rule and an unknown stack", async () => {
    const target = await file("good.yaml", deployment("api", good));
    const config = await json("typo.json", { "image-tagg": "advisory", all: "disabled" });
    await assert.rejects(testPolicies([target], { config }), /"all": found "disabled"/);
    await assert.rejects(testPolicies([target], { stack: "nowhere" }), /There is no stack "nowhere"/);
    await assert.rejects(testPolicies([target], { rule: ["image-tagg"] }), /did you mean image-tag\?/);
  });

  it("D8 judges as the pack does on a stack: its levels, its ceiling and its registry", async () => {
    const target = await file("good.yaml", deployment("api", good));
    const { verdicts } = await testPolicies([target], { stack: "develop", rule: ["image-registry"] });
    assert.match(verdicts[0]?.message ?? "", /202533518394\.dkr\.ecr\.us-east-1\.amazonaws\.com/);
  });

  it("K4 writes SARIF of what does not pass, and JUnit of everything", async () => {
    const target = await file("two.yaml", `${deployment("web", bad)}---\n${deployment("api", good)}`);
    const [sarif, junit] = [path.join(folder, "o.sarif"), path.join(folder, "o.xml")];
    await writeReports(await judged([target]), { sarif, junit });
    const log: unknown = JSON.parse(await readFile(sarif, "utf8"));
    assertHolds(log, {
      runs: [
        {
          results: [
            {
              ruleId: "image-tag",
              level: "error",
              locations: [{ physicalLocation: { artifactLocation: { uri: target } } }],
            },
          ],
        },
      ],
    });
    const xml: unknown = new XMLParser({ ignoreAttributes: false }).parse(await readFile(junit, "utf8"));
    assertHolds(xml, { testsuites: { "@_tests": "2", "@_failures": "1" } });
  });

  it("K4 tells a person what does not pass, by file and object, and counts", async () => {
    const target = await file("two.yaml", `${deployment("web", bad)}---\n${deployment("api", good)}`);
    const text = verdictText(await judged([target]));
    assert.match(text, /two\.yaml: Deployment\/shop\/web\n {2}image-tag: fail \(high\)\n {4}Deployment\/web/);
    assert.match(text, /\n2 objects in 1 file: 1 pass, 1 fail, 0 undecidable$/);
  });

  it("K4 reads standard input, and speaks by its exit code", function () {
    this.timeout(60_000);
    const run = (input: string) =>
      spawnSync(
        process.execPath,
        ["--import", "tsx", "cli/golive.ts", "policy", "test", "-", "--json", "--rule", "image-tag"],
        { cwd: root, input, encoding: "utf8" },
      );
    const { status, stdout } = run(deployment("web", bad));
    assert.equal(status, 1);
    assertHolds(JSON.parse(stdout), {
      verdicts: [{ file: "-", object: "Deployment/shop/web", verdict: "fail" }],
    });
    assert.equal(run(deployment("api", good)).status, 0);
    assert.equal(run("kind: [").status, 2);
  });
});

describe("golive policy list", () => {
  it("D8 lists every rule once, in the order of their names", () => {
    assert.deepEqual(
      listedRules().map(({ id }) => id),
      policyNames,
    );
  });
});
