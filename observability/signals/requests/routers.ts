/** The metrics of each router. Pure. */
import type { TrafficSource } from "../../watched";
import { alb } from "./alb";
import { gatewayApi } from "./gateway-api";
import { ingressNginx } from "./ingress-nginx";
import type { Host, RouterMetrics } from "./router";

const ROUTERS: Readonly<Record<TrafficSource, RouterMetrics>> = {
  "ingress-nginx": ingressNginx,
  alb,
  "gateway-api": gatewayApi,
};

/** What its router tells of a host's requests. */
export const routerOf = ({ traffic }: Host): RouterMetrics => ROUTERS[traffic.source];
