/**
 * How ingress-nginx routes, as a pure model: main and canary Ingresses of one namespace, and Services that are ready or not.
 *
 * Facts: getBackendServers and mergeAlternativeBackends of internal/ingress/controller/controller.go, the canary annotations of
 * internal/ingress/annotations/canary/main.go, and the order of decision of rootfs/etc/nginx/lua/balancer.lua.
 */
import { z } from "zod";

const NGINX = "nginx.ingress.kubernetes.io";

const backend = z.object({ service: z.object({ name: z.string(), port: z.object({ number: z.number() }) }) });
type ModelBackend = z.infer<typeof backend>;

/** What the controller reads of an Ingress. */
export const modelIngress = z.object({
  name: z.string(),
  annotations: z.record(z.string(), z.string()).readonly(),
  spec: z.object({
    rules: z.array(
      z.object({
        host: z.string(),
        http: z.object({ paths: z.array(z.object({ path: z.string(), pathType: z.string(), backend })) }),
      }),
    ),
  }),
});
export type ModelIngress = z.infer<typeof modelIngress>;

/** What the controller sees: Ingresses from the oldest to the newest, and the Services with a ready pod. */
export interface ModelCluster {
  readonly ingresses: readonly ModelIngress[];
  readonly ready: ReadonlySet<string>;
}

/** What a client sends beside host and path. */
export interface ModelRequest {
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  /** Session cookie by its name, and the Service that gave it. */
  readonly session?: { readonly cookie: string; readonly service: string };
}

/** Percent of such requests by the Service that answers; or the controller's own error. */
export type Answer = Readonly<Record<string, number>> | 404 | 503;

interface Upstream {
  readonly service: string;
  /** Made by a canary: no location of its own. */
  readonly noServer: boolean;
  readonly ingress: ModelIngress;
  readonly alternatives: Upstream[];
}

interface Location {
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  readonly upstream: Upstream;
  readonly ingress: ModelIngress;
}

/** Go's strconv.ParseBool; what it cannot read drops the annotation, and the Ingress is an ordinary one. */
const isCanary = ({ annotations }: ModelIngress) =>
  ["1", "t", "T", "TRUE", "true", "True"].includes(annotations[`${NGINX}/canary`] ?? "");

const keyOf = ({ service }: ModelBackend) => `${service.name}-${service.port.number}`;

const pathsOf = (ingress: ModelIngress) =>
  ingress.spec.rules.flatMap(({ host, http }) => http.paths.map((path) => ({ ...path, host, ingress })));

/** An upstream is its Service's: the oldest Ingress that names the Service decides what it is. */
function upstreamsOf(ingresses: readonly ModelIngress[]): Map<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  for (const { backend, ingress } of ingresses.flatMap(pathsOf)) {
    const known = upstreams.get(keyOf(backend));
    const made = { service: backend.service.name, noServer: isCanary(ingress), ingress, alternatives: [] };
    if (known === undefined) upstreams.set(keyOf(backend), made);
  }
  return upstreams;
}

/** The locations of main Ingresses: of two for one place, the oldest has it. */
function locationsOf(ingresses: readonly ModelIngress[], upstreams: Map<string, Upstream>): Location[] {
  const locations: Location[] = [];
  const mains = ingresses.filter((ingress) => !isCanary(ingress));
  for (const { host, path, pathType, backend, ingress } of mains.flatMap(pathsOf)) {
    const upstream = upstreams.get(keyOf(backend));
    const taken = locations.some(
      (one) => one.host === host && one.path === path && one.pathType === pathType,
    );
    if (upstream !== undefined && !taken) locations.push({ host, path, pathType, upstream, ingress });
  }
  return locations;
}

/** A canary is tied to the upstream of the place that it matches exactly, and so to every place of that upstream. */
function mergeCanaries(
  ingresses: readonly ModelIngress[],
  upstreams: Map<string, Upstream>,
  locations: readonly Location[],
): void {
  for (const { host, path, pathType, backend } of ingresses.filter(isCanary).flatMap(pathsOf)) {
    const canary = upstreams.get(keyOf(backend));
    const place = locations.find(
      (one) => one.host === host && one.path === path && one.pathType === pathType,
    );
    if (canary?.noServer !== true || place === undefined || place.upstream.noServer) continue;
    if (!place.upstream.alternatives.includes(canary)) place.upstream.alternatives.push(canary);
  }
}

/** Who answers a request. */
export function answer({ ingresses, ready }: ModelCluster, request: ModelRequest): Answer {
  const upstreams = upstreamsOf(ingresses);
  const locations = locationsOf(ingresses, upstreams);
  mergeCanaries(ingresses, upstreams, locations);
  const [place] = locations
    .filter(({ host, path }) => host === request.host && request.path.startsWith(path))
    .sort((a, b) => b.path.length - a.path.length);
  if (place === undefined || place.upstream.noServer) return 404;
  if (!ready.has(place.upstream.service)) return 503;
  const [canary] = place.upstream.alternatives;
  if (canary === undefined || !ready.has(canary.service)) return { [place.upstream.service]: 100 };
  return shares(place.upstream.service, canary.service, percentToCanary(place, canary, request));
}

const shares = (main: string, canary: string, percent: number): Answer => ({
  ...(percent < 100 ? { [main]: 100 - percent } : {}),
  ...(percent > 0 ? { [canary]: percent } : {}),
});

/** Session, then header, then cookie, then weight. */
function percentToCanary({ upstream, ingress }: Location, canary: Upstream, request: ModelRequest): number {
  const session = request.session;
  const cookie =
    ingress.annotations[`${NGINX}/affinity`] === "cookie"
      ? ingress.annotations[`${NGINX}/session-cookie-name`]
      : undefined;
  if (session !== undefined && session.cookie === cookie) {
    if (session.service === upstream.service) return 0;
    if (session.service === canary.service) return 100;
  }
  return chosen(canary.ingress.annotations, request) ?? weightOf(canary.ingress.annotations);
}

function chosen(annotations: ModelIngress["annotations"], request: ModelRequest): number | undefined {
  const header = annotations[`${NGINX}/canary-by-header`];
  const sent = header === undefined ? undefined : request.headers?.[header];
  const wanted = annotations[`${NGINX}/canary-by-header-value`];
  if (sent !== undefined && wanted !== undefined && sent === wanted) return 100;
  if (sent !== undefined && wanted === undefined && sent in ALWAYS_NEVER) return ALWAYS_NEVER[sent];
  const cookie = annotations[`${NGINX}/canary-by-cookie`];
  return cookie === undefined ? undefined : ALWAYS_NEVER[request.cookies?.[cookie] ?? ""];
}

const ALWAYS_NEVER: Readonly<Record<string, number>> = { always: 100, never: 0 };

/** A weight that is no plain whole number is 0; a total below 100 is taken for 100. */
function weightOf(annotations: ModelIngress["annotations"]): number {
  const number = (name: string) => {
    const text = annotations[`${NGINX}/${name}`] ?? "";
    return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  };
  const total = Math.max(number("canary-weight-total"), 100);
  return (Math.min(Math.max(number("canary-weight"), 0), total) * 100) / total;
}

/** Whether the controller's admission webhook lets an Ingress in beside those that are there (checkOverlap). */
export function admits(ingresses: readonly ModelIngress[], asked: ModelIngress): boolean {
  const places = new Set(pathsOf(asked).map(({ host, path }) => `${host}${path}`));
  const has = ({ annotations }: ModelIngress) => `${NGINX}/canary` in annotations;
  const others = ingresses.filter(
    (one) => one.name !== asked.name && pathsOf(one).some(({ host, path }) => places.has(`${host}${path}`)),
  );
  return others.every((one) => (isCanary(asked) ? !isCanary(one) : has(asked) || has(one)));
}
