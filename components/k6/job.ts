/** The Job of a k6 run: its name, its files and its spec, from the run's own words. Pure but for reading the scripts. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { K6Plan } from "../../k6/plan";
import { planProblems } from "../../k6/problems";
import { contentHash } from "../content-hash";
import { type CpuAndMemory, resources, RESTRICTED_CONTAINER, RESTRICTED_POD, runOnce } from "../jobs/once";

/** A k6 run as a component is given it. */
export interface K6Run {
  /** Name of the Job, before the hash of its content: lower-case letters, digits and `-`, at most 41. */
  readonly name: string;
  /** What is done, and what it must give. */
  readonly plan: K6Plan;
  /** Version of what is tested: another one is another run, even of the same plan. The plan has it as `{env.GOLIVE_VERSION}`. */
  readonly version: string;
  /** Variables of the plan's `{env.NAME}`. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables taken from Secrets of the namespace; their values are never printed. @default - none */
  readonly secretEnvironment?: readonly SecretVariable[];
  /** CPU and memory of the container: requests and limits. @default 100m and 128Mi for smoke, 500m and 512Mi for load */
  readonly limits?: CpuAndMemory;
  /** Seconds after which the Job is stopped and counts as failed. @default - the time that the plan may take, and 5 minutes */
  readonly deadlineSeconds?: number;
  /** Folder of the k6 script, from the program's folder. @default "./k6" */
  readonly scripts?: string;
}

interface SecretVariable {
  readonly name: string;
  readonly secret: string;
  readonly key: string;
}

/** What a component declares. */
export interface K6JobManifest {
  /** The Job: whatever changes the run changes its name. */
  readonly job: ReturnType<typeof runOnce<ReturnType<typeof pod>>>;
  /** `<name>-<hash>` of the ConfigMap, which another version of what is tested does not change. */
  readonly configMap: string;
  /** Data of the ConfigMap. */
  readonly files: Readonly<Record<string, string>>;
}

/** Pinned by tag: the registry's digest is for whoever mirrors it. https://hub.docker.com/r/grafana/k6 */
const IMAGE = "grafana/k6:1.8.1";
const APP = "k6";
const SCRIPTS = "./k6";
const FOLDER = "/golive";
/** Kept in the Pod's status, so that the result stays as long as the Job. */
const RESULT = "/dev/termination-log";
/** The user of the official image. */
const USER = 12345;
/** Seconds for the image, the Pod and the requests that are slow. */
const SPARE_SECONDS = 300;
const SIZES = {
  smoke: { cpu: "100m", memory: "128Mi" },
  load: { cpu: "500m", memory: "512Mi" },
} as const;
/** k6 would else report its use, and ask a build service for extensions that a script may name. */
const WITHOUT_CALLS_HOME = { K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false" };

/** What is wrong with a run, one line each; undefined where it can be declared. */
export function k6Mistakes({
  name,
  plan,
  environment = {},
  secretEnvironment = [],
}: K6Run): string | undefined {
  const secrets = secretEnvironment.map((variable) => variable.name);
  const names = [...Object.keys(environment), ...secrets, "GOLIVE_VERSION"];
  const problems = planProblems(plan, { names, secrets });
  return problems.length === 0 ? undefined : [`k6 plan of ${name}:`, ...problems].join("\n  ");
}

/** The Job of a run, and the ConfigMap that it reads. */
export function k6Manifest(run: K6Run): K6JobManifest {
  const { name, version } = run;
  const files = { ...scriptsIn(run.scripts ?? SCRIPTS), "plan.json": JSON.stringify(run.plan) };
  const configMap = `${name}-${contentHash(files)}`;
  const job = runOnce({
    name,
    app: APP,
    version,
    deadlineSeconds: deadline(run),
    pod: pod(run, configMap),
  });
  return { job, configMap, files };
}

function scriptsIn(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((file) => file.endsWith(".js"));
  return Object.fromEntries(names.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

function deadline({ plan, deadlineSeconds }: K6Run): number {
  const load = plan.kind === "load" ? plan.durationSeconds : 0;
  const once = plan.kind === "load" ? (plan.before ?? []) : plan.steps;
  const patience = once.map((step) => ("patience" in step ? (step.patience ?? 0) : 0));
  return deadlineSeconds ?? patience.reduce((sum, seconds) => sum + seconds, load + SPARE_SECONDS);
}

const pod = (run: K6Run, configMap: string) => ({
  ...RESTRICTED_POD,
  securityContext: { ...RESTRICTED_POD.securityContext, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
  containers: [container(run)],
  volumes: [{ name: "files", configMap: { name: configMap } }],
});

function container(run: K6Run) {
  return {
    name: APP,
    image: IMAGE,
    args: ["run", "--quiet", "--no-color", "--address=", `${FOLDER}/runner.js`],
    env: variables(run),
    resources: resources(run.limits ?? SIZES[run.plan.kind]),
    securityContext: RESTRICTED_CONTAINER,
    terminationMessagePath: RESULT,
    // A script that never came to its summary is explained by the end of its log.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [{ name: "files", mountPath: FOLDER, readOnly: true }],
  };
}

function variables({ version, environment = {}, secretEnvironment = [] }: K6Run) {
  const plain = {
    ...environment,
    ...WITHOUT_CALLS_HOME,
    GOLIVE_RESULT: RESULT,
    GOLIVE_SECRETS: secretEnvironment.map(({ name }) => name).join(","),
    GOLIVE_VERSION: version,
  };
  // The API server leaves an empty value out, and a refresh would then find another Job than the declared one.
  const values = Object.entries(plain)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => ({ name, value }));
  const references = secretEnvironment.map(({ name, secret, key }) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
  return [...values, ...references].sort((a, b) => (a.name < b.name ? -1 : 1));
}
