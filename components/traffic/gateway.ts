/** HTTPRoutes of the Gateway API. Pure. https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
import type { Backend, Router } from "./router";

/** A header that sends a request past the weights. */
export interface RouteHeader {
  readonly name: string;
  readonly value: string;
}

/** One rule of a route: what it matches, and who answers, by weight. */
export interface RouteRule {
  readonly path: string;
  readonly header?: RouteHeader;
  readonly backends: readonly (Backend & { readonly weight?: number })[];
}

/** A host's HTTPRoute, served on the Gateway's HTTPS listener alone. */
export function httpRoute<Namespace>(
  { gateway }: Extract<Router, { kind: "gateway-api" }>,
  { name, namespace }: { readonly name: string; readonly namespace: Namespace },
  host: string,
  rules: readonly RouteRule[],
) {
  const { listener: sectionName, ...parent } = gateway;
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace },
    spec: {
      parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", ...parent, sectionName }],
      hostnames: [host],
      rules: rules.map(httpRouteRule),
    },
  };
}

/** Written as the API server completes it, so that nothing differs when it is read back. */
const httpRouteRule = ({ path, header, backends }: RouteRule) => ({
  matches: [
    {
      path: { type: "PathPrefix", value: path },
      ...(header === undefined ? {} : { headers: [{ type: "Exact", ...header }] }),
    },
  ],
  backendRefs: backends.map(({ service, port, weight = 1 }) => ({
    group: "",
    kind: "Service",
    name: service,
    port,
    weight,
  })),
});
