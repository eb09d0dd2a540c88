/** Whether a host's health path has failed each time that it was asked. Rows K21, K25. Pure. */
import { BLACKBOX_EXPORTER } from "../metrics/blackbox-exporter";
import { max, overTime, select } from "../promql/expression";
import type { Run, Signal, SubjectOf } from "./signal";
import { level } from "./requests/load";
import { seriesOf } from "./test-series";

type Host = SubjectOf<"host">;

/** Labels that golive's Probe gives what it asks of a service; `namespace` is the operator's. */
export const probed = ({ namespace, service }: Pick<Host, "namespace" | "service">) => ({
  namespace,
  service,
});

/** 1 where every probe of the window failed, else 0: one failure alone is none. Nothing where there is no probe. */
export const healthFailing: Signal<"host"> = {
  on: "host",
  unit: "count",
  value: (host, window) =>
    max(overTime("max", select(BLACKBOX_EXPORTER.success, probed(host)), window))
      .all()
      .times(-1)
      .plus(1),
  series: (host, value, run) => [
    probes(host, 1 - value, run),
    // One that cannot reach it from where it stands.
    probes(host, 0, run, "/health?again"),
    probes({ ...host, namespace: "elsewhere" }, value, run),
    probes({ ...host, service: "another" }, value, run),
  ],
};

const probes = (host: Pick<Host, "namespace" | "service">, success: number, run: Run, path = "/health") =>
  seriesOf(
    BLACKBOX_EXPORTER.success,
    { ...probed(host), instance: `https://${host.service}.example.com${path}` },
    level(success, run),
  );
