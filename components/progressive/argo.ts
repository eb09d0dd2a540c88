/**
 * A release as Argo Rollouts carries it. Pure. https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 *
 * Its AnalysisRuns have golive's verdicts: a failed metric aborts, which takes the weight to 0; an inconclusive one pauses until a
 * person decides. No data, NaN and too few samples are inconclusive, and so is what golive holds on. A step ends once its analysis has
 * measured good values for the whole soak.
 */
import type { Limit } from "../../rollout/rule";
import type { Router } from "../traffic/router";
import { metricsOf, type Metric, type ProgressiveRelease } from "./release";

const API = "argoproj.io/v1alpha1";
const COUNT = "count";
const GATEWAY_PLUGIN = "argoproj-labs/gatewayAPI";
const LONGEST_WAIT_SECONDS = 600;

/** Name of the Service that only the new version's pods are behind; Argo adds their hash to its selector. */
export const argoCanaryService = ({ name }: ProgressiveRelease): string => `${name}-canary`;

/** Name of the AnalysisTemplate. */
export const analysisName = ({ name }: ProgressiveRelease): string => `${name}-readings`;

function wrong(limit: Limit): string {
  if ("above" in limit) return `> ${limit.above}`;
  return "below" in limit ? `< ${limit.below}` : `>= ${limit.atLeast}`;
}

function right(limit: Limit): string {
  if ("above" in limit) return `<= ${limit.above}`;
  return "below" in limit ? `>= ${limit.below}` : `< ${limit.atLeast}`;
}

/** What is neither right nor wrong is inconclusive: no series, several of them, NaN; and all that is wrong where golive holds. */
function conditions({ limit, onFail, emptyIsZero }: Metric) {
  const one = "len(result) == 1 && !isNaN(result[0])";
  const passes = `${one} && result[0] ${right(limit)}`;
  return {
    successCondition: emptyIsZero ? `len(result) == 0 || (${passes})` : passes,
    failureCondition: onFail === "hold" ? "false" : `${one} && result[0] ${wrong(limit)}`,
  };
}

/** How often a metric is measured in a soak, its first window over. */
const measurements = (soakSeconds: number, { intervalSeconds }: ProgressiveRelease): number =>
  Math.ceil(soakSeconds / intervalSeconds) + 1;

/** The AnalysisTemplate of a release; each step says how often it measures. */
export const analysisTemplate = <Namespace>(release: ProgressiveRelease, namespace: Namespace) => ({
  apiVersion: API,
  kind: "AnalysisTemplate",
  metadata: { name: analysisName(release), namespace },
  spec: {
    args: [{ name: COUNT }],
    metrics: metricsOf(release).map((metric) => ({
      name: metric.name,
      // Before, the window still has requests of the weight before.
      initialDelay: `${metric.windowSeconds}s`,
      interval: `${release.intervalSeconds}s`,
      count: `{{args.${COUNT}}}`,
      failureLimit: metric.fails - 1,
      inconclusiveLimit: 0,
      ...conditions(metric),
      provider: { prometheus: { address: release.prometheus, query: metric.query } },
    })),
  },
});

/** The Service of the new version's pods. */
export const canaryService = <Namespace>(release: ProgressiveRelease, namespace: Namespace) => ({
  metadata: { name: argoCanaryService(release), namespace },
  spec: {
    type: "ClusterIP",
    selector: { app: release.name },
    ports: [{ name: "http", port: release.port, targetPort: "http", protocol: "TCP" }],
  },
});

/** Triggers of Argo's own catalogue: https://argo-rollouts.readthedocs.io/en/stable/features/notifications/ */
const TRIGGERS = [
  "on-rollout-updated",
  "on-rollout-step-completed",
  "on-rollout-paused",
  "on-rollout-aborted",
  "on-analysis-run-failed",
  "on-rollout-completed",
];

/** The Rollout of a Deployment whose pods Argo takes over, once its own are ready. */
export function argoRollout<Namespace>(release: ProgressiveRelease, namespace: Namespace) {
  const { name, steps, alerts } = release;
  const channel = alerts?.channel.replace(/^#/, "");
  const subscriptions = TRIGGERS.map((trigger): [string, string] => [
    `notifications.argoproj.io/subscribe.${trigger}.slack`,
    channel ?? "",
  ]);
  return {
    apiVersion: API,
    kind: "Rollout",
    metadata: {
      name,
      namespace,
      ...(channel === undefined ? {} : { annotations: Object.fromEntries(subscriptions) }),
    },
    spec: {
      workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name, scaleDown: "onsuccess" },
      selector: { matchLabels: { app: name } },
      progressDeadlineSeconds: LONGEST_WAIT_SECONDS,
      progressDeadlineAbort: true,
      strategy: {
        canary: {
          stableService: name,
          canaryService: argoCanaryService(release),
          trafficRouting: trafficRouting(release.router, release.route, namespace),
          steps: steps.flatMap(({ percent, soakSeconds }) => [
            { setWeight: percent },
            {
              analysis: {
                templates: [{ templateName: analysisName(release) }],
                args: [{ name: COUNT, value: String(measurements(soakSeconds, release)) }],
              },
            },
          ]),
        },
      },
    },
  };
}

const trafficRouting = <Namespace>(router: Router, route: string, namespace: Namespace) =>
  router.kind === "ingress-nginx"
    ? { nginx: { stableIngress: route } }
    : { plugins: { [GATEWAY_PLUGIN]: { httpRoute: route, namespace } } };
