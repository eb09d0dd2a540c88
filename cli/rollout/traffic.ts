/** What the API server holds of a canary's traffic, and whether the safe side can take all of it. */
import { z } from "zod";
import type { CanaryTraffic } from "../../rollout/place";
import type { Kubectl } from "./kubectl";

/** What answers requests now. */
export interface HeldTraffic {
  /** Services that the hosts lead to, with the most percent that one of them sends there. */
  readonly shares: Readonly<Record<string, number>>;
  /** Objects by which a request can reach the new version: a share of 0 among them, for sessions and headers still go there. */
  readonly ways: readonly string[];
  /** Those of them that can be deleted without taking the host away: canary Ingresses. */
  readonly deletable: readonly string[];
}

const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight";
const CANARY = "nginx.ingress.kubernetes.io/canary";

const backend = z.object({ service: z.object({ name: z.string() }) });
const ingressList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({
        rules: z
          .array(
            z.object({
              http: z.object({ paths: z.array(z.object({ path: z.string().default("/"), backend })) }),
            }),
          )
          .default([]),
      }),
    }),
  ),
});

const routeList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        rules: z.array(
          z.object({
            backendRefs: z.array(z.object({ name: z.string(), weight: z.number().default(1) })).default([]),
          }),
        ),
      }),
    }),
  ),
});

/** Reads it; what leads to neither version is none of the canary's. */
export async function heldTraffic(
  kubectl: Kubectl,
  { namespace, router, stable, fresh }: CanaryTraffic,
): Promise<HeldTraffic> {
  const versions = [...stable, ...fresh];
  const list = (kind: string) => kubectl(["get", kind, "--namespace", namespace, "-o", "json"]);
  return router === "ingress-nginx"
    ? ofIngresses(await list("ingresses"), stable, versions)
    : ofRoutes(await list("httproutes"), stable, versions);
}

function ofIngresses(text: string, stable: readonly string[], versions: readonly string[]): HeldTraffic {
  const found = ingressList.parse(JSON.parse(text)).items.map(({ metadata, spec }) => {
    const { name, annotations } = metadata;
    const services = spec.rules.flatMap(({ http }) => http.paths.map((path) => path.backend.service.name));
    const isShare = annotations[CANARY] === "true";
    return { name, services, isShare, weight: isShare ? Number(annotations[WEIGHT] ?? 0) : undefined };
  });
  const share = Math.max(0, ...found.map(({ weight }) => weight ?? 0));
  const own = found.filter(
    ({ isShare, services }) => isShare || services.some((name) => versions.includes(name)),
  );
  return {
    shares: Object.fromEntries(
      own.flatMap(({ services, weight }) => services.map((name) => [name, weight ?? 100 - share] as const)),
    ),
    ways: own
      .filter(({ services }) => services.some((name) => !stable.includes(name)))
      .map(({ name }) => name),
    deletable: own.filter(({ isShare }) => isShare).map(({ name }) => name),
  };
}

function ofRoutes(text: string, stable: readonly string[], versions: readonly string[]): HeldTraffic {
  const refs = routeList.parse(JSON.parse(text)).items.flatMap(({ metadata, spec }) =>
    spec.rules.flatMap(({ backendRefs }) => {
      const total = backendRefs.reduce((sum, { weight }) => sum + weight, 0);
      return backendRefs
        .filter(({ name }) => versions.includes(name))
        .map(({ name, weight }) => ({
          route: metadata.name,
          name,
          percent: total === 0 ? 0 : (weight / total) * 100,
        }));
    }),
  );
  const leads = refs.filter(({ name, percent }) => percent > 0 && !stable.includes(name));
  return {
    shares: Object.fromEntries(refs.map(({ name, percent }) => [name, percent])),
    ways: [...new Set(leads.map(({ route }) => route))],
    deletable: [],
  };
}

const slices = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      endpoints: z
        .array(z.object({ conditions: z.object({ ready: z.boolean().optional() }).default({}) }))
        .nullish(),
    }),
  ),
});

/** Services of a namespace that have a ready endpoint. */
export async function readyServices(kubectl: Kubectl, namespace: string): Promise<ReadonlySet<string>> {
  const text = await kubectl(["get", "endpointslices", "--namespace", namespace, "-o", "json"]);
  const ready = slices
    .parse(JSON.parse(text))
    .items.filter(({ endpoints }) => (endpoints ?? []).some(({ conditions }) => conditions.ready !== false));
  return new Set(ready.flatMap(({ metadata }) => metadata.labels["kubernetes.io/service-name"] ?? []));
}

/** What answers, in a few words: `frontend-legacy 90 %, frontend-canary 10 %`. */
export const heldText = ({ shares }: HeldTraffic): string =>
  Object.entries(shares)
    .map(([service, percent]) => `${service} ${Math.round(percent)} %`)
    .join(", ");
