/** The Job of a k6 run, from its args: name, ConfigMap data and spec. Pure. */
import { createHash } from "node:crypto";
import type { K6Plan } from "../../k6/plan";

/** A k6 run as its component is given it. */
export interface K6Run {
  /** What is done and what it must give. */
  readonly plan: K6Plan;
  /** Version of what is tested: another one is another run, even of the same plan. */
  readonly version: string;
  /** Variables of the plan's `{env.NAME}`. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables taken from Secrets of the namespace; their values are never printed. @default - none */
  readonly secretEnvironment?: readonly SecretVariable[];
  /** CPU and memory of the container: requests and limits. @default 100m and 128Mi for smoke, 500m and 512Mi for load */
  readonly limits?: { readonly cpu: string; readonly memory: string };
  /** Seconds after which the Job is stopped and counts as failed. @default - the time the plan may take, and 5 minutes */
  readonly deadlineSeconds?: number;
}

interface SecretVariable {
  readonly name: string;
  readonly secret: string;
  readonly key: string;
}

/** Pinned by tag: the registry's digest is for whoever mirrors it. https://hub.docker.com/r/grafana/k6 */
export const IMAGE = "grafana/k6:1.8.1";
const FOLDER = "/golive";
/** Kept in the Pod's status, so that the result stays as long as the Job. */
const RESULT = "/dev/termination-log";
/** The user of the official image. */
const USER = 12345;
/** Seconds for the image, the Pod and the steps before the load. */
const SPARE_SECONDS = 300;
const SIZES = {
  smoke: { cpu: "100m", memory: "128Mi" },
  load: { cpu: "500m", memory: "512Mi" },
} as const;

/** Files of a run's ConfigMap. */
export const k6Files = ({ plan }: K6Run, runner: string) => ({
  "plan.json": JSON.stringify(plan),
  "runner.js": runner,
});

/** Ten hexadecimal digits that differ wherever the run differs. */
export function k6Hash(run: K6Run, runner: string): string {
  const { version, environment = {}, secretEnvironment = [] } = run;
  const content = [
    IMAGE,
    k6Files(run, runner),
    version,
    Object.entries(environment).sort(),
    secretEnvironment,
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 10);
}

/** Seconds that a run may take before its Job is stopped. */
export function k6Deadline({ plan, deadlineSeconds }: K6Run): number {
  const seconds = plan.kind === "load" ? plan.durationSeconds : patience(plan);
  return deadlineSeconds ?? seconds + SPARE_SECONDS;
}

const patience = ({ steps }: K6Plan) =>
  steps.reduce((sum, step) => sum + ("patience" in step ? (step.patience ?? 0) : 0), 0);

/** Spec of the Job that runs the files of one ConfigMap. */
export function k6JobSpec(run: K6Run, configMap: string) {
  return {
    backoffLimit: 0,
    activeDeadlineSeconds: k6Deadline(run),
    template: {
      metadata: { labels: { app: "k6" } },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: USER,
          runAsGroup: USER,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [container(run)],
        volumes: [{ name: "files", configMap: { name: configMap } }],
      },
    },
  };
}

function container(run: K6Run) {
  const limits = run.limits ?? SIZES[run.plan.kind];
  return {
    name: "k6",
    image: IMAGE,
    args: ["run", "--quiet", "--no-color", "--address=", `${FOLDER}/runner.js`],
    env: variables(run),
    resources: { limits: { ...limits }, requests: { ...limits } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    terminationMessagePath: RESULT,
    // A script that never came to its summary is explained by the end of its log.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [{ name: "files", mountPath: FOLDER, readOnly: true }],
  };
}

function variables({ version, environment = {}, secretEnvironment = [] }: K6Run) {
  const own = { GOLIVE_RESULT: RESULT, GOLIVE_VERSION: version, ...WITHOUT_CALLS_HOME };
  const secretNames = secretEnvironment.map(({ name }) => name).join(",");
  return [
    ...Object.entries({ ...environment, ...own, GOLIVE_SECRETS: secretNames })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => ({ name, value })),
    ...secretEnvironment.map(({ name, secret, key }) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
  ];
}

/** k6 would else report its use, and ask a build service for extensions that a script may name. */
const WITHOUT_CALLS_HOME = { K6_NO_USAGE_REPORT: "true", K6_AUTO_EXTENSION_RESOLUTION: "false" };
