/**
 * What KWOK plays beside nodes and pods: the load balancer controllers of a cloud. Both are stand-ins, and the
 * addresses that they hand out say so; nothing answers there.
 */

/** The end of every address that a stand-in hands out (`.invalid` never resolves, RFC 6761). */
export const STAND_IN_DOMAIN = "golive-stand-in.invalid";

interface Balanced {
  readonly apiGroup: string;
  readonly kind: string;
  /** Further conditions that an object must meet, as KWOK writes them. */
  readonly when: readonly { key: string; operator: string; values?: string[] }[];
}

const balanced: readonly Balanced[] = [
  { apiGroup: "networking.k8s.io/v1", kind: "Ingress", when: [] },
  {
    apiGroup: "v1",
    kind: "Service",
    when: [{ key: ".spec.type", operator: "In", values: ["LoadBalancer"] }],
  },
];

const address = (kind: string): string =>
  `{{ .metadata.namespace }}-{{ .metadata.name }}.${kind.toLowerCase()}.${STAND_IN_DOMAIN}`;

function stage({ apiGroup, kind, when }: Balanced): unknown {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: `golive-stand-in-${kind.toLowerCase()}` },
    spec: {
      resourceRef: { apiGroup, kind },
      selector: {
        matchExpressions: [
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: ".status.loadBalancer.ingress", operator: "DoesNotExist" },
          ...when,
        ],
      },
      next: {
        event: {
          type: "Normal",
          reason: "GoliveStandIn",
          message: "address given by golive's stand-in for a load balancer controller; nothing answers there",
        },
        statusTemplate: `loadBalancer:\n  ingress:\n  - hostname: ${address(kind)}\n`,
      },
    },
  };
}

/** KWOK's configuration: these stages; for nodes and pods KWOK has its own. */
export const stagesFile = (): string =>
  balanced.map((kind) => `${JSON.stringify(stage(kind))}\n`).join("---\n");
