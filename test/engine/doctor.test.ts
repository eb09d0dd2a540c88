import assert from "node:assert/strict";
import { takeReadings } from "../../cli/doctor/checks";
import { realProbes } from "../../cli/doctor/probes";
import { emptyTarget } from "../../cli/doctor/target";
import type { Cluster } from "../../engine/cluster/cluster";
import { apply, kubectl, newNamespace, sharedCluster, waitUntil } from "../support/cluster";

const labels = { "app.kubernetes.io/name": "aws-load-balancer-controller" };
const controller = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "aws-load-balancer-controller", namespace: "kube-system" },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "controller", image: "registry.invalid/controller:v2" }] },
    },
  },
};

/** Listed before the stand-in's class, and not marked as one. */
const ingressClass = {
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "a-real-one" },
  spec: { controller: "ingress.k8s.aws/alb" },
};

describe("golive doctor on the local control plane", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let namespace: string;

  before(async function () {
    this.timeout(900_000);
    cluster = await sharedCluster();
    namespace = await newNamespace(cluster, "doctor");
  });

  after(() => kubectl(cluster, ["delete", "namespace", namespace, "--wait=false"]));

  async function readings(): Promise<Record<string, string>> {
    const kubectlFlags = [`--kubeconfig=${cluster.kubeconfig}`];
    const target = { ...emptyTarget("develop"), kubectlFlags, namespaces: [namespace, "no-such-namespace"] };
    const findings = await takeReadings(target, realProbes());
    return Object.fromEntries(
      findings.map(({ check, verdict, reading }) => [check, `${verdict}: ${reading}`]),
    );
  }

  it("K11 reads its health, node, namespaces and the stand-in for the ALB controller", async () => {
    const found = await readings();
    assert.equal(found["cluster"], "ok: /readyz says ok");
    assert.equal(found["nodes"], "ok: 1 of 1 Ready");
    assert.equal(found[`namespace ${namespace}`], "ok: Active");
    assert.equal(found["namespace no-such-namespace"], "warn: not there yet");
    assert.match(found["load balancer controller"] ?? "", /^warn: stand-in: no AWS Load Balancer Controller/);
  });

  it("K11 reads a load balancer controller that runs", async () => {
    await apply(cluster, ingressClass, controller);
    try {
      await waitUntil("the controller's replicas", async () =>
        /^ok: 2 of 2 replicas available; IngressClass a-real-one$/.test(
          (await readings())["load balancer controller"] ?? "",
        ),
      );
    } finally {
      await kubectl(cluster, ["delete", "ingressclass", ingressClass.metadata.name]);
      await kubectl(cluster, ["delete", "deployment", controller.metadata.name, "-n", "kube-system"]);
    }
  });
});
