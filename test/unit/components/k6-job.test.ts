import assert from "node:assert/strict";
import { z } from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { K6CronJob, type K6CronJobArgs } from "../../../components/k6-cron-job";
import { K6Job, type K6JobArgs } from "../../../components/k6-job";
import type { RequestStep } from "../../../k6/plan";
import { Subjects } from "../../../policies/resource";
import { judge } from "../../support/judge";

const HEALTH: RequestStep = { name: "Health Check", method: "GET", path: "/health", expect: { status: 200 } };
const ARGS: K6JobArgs = {
  name: "shop-smoke",
  namespace: "shop",
  version: "v1.2.0",
  plan: { kind: "smoke", baseUrl: "https://shop.example.com", steps: [{ ...HEALTH, patience: 60 }] },
  environment: { EMAIL: "smoke@example.com" },
  secretEnvironment: [{ name: "PASSWORD", secret: "smoke-account", key: "password" }],
};
const LOAD: K6CronJobArgs = {
  ...ARGS,
  name: "shop-load",
  plan: {
    kind: "load",
    baseUrl: "https://shop.example.com",
    users: 50,
    durationSeconds: 1800,
    steps: [HEALTH],
    thresholds: { p95Ms: 5000 },
  },
};

const job = (change: Partial<K6JobArgs> = {}) =>
  record("test", () => Promise.resolve(new K6Job("shop", { ...ARGS, ...change })));
const cronJob = (change: Partial<K6CronJobArgs> = {}) =>
  record("test", () => Promise.resolve(new K6CronJob("shop", { ...LOAD, ...change })));

const jobSpec = z.object({
  backoffLimit: z.number(),
  activeDeadlineSeconds: z.number(),
  ttlSecondsAfterFinished: z.never().optional(),
  template: z.object({
    metadata: z.unknown(),
    spec: z.object({ containers: z.array(z.looseObject({})) }).loose(),
  }),
});
const named = z.looseObject({ name: z.string(), labels: z.unknown() });
const made = z.object({ metadata: named, spec: jobSpec });
const files = z.object({ metadata: named, data: z.record(z.string(), z.string()), immutable: z.boolean() });
const kept = z.object({
  metadata: named,
  spec: z.looseObject({ jobTemplate: z.object({ spec: jobSpec }).loose() }),
});

const inputsOf = (registrations: readonly Registration[], kind: string) =>
  registrations.find(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`))?.inputs;

const jobOf = async (change?: Partial<K6JobArgs>) => made.parse(inputsOf(await job(change), "Job"));

const subjects = new Subjects([], () => Promise.reject(new Error("no chart is rendered here")));
const judgedBy = async (registrations: readonly Registration[]) => {
  const ceiling = { cpu: "500m", memory: "512Mi" };
  const said = registrations.map(({ type, name, inputs }) =>
    judge(subjects, { type, name, urn: `${type}::${name}`, props: inputs }, ceiling),
  );
  return (await Promise.all(said)).flat();
};

describe("K6Job", () => {
  it("K14 E6 declares a ConfigMap with the plan and the script, and a Job that runs them", async () => {
    const registrations = await job();
    assert.deepEqual(
      registrations.map(({ type, name }) => `${type} ${name}`),
      ["golive:components:K6Job shop", "kubernetes:batch/v1:Job shop", "kubernetes:core/v1:ConfigMap shop"],
    );
    const { metadata, data, immutable } = files.parse(inputsOf(registrations, "ConfigMap"));
    assert.deepEqual(JSON.parse(data["plan.json"] ?? ""), ARGS.plan);
    assert.match(data["runner.js"] ?? "", /handleSummary/);
    assert.ok(immutable);
    const { metadata: own, spec } = made.parse(inputsOf(registrations, "Job"));
    assert.match(own.name, /^shop-smoke-[0-9a-f]{8}$/);
    assert.match(metadata.name, /^shop-smoke-[0-9a-f]{8}$/);
    assert.ok(JSON.stringify(spec).includes(`"configMap":{"name":"${metadata.name}"}`));
    assert.deepEqual(own.annotations, {
      "golive.dev/version": "v1.2.0",
      "pulumi.com/replaceUnready": "true",
    });
  });

  it("E6 runs the official image, pinned, once, for no longer than the plan may take, and is kept", async () => {
    const { spec } = await jobOf();
    assert.equal(spec.template.spec.containers[0]?.image, "grafana/k6:1.8.1");
    assert.deepEqual([spec.backoffLimit, spec.activeDeadlineSeconds], [0, 360]);
    assert.equal(spec.template.spec.restartPolicy, "Never");
    assert.equal((await jobOf({ deadlineSeconds: 90 })).spec.activeDeadlineSeconds, 90);
    assert.equal((await jobOf({ plan: LOAD.plan })).spec.activeDeadlineSeconds, 2100);
  });

  it("E6 leaves its summary where Kubernetes keeps it in the Pod's status", async () => {
    const [container] = (await jobOf()).spec.template.spec.containers;
    assert.equal(container?.terminationMessagePath, "/dev/termination-log");
    assert.equal(container.terminationMessagePolicy, "FallbackToLogsOnError");
    assert.ok(
      JSON.stringify(container.env).includes('{"name":"GOLIVE_RESULT","value":"/dev/termination-log"}'),
    );
  });

  it("K19 D8 runs restricted, on a root file system that it cannot write, without a token", async () => {
    const { template } = (await jobOf()).spec;
    assert.deepEqual(template.metadata, { labels: { app: "k6", "app.kubernetes.io/name": "k6" } });
    assert.equal(template.spec.automountServiceAccountToken, false);
    assert.deepEqual(template.spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 12345,
      runAsGroup: 12345,
      fsGroup: 12345,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(template.spec.containers[0]?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("K5 D8 passes the pack's own rules", async () => {
    assert.deepEqual(await judgedBy([...(await job()), ...(await cronJob())]), []);
    const huge = { cpu: "2", memory: "64Mi" };
    assert.match(JSON.stringify(await judgedBy(await job({ limits: huge }))), /resource-range/);
  });

  it("D11 K16 takes secrets by reference, and tells the script which variables they are", async () => {
    const text = JSON.stringify((await jobOf()).spec);
    assert.match(text, /"secretKeyRef":\{"key":"password","name":"smoke-account"\}/);
    assert.ok(text.includes('{"name":"GOLIVE_SECRETS","value":"PASSWORD"}'));
    assert.ok(text.includes('{"name":"GOLIVE_VERSION","value":"v1.2.0"}'));
  });

  const nameOf = async (change?: Partial<K6JobArgs>) => (await jobOf(change)).metadata.name;

  it("K14 is another Job for another version, plan, variable or size, and the same one for the same", async () => {
    const names = [await nameOf(), await nameOf()];
    assert.equal(names[0], names[1]);
    const changes: Partial<K6JobArgs>[] = [
      { version: "v1.2.1" },
      { plan: { ...ARGS.plan, baseUrl: "https://other.example.com" } },
      { environment: { EMAIL: "other@example.com" } },
      { secretEnvironment: [{ name: "PASSWORD", secret: "other", key: "password" }] },
      { limits: { cpu: "200m", memory: "128Mi" } },
    ];
    const others = [];
    for (const change of changes) others.push(await nameOf(change));
    assert.equal(new Set([names[0], ...others]).size, changes.length + 1);
  });

  it("K4 another version leaves the ConfigMap as it is", async () => {
    const [one, other] = [await job(), await job({ version: "v1.2.1" })];
    assert.deepEqual(inputsOf(one, "ConfigMap"), inputsOf(other, "ConfigMap"));
  });

  it("K16 refuses a plan that cannot be run, with every mistake at once, and declares nothing of it", async () => {
    const steps = [{ ...HEALTH, path: "/{id}?{env.NOWHERE}" }];
    const plan = { kind: "smoke", baseUrl: "https://shop.example.com", steps } as const;
    await assert.rejects(job({ plan }), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(
        error.message,
        /^k6 plan of shop-smoke:\n {2}step "Health Check": \{id\}.*\n {2}\{env\.NOWHERE\}/,
      );
      return true;
    });
  });
});

describe("K6CronJob", () => {
  it("K18 declares a CronJob that waits to be asked, whose Job is that of the plan", async () => {
    const registrations = await cronJob();
    const { metadata, spec } = kept.parse(inputsOf(registrations, "CronJob"));
    assert.equal(metadata.name, "shop-load");
    assert.equal(spec.suspend, true);
    assert.equal(spec.concurrencyPolicy, "Forbid");
    const { name } = files.parse(inputsOf(registrations, "ConfigMap")).metadata;
    assert.ok(JSON.stringify(spec.jobTemplate).includes(`"configMap":{"name":"${name}"}`));
    assert.equal(spec.jobTemplate.spec.activeDeadlineSeconds, 2100);
  });

  it("K18 runs by its schedule where it has one", async () => {
    const { spec } = kept.parse(inputsOf(await cronJob({ schedule: "0 3 * * *" }), "CronJob"));
    assert.deepEqual([spec.suspend, spec.schedule, spec.timeZone], [false, "0 3 * * *", "Etc/UTC"]);
  });
});
