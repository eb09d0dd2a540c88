/** The objects that a cluster holds before anybody uses it. */

export interface Seed {
  readonly path: string;
  readonly object: unknown;
}

/** The one node, played by KWOK. */
export const NODE = "golive-node-0";

/** Marks what stands in for a part of a real cluster; `golive doctor` reads it. */
export const STAND_IN_ANNOTATION = "golive.dev/stand-in";

const capacity = { cpu: "64", memory: "256Gi", "ephemeral-storage": "1Ti", pods: "1000" };

/** An IngressClass whose controller is not there: KWOK hands out addresses in its place. */
const ingressClass = (name: string, controller: string, missing: string): Seed => ({
  path: "/apis/networking.k8s.io/v1/ingressclasses",
  object: {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: {
      name,
      annotations: { [STAND_IN_ANNOTATION]: `no ${missing}: KWOK hands out addresses` },
    },
    spec: { controller },
  },
});

/** Volumes for claims that name no class, made when the first pod asks, as a cloud's own are. */
const storageClass: Seed = {
  path: "/apis/storage.k8s.io/v1/storageclasses",
  object: {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: "golive-local",
      annotations: {
        "storageclass.kubernetes.io/is-default-class": "true",
        [STAND_IN_ANNOTATION]:
          "no storage driver: a volume is an empty folder of this machine, and nothing writes to it",
      },
    },
    provisioner: "kubernetes.io/host-path",
    volumeBindingMode: "WaitForFirstConsumer",
    reclaimPolicy: "Delete",
  },
};

export const seeds: readonly Seed[] = [
  {
    path: "/api/v1/nodes",
    object: {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: NODE,
        annotations: { [STAND_IN_ANNOTATION]: "played by KWOK: pods become ready and run nothing" },
        labels: {
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": NODE,
          "kubernetes.io/os": "linux",
          "topology.kubernetes.io/region": "us-east-1",
          "topology.kubernetes.io/zone": "us-east-1a",
        },
      },
      status: { allocatable: capacity, capacity },
    },
  },
  storageClass,
  ingressClass("alb", "ingress.k8s.aws/alb", "AWS Load Balancer Controller"),
  ingressClass("nginx", "k8s.io/ingress-nginx", "ingress-nginx"),
];
