/** What of a stack's settings `golive doctor` measures against. */
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

export function targetOf({ stack, aws, kubernetes, systems }: StackSettings): Target {
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
    endpoints: services.map(({ host, certificate }) => ({
      host,
      created: certificate.kind === "create",
      ...(certificate.kind === "arn" ? { arn: certificate.arn.text } : {}),
    })),
    repositories: services.map(({ image }) => ({
      registry: registryHost(aws),
      accountId,
      region,
      name: image.repository,
    })),
  };
}
