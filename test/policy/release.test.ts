import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { UNKNOWN } from "../../policies/checks/field";
import { redacted } from "../../policies/redact";
import type { ChartRequest } from "../../policies/release";
import { Subjects, type Resource } from "../../policies/resource";
import { judge } from "../support/judge";
import { ceiling, pod, templateOf } from "./cases/good";

const type = "kubernetes:helm.sh/v3:Release";
const rendered = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "kometa-develop" },
  spec: { template: templateOf(pod) },
};

const [app] = pod.containers;

describe("a release", () => {
  let folder: string;
  let requests: ChartRequest[];
  let subjects: Subjects;
  let answer: () => Promise<{ manifests: unknown[] }>;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-chart-"));
    await writeFile(path.join(folder, "Chart.yaml"), "apiVersion: v2\nname: chart\nversion: 1.0.0\n");
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    requests = [];
    answer = () => Promise.resolve({ manifests: [rendered] });
    const render = (request: ChartRequest) => {
      requests.push(request);
      return answer();
    };
    subjects = new Subjects([path.join(folder, "nowhere"), path.dirname(folder)], render);
  });

  const release = (props: object): Resource => ({
    type,
    name: "kometa",
    props: {
      chart: path.basename(folder),
      name: "kometa-develop",
      namespace: "kometa-develop",
      values: { a: 1 },
      ...props,
    },
  });
  const said = (props: object) => judge(subjects, release(props), ceiling);

  it("K9 is rendered with its chart, name, namespace and values, from the first folder that has the chart", async () => {
    assert.deepEqual(await said({}), []);
    assert.deepEqual(requests, [
      { chart: folder, name: "kometa-develop", namespace: "kometa-develop", values: { a: 1 } },
    ]);
  });

  it("K9 is rendered once for all rules, and again when a value changes", async () => {
    await said({});
    await said({});
    await said({ values: { a: 2 } });
    assert.deepEqual(
      requests.map(({ values }) => values),
      [{ a: 1 }, { a: 2 }],
    );
  });

  it("K5 K9 has each rendered object judged, in the release's namespace", async () => {
    const bare = {
      ...rendered,
      spec: { template: templateOf({ ...pod, containers: [{ ...app, image: "nginx", resources: {} }] }) },
    };
    answer = () => Promise.resolve({ manifests: [rendered, bare] });
    const found = await said({});
    assert.deepEqual([...new Set(found.map(({ policy }) => policy))], ["container-resources", "image-tag"]);
    for (const { message } of found) {
      assert.match(
        message,
        /^Deployment\/kometa-develop in namespace kometa-develop, rendered by Release\/kometa-develop: /,
      );
    }
  });

  const refused: Readonly<Record<string, { props: object; says: RegExp }>> = {
    "a chart outside the repository": {
      props: { chart: "nginx", repositoryOpts: { repo: "https://example.com" } },
      says: /chart is "nginx", where no chart's folder is/,
    },
    "no chart": { props: { chart: undefined }, says: /chart is absent/ },
    "a chart that is not known": { props: { chart: UNKNOWN }, says: /chart is known only at up/ },
    "values that are not known": { props: { values: UNKNOWN }, says: /values is known only at up/ },
    "a values file": {
      props: { valueYamlFiles: [{}] },
      says: /valueYamlFiles is a list of 1; allowed: no values file/,
    },
    "a post-renderer": {
      props: { postrender: "sed" },
      says: /postrender is "sed"; allowed: no post-renderer/,
    },
  };
  for (const [title, { props, says }] of Object.entries(refused)) {
    it(`K9 is refused with ${title}, unrendered and by one policy`, async () => {
      const found = await said(props);
      assert.deepEqual(
        found.map(({ policy }) => policy),
        ["chart-renders"],
      );
      assert.match(found[0]?.message ?? "", says);
      assert.deepEqual(requests, []);
    });
  }

  it("K9 names the values known only at up, where the chart does not render with them", async () => {
    answer = () => Promise.reject(new Error("replicas: got string, want integer"));
    const found = await said({ values: { replicas: UNKNOWN, hosts: [{ name: UNKNOWN }] } });
    assert.deepEqual(
      found.map(({ policy, message }) => [policy, /: (\S+) is known only at up/.exec(message)?.[1]]),
      [
        ["chart-renders", "values.replicas"],
        ["chart-renders", "values.hosts[0].name"],
      ],
    );
  });

  it("L7 K9 is refused with helm's reason, and with no secret of its values in it", async () => {
    answer = () => Promise.reject(new Error("at '/password': 'hunter-two' does not match; image v1 neither"));
    const [found] = await said({ values: { password: "hunter-two", image: "v1" } });
    assert.match(
      found?.message ?? "",
      /does not render:\nat '\/password': '\[secret\]' does not match; image v1 neither/,
    );
  });

  it("L7 redacts what lies anywhere below a key named like a secret", () => {
    const values = { credentials: { list: ["one-of-them", { deep: "two-of-them" }] }, host: "example.com" };
    assert.equal(
      redacted("one-of-them, two-of-them, example.com", values),
      "[secret], [secret], example.com",
    );
  });
});
