/**
 * A release as Flagger carries it. Pure. https://docs.flagger.app/usage/how-it-works
 *
 * Flagger has one interval for all steps and judges at its end, and it knows no hold: each step lasts as long as the longest soak, and
 * any reading that is not good at its end, or none, goes back. That is stricter than golive's own way, never laxer.
 */
import type { Limit } from "../../rollout/rule";
import type { Router } from "../traffic/router";
import { metricsOf, type Metric, type ProgressiveRelease } from "./release";

const API = "flagger.app/v1beta1";
const LONGEST_WAIT_SECONDS = 600;

/** Name of the AlertProvider of a release. */
export const alertProviderName = ({ name }: ProgressiveRelease): string => `${name}-slack`;

const metricName = ({ name }: ProgressiveRelease, metric: Metric): string => `${name}-${metric.name}`;

/** What Flagger compares: both ends of the range pass. */
function range(limit: Limit): { readonly min?: number; readonly max?: number } {
  if ("above" in limit) return { max: limit.above };
  return "below" in limit ? { min: limit.below } : { max: 0 };
}

/** A limit that is itself wrong has no range: 1 where the value reaches it. No data fails a check, unless it means 0. */
function query({ query: asked, limit, emptyIsZero }: Metric): string {
  const whole = emptyIsZero ? `(${asked}) or vector(0)` : asked;
  return "atLeast" in limit ? `(${whole}) >= bool ${limit.atLeast}` : whole;
}

/** The MetricTemplates that the Canary refers to, one a metric. */
export const metricTemplates = <Namespace>(release: ProgressiveRelease, namespace: Namespace) =>
  metricsOf(release).map((metric) => ({
    apiVersion: API,
    kind: "MetricTemplate",
    metadata: { name: metricName(release, metric), namespace },
    spec: { provider: { type: "prometheus", address: release.prometheus }, query: query(metric) },
  }));

/** The AlertProvider; its Secret holds Slack's webhook under the key `address`. */
export const alertProvider = <Namespace, Name>(
  release: ProgressiveRelease,
  namespace: Namespace,
  secret: Name,
) => ({
  apiVersion: API,
  kind: "AlertProvider",
  metadata: { name: alertProviderName(release), namespace },
  spec: {
    type: "slack",
    channel: release.alerts?.channel.replace(/^#/, "") ?? "",
    username: "flagger",
    secretRef: { name: secret },
  },
});

/** The Canary of a Deployment that Flagger takes over: it makes `-primary` and `-canary` Services and the share's Ingress itself. */
export function flaggerCanary<Namespace>(release: ProgressiveRelease, namespace: Namespace) {
  const { name, port, steps, router, route, alerts } = release;
  return {
    apiVersion: API,
    kind: "Canary",
    metadata: { name, namespace },
    spec: {
      ...provider(router, route),
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      progressDeadlineSeconds: LONGEST_WAIT_SECONDS,
      service: { port, targetPort: "http", ...served(release) },
      analysis: {
        interval: `${Math.max(...steps.map(({ soakSeconds }) => soakSeconds))}s`,
        // Checks that may fail in the whole of a release before it goes back.
        threshold: 1,
        stepWeights: steps.map(({ percent }) => percent),
        metrics: metricsOf(release).map((metric) => ({
          name: metric.name,
          templateRef: { name: metricName(release, metric), namespace },
          thresholdRange: range(metric.limit),
          interval: `${metric.windowSeconds}s`,
        })),
        ...(alerts === undefined
          ? {}
          : {
              alerts: [
                {
                  name: "slack",
                  severity: "info",
                  providerRef: { name: alertProviderName(release), namespace },
                },
              ],
            }),
      },
    },
  };
}

const provider = (router: Router, route: string) =>
  router.kind === "ingress-nginx"
    ? {
        provider: "nginx",
        ingressRef: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: route },
      }
    : { provider: "gatewayapi:v1" };

/** On the Gateway API Flagger writes the HTTPRoute itself. */
function served({ router, host }: ProgressiveRelease) {
  if (router.kind === "ingress-nginx") return {};
  const { name, namespace, listener } = router.gateway;
  const parent = { group: "gateway.networking.k8s.io", kind: "Gateway", name, namespace };
  return { hosts: [host], gatewayRefs: [{ ...parent, sectionName: listener }] };
}
