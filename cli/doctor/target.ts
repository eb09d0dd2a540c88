/** What of a stack's settings `golive doctor` measures against. */
import { z } from "zod";
import { registryHost } from "../../settings/image";
import type { StackSettings } from "../../settings";
import { endpointsOf, type Endpoint } from "./endpoints";

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

export function targetOf(settings: StackSettings): Target {
  const { stack, aws, kubernetes, systems } = settings;
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
    endpoints: endpointsOf(settings),
    repositories: [...new Set(services.flatMap(repositoriesOf))].map((name) => ({
      registry: registryHost(aws),
      accountId,
      region,
      name,
    })),
  };
}

const withImage = z.looseObject({ image: z.looseObject({ repository: z.string() }) });

/** Every image repository below a system's settings. */
function repositoriesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = withImage.safeParse(value).data?.image.repository;
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(repositoriesOf)];
}
