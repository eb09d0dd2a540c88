/** A canary of services behind hosts: what each phase declares, for either router. Pure. */
import { httpRoute, type RouteRule } from "./gateway";
import { percentOf, type Phase } from "./ladder";
import {
  affinityAt,
  canaryAnnotations,
  ingressSpec,
  mainAnnotations,
  type Affinity,
  type Selection,
} from "./nginx";
import type { Backend, HostPath, Router } from "./router";

/** The new version's Service, and how its pods are found. */
export interface CanaryBackend extends Backend {
  /** Labels of its pods. @default - `app: <service>` */
  readonly selector?: Readonly<Record<string, string>>;
  /** Port of its pods, by number or name. @default - the Service's number */
  readonly targetPort?: number | string;
}

/** A host and path with an old and a new version. */
export interface CanaryRoute {
  readonly host: string;
  /** Path by prefix. @default "/" */
  readonly path?: string;
  readonly stable: Backend;
  readonly canary: CanaryBackend;
}

/** Names of the Ingresses, as the runbooks have them. */
export interface IngressNames {
  /** The main one, before and during the canary. */
  readonly stable: string;
  /** The one beside it that takes a share. */
  readonly canary: string;
  /** The main one after the canary. @default - `stable`, changed in place: the fewest moments */
  readonly complete?: string | undefined;
}

/** What a canary is declared from, whatever carries it. */
export interface Canary {
  readonly routes: readonly CanaryRoute[];
  readonly phase: Phase;
  readonly by?: Selection | undefined;
  readonly affinity?: Affinity | undefined;
}

/** One Ingress: its name, annotations and spec. */
export interface IngressParts {
  readonly name: string;
  /** Whether it is the main one after the canary, under a name of its own. */
  readonly successor: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ReturnType<typeof ingressSpec>;
}

/** The Ingress class and the Secret of the certificate: the same on both sides, or the canary would not match. */
export interface IngressPlace {
  readonly className: string;
  readonly secretName: string;
}

const DEFAULT_PATH = "/";
/** End of the name of a Service that only the canary Ingress uses. */
const SUFFIX = "-canary";

export const pathOf = ({ path = DEFAULT_PATH }: Pick<CanaryRoute, "path">) => path;

/** The Service that only the canary Ingress uses: one that another used too would carry the canary there. */
export const canaryServiceName = ({ canary }: CanaryRoute) => `${canary.service}${SUFFIX}`;

/** The paths of one side; `new` once the new version is the main one, `share` while it takes a share. */
export function pathsOf(routes: readonly CanaryRoute[], side: "old" | "new" | "share"): readonly HostPath[] {
  return routes.map((route) => ({ host: route.host, path: pathOf(route), backend: backendOf(route, side) }));
}

function backendOf(route: CanaryRoute, side: "old" | "new" | "share"): Backend {
  if (side === "old") return route.stable;
  const { service, port } = route.canary;
  return side === "new" ? { service, port } : { service: canaryServiceName(route), port };
}

/** The main Ingress of a phase. */
export function mainIngress(canary: Canary, names: IngressNames, place: IngressPlace): IngressParts {
  const { phase, routes, affinity } = canary;
  const isNew = phase.kind === "complete";
  const { stable, complete = stable } = names;
  const successor = isNew && complete !== stable;
  return {
    name: isNew ? complete : stable,
    successor,
    annotations: mainAnnotations({ successor, ...affinityPart(affinityAt(percentOf(phase), affinity)) }),
    spec: ingressSpec(place.className, place.secretName, pathsOf(routes, isNew ? "new" : "old")),
  };
}

const affinityPart = (affinity: Affinity | undefined) => (affinity === undefined ? {} : { affinity });

/** The Ingress that takes a share, in a phase that has one. A share of nothing is no Ingress: a weight of 0 is no way back. */
export function canaryIngress(
  canary: Canary,
  names: IngressNames,
  place: IngressPlace,
): IngressParts | undefined {
  const { phase, routes, by } = canary;
  if (phase.kind !== "weight") return undefined;
  return {
    name: names.canary,
    successor: false,
    annotations: canaryAnnotations(phase.percent, by),
    spec: ingressSpec(place.className, place.secretName, pathsOf(routes, "share")),
  };
}

/** The Service that the canary Ingress alone uses: the new version's pods under another name. */
export function canaryServiceSpec({ canary }: CanaryRoute) {
  const { service, port, selector = { app: service }, targetPort = port } = canary;
  return { type: "ClusterIP", selector, ports: [{ name: "http", port, targetPort, protocol: "TCP" }] };
}

/** The HTTPRoutes of a phase, one a host and named after it: the same object in every phase, changed in place. */
export function httpRoutes<Namespace>(
  { routes, phase, by }: Canary,
  router: Extract<Router, { kind: "gateway-api" }>,
  namespace: Namespace,
) {
  return [...new Set(routes.map(({ host }) => host))].map((host) => {
    const rules = routes.filter((route) => route.host === host).flatMap((route) => rulesOf(route, phase, by));
    return httpRoute(router, { name: host, namespace }, host, rules);
  });
}

function rulesOf(route: CanaryRoute, phase: Phase, by: Selection | undefined): readonly RouteRule[] {
  const path = pathOf(route);
  const [old, now] = [backendOf(route, "old"), backendOf(route, "new")];
  if (phase.kind !== "weight") return [{ path, backends: [phase.kind === "complete" ? now : old] }];
  const shared = [
    { ...old, weight: 100 - phase.percent },
    { ...now, weight: phase.percent },
  ];
  return [...headerRules(path, old, now, by), { path, backends: shared }];
}

/** As ingress-nginx reads the header: a value of its own, or `always` and `never`. */
function headerRules(path: string, old: Backend, now: Backend, by: Selection | undefined): RouteRule[] {
  if (by?.kind !== "header") return [];
  const rule = (value: string, backend: Backend) => ({
    path,
    header: { name: by.name, value },
    backends: [backend],
  });
  return by.value === undefined ? [rule("always", now), rule("never", old)] : [rule(by.value, now)];
}
