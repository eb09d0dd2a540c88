import assert from "node:assert/strict";
import { record } from "../../../cli/recorder";
import { Namespace, type NamespaceArgs } from "../../../components/namespace";

const ARGS: NamespaceArgs = {
  name: "shop",
  quota: { cpu: "2", memory: "2Gi", pods: 10 },
  containerDefault: { cpu: "100m", memory: "128Mi" },
  containerMaximum: { cpu: "500m", memory: "512Mi" },
  openings: [
    {
      name: "from-load-balancer",
      app: "shop",
      direction: "ingress",
      port: 3000,
      peer: { cidrs: ["10.0.0.0/8"] },
    },
  ],
};

const declared = (args = ARGS) => record("test", () => Promise.resolve(new Namespace("shop", args)));

const one = async (name: string, args = ARGS) => {
  const found = (await declared(args)).filter(
    (resource) => resource.name === name && resource.type !== COMPONENT,
  );
  assert.equal(found.length, 1, name);
  return found[0]?.inputs;
};
const COMPONENT = "golive:components:Namespace";

describe("Namespace", () => {
  it("K1 declares the namespace, its quota, its limits and its policies, and nothing else", async () => {
    assert.deepEqual(
      (await declared()).map(({ type, name }) => `${type} ${name}`),
      [
        `${COMPONENT} shop`,
        "kubernetes:core/v1:LimitRange shop-limits",
        "kubernetes:core/v1:Namespace shop",
        "kubernetes:core/v1:ResourceQuota shop-quota",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy shop-default-deny",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy shop-dns-tcp",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy shop-dns-udp",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy shop-from-load-balancer",
      ],
    );
  });

  it("K1 holds pods to the restricted level: enforced, warned of, audited", async () => {
    const inputs = await one("shop");
    assert.deepEqual(inputs?.metadata, {
      name: "shop",
      labels: {
        "app.kubernetes.io/managed-by": "golive",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "latest",
      },
    });
  });

  it("K1 cannot be talked out of the restricted level by a label", async () => {
    const labels = { "pod-security.kubernetes.io/enforce": "privileged", team: "shop" };
    const inputs = await one("shop", { ...ARGS, labels });
    assert.match(JSON.stringify(inputs), /"pod-security.kubernetes.io\/enforce":"restricted"/);
    assert.match(JSON.stringify(inputs), /"team":"shop"/);
  });

  it("K1 limits the namespace and the container", async () => {
    assert.deepEqual((await one("shop-quota"))?.spec, {
      hard: {
        pods: "10",
        "requests.cpu": "2",
        "requests.memory": "2Gi",
        "limits.cpu": "2",
        "limits.memory": "2Gi",
      },
    });
    assert.deepEqual((await one("shop-limits"))?.spec, {
      limits: [
        {
          type: "Container",
          default: ARGS.containerDefault,
          defaultRequest: ARGS.containerDefault,
          max: ARGS.containerMaximum,
        },
      ],
    });
  });

  it("K1 denies all traffic, and opens what is named", async () => {
    assert.deepEqual((await one("shop-default-deny"))?.spec, {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    assert.deepEqual((await one("shop-from-load-balancer"))?.spec, {
      podSelector: { matchLabels: { app: "shop" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: 3000, protocol: "TCP" }] }],
    });
    assert.deepEqual((await one("shop-dns-udp"))?.spec, {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
          ports: [{ port: 53, protocol: "UDP" }],
        },
      ],
    });
  });
});
