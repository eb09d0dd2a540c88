/** Who may read metrics in a system's namespace. Pure. */
import type { Opening } from "../components/namespace";
import type { StackSettings, WorkloadSettings } from "../settings";

type WithPrometheus = Pick<StackSettings, "observability">;

/** Lets Prometheus' pods reach a port of an app's pods; nothing where the stack has no Prometheus. */
export const fromPrometheus = ({ observability }: WithPrometheus, app: string, port: number): Opening[] =>
  observability === undefined
    ? []
    : [
        {
          name: `from-prometheus-to-${app}`,
          app,
          direction: "ingress",
          port,
          peer: { namespace: observability.prometheus.namespace },
        },
      ];

/** The same for a workload, where it exports metrics of its own. */
export const toMetrics = (
  stack: WithPrometheus,
  app: string,
  { metrics, port }: Pick<WorkloadSettings, "metrics" | "port">,
): Opening[] => (metrics === undefined ? [] : fromPrometheus(stack, app, port));
