import assert from "node:assert/strict";
import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { awsProbe, type AwsProbe } from "../../cli/doctor/aws";
import { takeReadings } from "../../cli/doctor/checks";
import { realProbes } from "../../cli/doctor/probes";
import { emptyTarget } from "../../cli/doctor/target";
import type { Cluster } from "../../engine/cluster/cluster";
import { startMoto, type Moto } from "../../engine/moto";
import { apply, kubectl, newNamespace, sharedCluster, waitUntil } from "../support/cluster";
import { withEnvironment } from "../support/environment";
import { CREDENTIAL_VARIABLES } from "../../systems/aws-credentials";

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

describe("golive doctor's questions to AWS", function () {
  this.timeout(300_000);
  const accountId = "202533518394";
  const region = "us-east-1";
  let moto: Moto;

  before(async () => (moto = await startMoto({ accountId })));
  after(() => moto.stop());

  const asked = <T>(work: (probe: AwsProbe) => Promise<T>): Promise<T> => {
    const keys = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    return withEnvironment({ ...keys, AWS_ENDPOINT_URL: moto.url }, async () => {
      const probe = awsProbe(20_000);
      assert.ok(probe);
      return work(probe);
    });
  };

  it("K11 a repository is absent, then there with its mutability", () =>
    asked(async (probe) => {
      assert.equal(await probe.repository(region, accountId, "kometa"), undefined);
      const command = new CreateRepositoryCommand({
        repositoryName: "kometa",
        imageTagMutability: "IMMUTABLE",
      });
      await new ECRClient({ region }).send(command);
      assert.equal(await probe.repository(region, accountId, "kometa"), "IMMUTABLE");
    }));

  it("K11 a certificate of ACM has a status and, once issued, an end", () =>
    asked(async (probe) => {
      const command = new RequestCertificateCommand({ DomainName: "example.com", ValidationMethod: "DNS" });
      const { CertificateArn: arn = "" } = await new ACMClient({ region }).send(command);
      assert.equal((await probe.certificate(arn)).status, "PENDING_VALIDATION");
      await waitUntil("its issue", async () => (await probe.certificate(arn)).status === "ISSUED");
      assert.ok((await probe.certificate(arn)).to instanceof Date);
      await assert.rejects(probe.certificate(`${arn}0`), /not find|NotFound/i);
    }));

  it("K11 without credentials AWS is not asked", () =>
    withEnvironment(
      { HOME: "/nonexistent", ...Object.fromEntries(CREDENTIAL_VARIABLES.map((name) => [name, ""])) },
      async () => {
        assert.equal(awsProbe(1000), undefined);
        return Promise.resolve();
      },
    ));
});
