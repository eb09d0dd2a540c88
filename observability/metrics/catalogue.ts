/** Every metric that golive reads, by who exports it. Pure. */
import { ALB } from "./alb";
import { APPLICATION } from "./application";
import { BLACKBOX_EXPORTER } from "./blackbox-exporter";
import { CADVISOR } from "./cadvisor";
import { CERT_MANAGER } from "./cert-manager";
import { GATEWAY_API } from "./gateway-api";
import { INGRESS_NGINX } from "./ingress-nginx";
import { K6 } from "./k6";
import { KUBE_STATE_METRICS } from "./kube-state-metrics";
import type { Kind, Metric } from "./metric";
import { PROMETHEUS } from "./prometheus";
import { SQL } from "./sql";

const EXPORTED: readonly Readonly<Record<string, Metric<Kind, string>>>[] = [
  INGRESS_NGINX,
  ALB,
  GATEWAY_API,
  CERT_MANAGER,
  BLACKBOX_EXPORTER,
  KUBE_STATE_METRICS,
  CADVISOR,
  K6,
  APPLICATION,
  SQL,
  PROMETHEUS,
];

export const CATALOGUE: readonly Metric<Kind, string>[] = EXPORTED.flatMap((metrics) =>
  Object.values(metrics),
);
