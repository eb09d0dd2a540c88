/** What of a stack's settings `golive doctor` measures against. */
import { z } from "zod";
import { registryHost } from "../../settings/image";
import type { StackSettings } from "../../settings";

export interface Endpoint {
  readonly host: string;
  /** ARN of the certificate, where the stack names it. */
  readonly arn?: string;
  /** Whether the stack declares the certificate itself, so that before the first `up` there is none. */
  readonly created: boolean;
}

export interface Repository {
  readonly registry: string;
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export interface Target {
  readonly stack: string;
  /** Flags that point kubectl at the stack's cluster. */
  readonly kubectlFlags: readonly string[];
  readonly namespaces: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly repositories: readonly Repository[];
}

/** A stack of which nothing could be read: the cluster is then the environment's own. */
export const emptyTarget = (stack: string): Target => ({
  stack,
  kubectlFlags: [],
  namespaces: [],
  endpoints: [],
  repositories: [],
});

export function targetOf({ stack, aws, kubernetes, router, systems }: StackSettings): Target {
  const services = Object.values(systems);
  const { context, kubeconfig } = kubernetes;
  const { accountId, region } = aws;
  return {
    stack,
    kubectlFlags: [
      ...(context === undefined ? [] : [`--context=${context}`]),
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ],
    namespaces: [...new Set(services.map(({ namespace }) => namespace))],
    endpoints: services.flatMap((system) => endpointsOf(system, router)),
    repositories: [...new Set(services.flatMap(repositoriesOf))].map((name) => ({
      registry: registryHost(aws),
      accountId,
      region,
      name,
    })),
  };
}

type System = NonNullable<StackSettings["systems"][keyof StackSettings["systems"]]>;

/** A host with a certificate of its own, or hosts whose certificates the stack's router sees to. */
function endpointsOf(system: System, router: StackSettings["router"]): Endpoint[] {
  if ("certificate" in system) {
    const { host, certificate } = system;
    const arn = certificate.kind === "arn" ? { arn: certificate.arn.text } : {};
    return [{ host, created: certificate.kind === "create", ...arn }];
  }
  const created = router.kind === "ingress-nginx" && router.issuer !== undefined;
  return Object.values(system.hosts).map((host) => ({ host, created }));
}

const withImage = z.looseObject({ image: z.looseObject({ repository: z.string() }) });

/** Every image repository below a system's settings. */
function repositoriesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = withImage.safeParse(value).data?.image.repository;
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(repositoriesOf)];
}
