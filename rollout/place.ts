/** Where a rollout acts: kept in its journal, so that the way back needs no stack file. Pure data. */

/** A system's canary, as its objects are called. */
export interface CanaryTraffic {
  readonly namespace: string;
  readonly router: "ingress-nginx" | "gateway-api";
  /** Services of the old version, which are safe. */
  readonly stable: readonly string[];
  /** Services of the new version. */
  readonly fresh: readonly string[];
}

/** The cluster of a stack; what is absent is kubectl's own choice. */
export interface ClusterAccess {
  readonly context?: string | undefined;
  /** Path of a kubeconfig file. */
  readonly kubeconfig?: string | undefined;
}

export interface Place {
  readonly namespace: string;
  readonly kubernetes: ClusterAccess;
  /** @default - the system has no canary */
  readonly traffic?: CanaryTraffic | undefined;
}
