/** What the cluster's owners set for the router, so that it measures what the stack's rules read. Pure. */
import type { StackSettings } from "../settings";
import { watchedOf } from "./watched";

/**
 * Values of ingress-nginx's chart: metrics, read by the stack's Prometheus, with the buckets that `golive:router` states.
 * Nothing where nobody watches, or another router carries the traffic, whose buckets are fixed.
 *
 * https://github.com/kubernetes/ingress-nginx/blob/main/charts/ingress-nginx/values.yaml
 */
export function routerValues(stack: StackSettings) {
  const { router, observability } = stack;
  if (observability === undefined || router.kind !== "ingress-nginx" || !carries(stack)) return {};
  const { timeBuckets: buckets } = router;
  return {
    routerValues: {
      controller: {
        metrics: {
          enabled: true,
          serviceMonitor: { enabled: true, additionalLabels: observability.prometheus.labels },
        },
        ...(buckets === undefined ? {} : { extraArgs: { "time-buckets": buckets.join(",") } }),
      },
    },
  };
}

/** Whether the router has a host of the stack's. */
const carries = (stack: StackSettings): boolean =>
  watchedOf(stack).some(({ services }) =>
    services.some(({ traffic }) => traffic?.source === "ingress-nginx"),
  );
