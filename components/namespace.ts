/** A namespace that keeps its own order: restricted pods, a quota, container limits and closed doors. */
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";

/** CPU and memory as Kubernetes quantities, e.g. `200m` and `200Mi`. */
export interface CpuAndMemory {
  readonly cpu: string;
  readonly memory: string;
}

/** Traffic that is let through the default deny, for the pods with one label `app`. */
export interface Opening {
  /** Name of the rule, unique in the namespace; the NetworkPolicy takes it. */
  readonly name: string;
  /** Pods it is for: those labelled `app: <app>`. @default - every pod of the namespace */
  readonly app?: string;
  readonly direction: "ingress" | "egress";
  /** Port on the pod (ingress) or on the other side (egress). */
  readonly port: number;
  /** @default "TCP" */
  readonly protocol?: "TCP" | "UDP";
  /** Who is on the other side: address ranges, or the pods of a namespace. */
  readonly peer: { readonly cidrs: readonly string[] } | { readonly namespace: string };
}

export interface NamespaceArgs {
  /** Name of the namespace. */
  readonly name: string;
  /** Sum of limits (and of requests) that the namespace may hold. */
  readonly quota: CpuAndMemory & {
    /** Pods at once, finished ones left out. */
    readonly pods: number;
  };
  /** Limits given to a container that names none. */
  readonly containerDefault: CpuAndMemory;
  /** The most that one container may ask for. */
  readonly containerMaximum: CpuAndMemory;
  /** What passes the default deny, beside DNS, which every pod may ask. @default - DNS alone */
  readonly openings?: readonly Opening[];
  /** Labels beside golive's own. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

const LEVEL = "restricted";
/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const POD_SECURITY = Object.fromEntries(
  ["enforce", "warn", "audit"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, LEVEL],
    [`pod-security.kubernetes.io/${mode}-version`, "latest"],
  ]),
);

const DNS: readonly Opening[] = (["UDP", "TCP"] as const).map((protocol) => ({
  name: `dns-${protocol.toLowerCase()}`,
  direction: "egress",
  port: 53,
  protocol,
  peer: { namespace: "kube-system" },
}));

/**
 * Declares a namespace with Pod Security labels (restricted: enforced, warned of and audited), a ResourceQuota, a
 * LimitRange, and a NetworkPolicy that denies all traffic, with one more for each opening. DNS is always open.
 *
 * @see K1 of the requirements; https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export class Namespace extends pulumi.ComponentResource {
  /** The namespace's name, known once the namespace is there: what depends on it waits for it. */
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: NamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:Namespace", name, {}, opts);
    const namespace = new core.Namespace(name, { metadata: namespaceMetadata(args) }, { parent: this });
    const metadata = (child: string) => ({ name: child, namespace: namespace.metadata.name });
    new core.ResourceQuota(
      `${name}-quota`,
      { metadata: metadata("quota"), spec: { hard: hardQuota(args.quota) } },
      { parent: this },
    );
    new core.LimitRange(
      `${name}-limits`,
      { metadata: metadata("limits"), spec: { limits: [containerLimits(args)] } },
      { parent: this },
    );
    new networking.NetworkPolicy(
      `${name}-default-deny`,
      {
        metadata: metadata("default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
      { parent: this },
    );
    for (const opening of [...DNS, ...(args.openings ?? [])]) {
      new networking.NetworkPolicy(
        `${name}-${opening.name}`,
        { metadata: metadata(opening.name), spec: openingSpec(opening) },
        { parent: this },
      );
    }
    this.name = namespace.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}

const namespaceMetadata = ({ name, labels }: NamespaceArgs) => ({
  name,
  labels: { "app.kubernetes.io/managed-by": "golive", ...labels, ...POD_SECURITY },
});

const hardQuota = ({ cpu, memory, pods }: NamespaceArgs["quota"]) => ({
  pods: String(pods),
  "requests.cpu": cpu,
  "requests.memory": memory,
  "limits.cpu": cpu,
  "limits.memory": memory,
});

const containerLimits = ({ containerDefault, containerMaximum }: NamespaceArgs) => ({
  type: "Container",
  default: { ...containerDefault },
  defaultRequest: { ...containerDefault },
  max: { ...containerMaximum },
});

function openingSpec({ app, direction, port, protocol = "TCP", peer }: Opening) {
  const peers =
    "cidrs" in peer
      ? peer.cidrs.map((cidr) => ({ ipBlock: { cidr } }))
      : [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } } }];
  const ports = [{ port, protocol }];
  return {
    podSelector: app === undefined ? {} : { matchLabels: { app } },
    ...(direction === "ingress"
      ? { policyTypes: ["Ingress"], ingress: [{ from: peers, ports }] }
      : { policyTypes: ["Egress"], egress: [{ to: peers, ports }] }),
  };
}
