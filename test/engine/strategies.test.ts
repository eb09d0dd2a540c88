import assert from "node:assert/strict";
import type { Cluster } from "../../engine/cluster/cluster";
import { customResourceDefinitions, strategySources } from "../../engine/cluster/crds";
import { analysisTemplate, argoRollout, canaryService } from "../../components/progressive/argo";
import { alertProvider, flaggerCanary, metricTemplates } from "../../components/progressive/flagger";
import type { ProgressiveRelease } from "../../components/progressive/release";
import { kubectl, newNamespace, sharedCluster, waitUntil } from "../support/cluster";
import { RELEASE } from "../support/progressive";

/** Flagger 1.44 and Argo Rollouts 1.8: their own definitions at a real API server, which refuses every field that they do not know. */
describe("strategies at the API server", function () {
  this.timeout(600_000);
  let cluster: Cluster;
  let namespace = "";

  before(async () => {
    cluster = await sharedCluster();
    const definitions = await customResourceDefinitions(strategySources);
    await kubectl(cluster, ["apply", "--server-side", "-f", "-"], listOf(definitions));
    const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
    await kubectl(cluster, ["wait", "--for=condition=Established", "--timeout=60s", ...names]);
    namespace = await newNamespace(cluster, "strategy");
  });

  const listOf = (items: readonly unknown[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });

  const create = (...objects: readonly unknown[]) =>
    kubectl(cluster, ["create", "--validate=strict", "-f", "-"], listOf(objects));

  const gateway = { name: "shared", namespace: "gateways", listener: "https" };
  const routers: readonly ProgressiveRelease["router"][] = [RELEASE.router, { kind: "gateway-api", gateway }];

  for (const router of routers) {
    it(`E1 E3 E4 Flagger's objects are admitted on ${router.kind}, each field known`, async () => {
      const release = { ...RELEASE, name: `flagger-${router.kind}`, router };
      await create(
        ...metricTemplates(release, namespace),
        alertProvider(release, namespace, "slack"),
        flaggerCanary(release, namespace),
      );
      const stored = await kubectl(cluster, ["get", "canary", release.name, "-n", namespace, "-o", "json"]);
      assert.match(stored, /"stepWeights": \[\s*10,\s*50,\s*100\s*\]/);
    });

    it(`E1 E3 E4 Argo's objects are admitted on ${router.kind}, each field known`, async () => {
      const release = { ...RELEASE, name: `argo-${router.kind}`, router };
      await create(
        analysisTemplate(release, namespace),
        { apiVersion: "v1", kind: "Service", ...canaryService(release, namespace) },
        argoRollout(release, namespace),
      );
      await waitUntil("the Rollout", async () =>
        (await kubectl(cluster, ["get", "rollout", release.name, "-n", namespace, "-o", "name"])).includes(
          release.name,
        ),
      );
    });
  }

  it("E1 a field that the definitions do not know is refused, so that the tests above can fail", async () => {
    const canary = flaggerCanary({ ...RELEASE, name: "wrong" }, namespace);
    const analysis = { ...canary.spec.analysis, stepWeight: "ten" };
    await assert.rejects(create({ ...canary, spec: { ...canary.spec, analysis } }), /stepWeight/);
    const rollout = argoRollout({ ...RELEASE, name: "wrong" }, namespace);
    await assert.rejects(
      create({ ...rollout, spec: { ...rollout.spec, steps: [] } }),
      /unknown field "(?:spec\.)?steps"/,
    );
  });
});
