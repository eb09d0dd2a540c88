/** The processes of the local control plane and the flags of each. */
import path from "node:path";
import type { ToolName } from "../tools";
import type { User } from "./credentials";

/** Where a cluster keeps its files, and the one port that it listens on. */
export interface Layout {
  readonly folder: string;
  readonly port: number;
}

export const files = {
  etcdSocket: "etcd.sock:0",
  tokens: "tokens.csv",
  servicePublicKey: "service-account.pub",
  servicePrivateKey: "service-account.key",
  certificates: "certificates",
  servingCertificate: path.join("certificates", "apiserver.crt"),
  stages: "stages.yaml",
  kubeconfig: "kubeconfig",
} as const;

export const fileOf = (layout: Layout, name: keyof typeof files): string =>
  path.join(layout.folder, files[name]);
export const kubeconfigOf = (layout: Layout, user: User): string =>
  path.join(layout.folder, `${user.replaceAll(":", "-")}.kubeconfig`);

export interface Component {
  readonly name: ToolName;
  /** Whether it waits for the API server, and so is started once that is ready. */
  readonly afterApiServer: boolean;
  readonly args: (layout: Layout) => string[];
}

/** etcd wants an address of itself to write down; nothing ever calls it. */
const NOWHERE = "http://localhost:1";
const CLIENT_RATE = ["--kube-api-qps=200", "--kube-api-burst=400"];

/** In starting order. etcd listens on a socket in the cluster's folder, so that no other user can reach it. */
export const components: readonly Component[] = [
  {
    name: "etcd",
    afterApiServer: false,
    args: (layout) => [
      `--data-dir=${path.join(layout.folder, "etcd", "data")}`,
      `--listen-client-urls=unix://${fileOf(layout, "etcdSocket")}`,
      `--listen-peer-urls=unix://${path.join(layout.folder, "peer.sock:0")}`,
      `--advertise-client-urls=${NOWHERE}`,
      `--initial-advertise-peer-urls=${NOWHERE}`,
      `--initial-cluster=golive=${NOWHERE}`,
      "--name=golive",
      "--unsafe-no-fsync",
      "--log-level=warn",
    ],
  },
  {
    name: "kube-apiserver",
    afterApiServer: false,
    args: (layout) => [
      `--etcd-servers=unix://${fileOf(layout, "etcdSocket")}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${layout.port}`,
      `--cert-dir=${fileOf(layout, "certificates")}`,
      `--token-auth-file=${fileOf(layout, "tokens")}`,
      "--anonymous-auth=false",
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${fileOf(layout, "servicePublicKey")}`,
      `--service-account-signing-key-file=${fileOf(layout, "servicePrivateKey")}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--endpoint-reconciler-type=none",
    ],
  },
  {
    name: "kube-controller-manager",
    afterApiServer: true,
    args: (layout) => [
      `--kubeconfig=${kubeconfigOf(layout, "system:kube-controller-manager")}`,
      `--service-account-private-key-file=${fileOf(layout, "servicePrivateKey")}`,
      `--root-ca-file=${fileOf(layout, "servingCertificate")}`,
      "--use-service-account-credentials=true",
      "--enable-hostpath-provisioner=true",
      "--leader-elect=false",
      "--secure-port=0",
      ...CLIENT_RATE,
    ],
  },
  {
    name: "kube-scheduler",
    afterApiServer: true,
    args: (layout) => [
      `--kubeconfig=${kubeconfigOf(layout, "system:kube-scheduler")}`,
      "--leader-elect=false",
      "--secure-port=0",
      ...CLIENT_RATE,
    ],
  },
  {
    name: "kwok",
    afterApiServer: true,
    args: (layout) => [
      `--kubeconfig=${kubeconfigOf(layout, "golive-kwok")}`,
      `--config=${fileOf(layout, "stages")}`,
      "--manage-all-nodes=true",
      "--cidr=10.244.0.1/16",
      "--node-lease-duration-seconds=40",
    ],
  },
];
