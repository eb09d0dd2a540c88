/** The stack's router, as the components take it. Pure. */
import type { Opening } from "../components/namespace";
import type { HostTls, Router } from "../components/traffic/router";
import type { StackSettings } from "../settings";

type WithRouter = Pick<StackSettings, "router">;

/** What carries the traffic of the stack's hosts. */
export function routerOf({ router }: WithRouter): Router {
  return router.kind === "gateway-api"
    ? { kind: router.kind, gateway: router.gateway }
    : { kind: router.kind, className: router.className };
}

/** The certificate of hosts: in that Secret, filled by the stack's issuer where it has one. */
export function tlsOf({ router }: WithRouter, secretName: string): HostTls {
  return { secretName, issuer: router.kind === "ingress-nginx" ? router.issuer : undefined };
}

/** Lets the router's pods reach the pods of a service. */
export function fromRouter({ router }: WithRouter, app: string, port: number): Opening {
  const namespace = router.kind === "gateway-api" ? router.gateway.namespace : router.namespace;
  return { name: `from-router-to-${app}`, app, direction: "ingress", port, peer: { namespace } };
}
