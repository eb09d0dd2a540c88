import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { renderStack } from "../../cli/render";
import { findTool } from "../../engine/acquire";
import { startCluster, type Cluster } from "../../engine/cluster/cluster";
import { formOf } from "../../policies/admission/forms";
import { admissionPolicies, type Action, type AdmissionRule } from "../../policies/admission/objects";
import { isRecord, isUnknown } from "../../policies/checks/field";
import { kubernetesSubjects } from "../../policies/kubernetes";
import type { Rule } from "../../policies/rule";
import { messagesOf, rules } from "../../policies/rules";
import { AdmissionClient, SENDABLE } from "../support/admission";
import { apply, kubectl, newNamespace, sharedCluster, waitUntil } from "../support/cluster";
import { everyCase } from "../policy/cases";
import { ceiling } from "../policy/cases/good";

const run = promisify(execFile);

const declared = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
const generation = z.object({ generation: z.number() });
const observed = z.object({ observedGeneration: z.number().optional() }).default({});
const typed = z.object({ status: z.object({ typeChecking: z.unknown() }) });

const GROUP = "admissionregistration.k8s.io/v1";
/** A rule's parameters as the cases are judged by: the ceiling where it asks for one, else its defaults. */
const parametersOf = ({ parameters }: Rule): unknown =>
  parameters?.parse("ceiling" in parameters.shape ? { ceiling } : {}) ?? {};

/** The rules that the API server can judge. */
const expressed = rules.flatMap((rule) => {
  const form = formOf(rule.name);
  return form === undefined ? [] : [{ rule, form }];
});

const asAdmission = (action: Action, message = (rule: Rule) => rule.mend): AdmissionRule[] =>
  expressed.map(({ rule, form }) => ({
    name: rule.name,
    form,
    action,
    message: message(rule),
    parameters: parametersOf(rule),
  }));

const objectsOf = (namespace: string, rules: readonly AdmissionRule[]) =>
  admissionPolicies(namespace, rules).flatMap(({ name, policy, binding }) => [
    { apiVersion: GROUP, kind: "ValidatingAdmissionPolicy", metadata: { name }, spec: policy },
    { apiVersion: GROUP, kind: "ValidatingAdmissionPolicyBinding", metadata: { name }, spec: binding },
  ]);

interface Sent {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

const isSent = (value: unknown): value is Sent =>
  isRecord(value) && typeof value["apiVersion"] === "string" && typeof value["kind"] === "string";

const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

const labels = { app: "case" };

/** A pod spec without what only a running pod may have. */
function podSpec(value: unknown): object {
  return Object.fromEntries(Object.entries(record(value)).filter(([key]) => key !== "ephemeralContainers"));
}

const template = (value: unknown): object => ({
  ...record(value),
  metadata: { labels: { ...record(record(record(value)["metadata"])["labels"]), ...labels } },
  spec: podSpec(record(value)["spec"]),
});

/** What a kind must have and what the cases, which the pack alone judges, leave out. */
const complete: Readonly<Record<string, (spec: Readonly<Record<string, unknown>>) => object>> = {
  Pod: podSpec,
  ReplicationController: (spec) => ({ ...spec, selector: labels, template: template(spec["template"]) }),
  StatefulSet: (spec) => ({ serviceName: "case", ...templated(spec) }),
  Deployment: (spec) => templated(spec),
  DaemonSet: (spec) => templated(spec),
  ReplicaSet: (spec) => templated(spec),
  Job: (spec) => ({ ...spec, template: template(spec["template"]) }),
  CronJob: (spec) => {
    const job = record(record(spec["jobTemplate"])["spec"]);
    return {
      schedule: "0 3 * * *",
      ...spec,
      jobTemplate: { spec: { ...job, template: template(job["template"]) } },
    };
  },
};

const templated = (spec: Readonly<Record<string, unknown>>) => ({
  ...spec,
  selector: { matchLabels: labels },
  template: template(spec["template"]),
});

function completed(object: Sent, namespace: string): Sent {
  const metadata = { name: "case", ...record(object["metadata"]), namespace };
  if (object.kind === "PodTemplate") return { ...object, metadata, template: template(object["template"]) };
  const spec = complete[object.kind]?.(record(object["spec"]));
  return { ...object, metadata, ...(spec === undefined ? {} : { spec }) };
}

/** The names of the rules that refuse an object, by the pure checks. */
function refusedBy(object: Sent): string[] {
  const subjects = kubernetesSubjects(object, {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: "case",
  });
  return expressed
    .filter(({ rule }) => messagesOf(rule, subjects, parametersOf(rule)).length > 0)
    .map(({ rule }) => rule.name);
}

/** Every case of the policies' tests over an object that can be sent. */
const sendableCases = (): readonly { readonly title: string; readonly object: Sent }[] =>
  everyCase
    .flatMap(({ title, resource: { props } }) => (isSent(props) ? [{ title, object: props }] : []))
    .filter(({ object }) => SENDABLE.includes(`${object.apiVersion} ${object.kind}`))
    .filter(({ object }) => !isUnknown(JSON.stringify(object)));

/** A Deployment that every rule of containers refuses. */
const bare: Sent = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: { template: { spec: { containers: [{ name: "app", image: "nginx" }] } } },
};

const labelled = { metadata: { labels }, spec: { containers: [{ name: "app", image: "nginx" }] } };

/** A Deployment that the rules refuse, whole. */
const refusable = (name: string, namespace: string, image = "nginx") => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels },
    template: { ...labelled, spec: { containers: [{ name: "app", image }] } },
  },
});

describe("the rules at a real API server", function () {
  this.timeout(300_000);

  let cluster: Cluster;
  let client: AdmissionClient;

  before(async () => {
    cluster = await sharedCluster();
    client = new AdmissionClient(cluster);
  });

  after(() => {
    client.close();
  });

  /** Puts policies in force in a namespace: they say something of an object that every rule of containers refuses. */
  async function enforce(namespace: string, rules: readonly AdmissionRule[]): Promise<void> {
    await apply(cluster, ...objectsOf(namespace, rules));
    await waitUntil("the policies to be in force", async () => {
      const { status, warnedOf } = await client.create(namespace, completed(bare, namespace));
      return status === 422 || warnedOf.length > 0;
    });
  }

  async function judgedBy(rules: readonly AdmissionRule[]): Promise<string> {
    const namespace = await newNamespace(cluster, "admission");
    await enforce(namespace, rules);
    return namespace;
  }

  /** Standard error of kubectl, which has to fail. */
  async function refused(args: readonly string[], input?: string): Promise<string> {
    const failure = await kubectl(cluster, args, input).then(
      () => assert.fail(`kubectl ${args.join(" ")} was let through`),
      (error: unknown) => error,
    );
    return failure instanceof Error ? failure.message : String(failure);
  }

  it("K3 K5 K6 K12 D8 give the verdict of the review on every case that it takes", async () => {
    const namespace = await judgedBy(asAdmission("warn", () => "no"));
    const counts = { same: 0, invalid: 0, defaulted: 0 };
    const wrong: string[] = [];
    for (const { title, object } of sendableCases()) {
      const sent = completed(object, namespace);
      const answer = await client.create(namespace, sent);
      if (answer.status !== 201 || !isRecord(answer.object)) {
        counts.invalid += 1;
        continue;
      }
      // The API server judges what it stores: a default that it fills in may mend what was left out.
      const stored = refusedBy({ ...answer.object, apiVersion: object.apiVersion, kind: object.kind });
      if (String(stored) !== String(refusedBy(sent))) counts.defaulted += 1;
      if (String(stored) === String(answer.warnedOf)) counts.same += 1;
      else wrong.push(`${title}: in review ${String(stored)}; at the API server ${String(answer.warnedOf)}`);
    }
    console.log(
      `      ${counts.same} cases judged alike, ${counts.defaulted} of them mended by a default of the API server; ` +
        `${counts.invalid} that it refuses itself`,
    );
    assert.deepEqual(wrong, []);
    assert.ok(counts.same > 4 * counts.invalid, "too many cases are none for an API server");
    assert.ok(counts.defaulted < counts.same / 10, "too many verdicts hang on defaults");
  });

  it("K12 D8 are typed without a warning", async () => {
    const namespace = await newNamespace(cluster, "admission");
    const policies = [...asAdmission("deny"), ...asAdmission("warn")];
    await enforce(namespace, policies);
    for (const { name } of admissionPolicies(namespace, policies)) {
      const read = () => kubectl(cluster, ["get", "validatingadmissionpolicy", name, "-o", "json"]);
      await waitUntil("the policy's types to be checked", async () => {
        const { status, metadata } = z
          .object({ metadata: generation, status: observed })
          .parse(JSON.parse(await read()));
        return status.observedGeneration === metadata.generation;
      });
      assert.deepEqual(typed.parse(JSON.parse(await read())).status.typeChecking, {});
    }
  });

  it("K5 D8 tell kubectl which rule and which container, and Helm too", async () => {
    const namespace = await judgedBy(asAdmission("deny", ({ checks }) => checks));
    const said = await refused(["apply", "-f", "-"], JSON.stringify(refusable("new", namespace)));
    assert.match(
      said,
      /golive-admission-\w+-deny.*golive container-resources: Every container .* container app/s,
    );

    const chart = await mkdtemp(path.join(tmpdir(), "golive-chart-"));
    await mkdir(path.join(chart, "templates"));
    await writeFile(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: new\nversion: 1.0.0\n");
    await writeFile(
      path.join(chart, "templates/deployment.yaml"),
      JSON.stringify(refusable("by-helm", namespace)),
    );
    const helm = run(await findTool("helm"), [
      "install",
      "new",
      chart,
      `--namespace=${namespace}`,
      `--kubeconfig=${cluster.kubeconfig}`,
    ]);
    await assert.rejects(helm, /golive container-resources: Every container .* container app/s);
    await rm(chart, { recursive: true });
  });

  it("K5 D8 judge what is made and changed: what ran before goes on, heals and may go", async () => {
    const namespace = await newNamespace(cluster, "admission");
    const pods = async () =>
      (await kubectl(cluster, ["get", "pods", "-n", namespace, "-o", "name"]))
        .trim()
        .split("\n")
        .filter(Boolean);
    await apply(cluster, refusable("old", namespace));
    await waitUntil("the pod of old", async () => (await pods()).length === 1);
    await enforce(namespace, asAdmission("deny"));

    const [first = ""] = await pods();
    await kubectl(cluster, ["delete", "-n", namespace, first, "--wait=true"]);
    await waitUntil("another pod in its place", async () => (await pods()).some((pod) => pod !== first));
    await kubectl(cluster, ["scale", "-n", namespace, "deployment/old", "--replicas=2"]);
    await waitUntil("a second pod", async () => (await pods()).length === 2);
    await kubectl(cluster, ["annotate", "-n", namespace, "deployment/old", "note=kept"]);
    assert.match(
      await refused(["set", "image", "-n", namespace, "deployment/old", "app=nginx:1.27"]),
      /golive container-resources/,
    );
    await kubectl(cluster, ["delete", "-n", namespace, "deployment/old", "--cascade=foreground"]);
    assert.match(await refused(["run", "bare", "-n", namespace, "--image=nginx:1.27"]), /golive [a-z-]+:/);
  });

  it("K5 D8 let through the one object that is exempt, with its pods, and no other of the name", async () => {
    const namespace = await newNamespace(cluster, "admission");
    const exempt = [`Deployment/${namespace}/old`];
    await enforce(
      namespace,
      asAdmission("deny").map((rule) => ({ ...rule, exempt })),
    );
    await apply(cluster, refusable("old", namespace));
    await waitUntil(
      "its pod",
      async () => (await kubectl(cluster, ["get", "pods", "-n", namespace, "-o", "name"])) !== "",
    );
    const other = { ...refusable("old", namespace), kind: "StatefulSet" };
    assert.match(await refused(["apply", "-f", "-"], JSON.stringify(other)), /golive container-resources/);
    assert.match(
      await refused(["apply", "-f", "-"], JSON.stringify(refusable("older", namespace))),
      /golive container-resources/,
    );
  });

  it("K5 D8 judge no other namespace", async () => {
    const namespace = await judgedBy(asAdmission("deny"));
    const other = await newNamespace(cluster, "admission");
    assert.equal((await client.create(namespace, completed(bare, namespace))).status, 422);
    assert.equal((await client.create(other, completed(bare, other))).status, 201);
  });

  it("K3 D8 judge the containers that are put into a running pod", async () => {
    const namespace = await newNamespace(cluster, "admission");
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "running", namespace },
      spec: labelled.spec,
    };
    await apply(cluster, pod);
    await enforce(
      namespace,
      asAdmission("warn", () => "no"),
    );
    const put = async (image: string) => {
      const stored = record(
        JSON.parse(await kubectl(cluster, ["get", "pod", "running", "-n", namespace, "-o", "json"])),
      );
      const ephemeralContainers = [{ name: "debug", image }];
      const spec = { ...record(stored["spec"]), ephemeralContainers };
      return client.replace(`/api/v1/namespaces/${namespace}/pods/running/ephemeralcontainers`, {
        ...stored,
        spec,
      });
    };
    assert.equal((await put("busybox")).warnedOf.includes("image-tag"), true);
  });

  it("K5 K6 K12 D8 let through all that production declares, and hold in each of its namespaces", async () => {
    const own = await startCluster();
    const out = await mkdtemp(path.join(tmpdir(), "golive-rendering-"));
    const sender = new AdmissionClient(own);
    try {
      process.env.GOLIVE_HELM = await findTool("helm");
      const { files } = await renderStack({ stack: "production", out });
      const objects = await Promise.all(
        files
          .filter((file) => file.endsWith(".yaml"))
          .map(async (file) => declared.parse(parse(await readFile(path.join(out, file), "utf8")))),
      );
      const first = objects.filter(
        ({ kind }) => kind === "Namespace" || kind.startsWith("ValidatingAdmission"),
      );
      const namespaces = first
        .filter(({ kind }) => kind === "Namespace")
        .map(({ metadata }) => metadata.name);
      await apply(own, ...first);
      for (const namespace of namespaces)
        await waitUntil(`the policies of ${namespace}`, async () => {
          const { object } = await sender.create(namespace, completed(bare, namespace));
          return JSON.stringify(object).includes("golive container-resources");
        });
      const refusals: unknown[] = [];
      const sent = objects.filter(({ apiVersion, kind }) => SENDABLE.includes(`${apiVersion} ${kind}`));
      for (const object of sent) {
        const { status, object: answer } = await sender.create(object.metadata.namespace ?? "", object);
        if (status !== 201) refusals.push(record(answer)["message"]);
      }
      assert.deepEqual(refusals, []);
      assert.ok(sent.length > 40, `only ${sent.length} objects were sent`);
    } finally {
      sender.close();
      await rm(out, { recursive: true });
      await own.stop();
    }
  });
});
