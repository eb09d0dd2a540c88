// The kubernetes stand-in against what Pulumi's own plugin planned and did: test/fixtures/real-plugin/plans.json.
// It proves steps, replace reasons, detailed diffs, order and errors; not timing, nor what the screen shows.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Cluster } from "../../engine/cluster/cluster";
import { repositoryRoot } from "../../engine/cache";
import { kubectl, sharedCluster } from "../support/cluster";
import {
  oneLine,
  PlansProject,
  readPlans,
  type Did,
  type Measured,
  type Step,
} from "../support/plans-project";

/** Edits that touch different resources, so that one run serves all of a batch. */
const BATCHES = [
  ["namespace-rename"],
  [
    "auto-configmap-data",
    "auto-job-template",
    "configmap-data",
    "cr-spec",
    "deployment-image",
    "ingress-weight",
    "job-template",
    "release-values",
    "secret-data",
    "service-headless",
  ],
  ["configmap-rename", "deployment-equal-quantity", "job-ttl", "release-rename", "remove-configmap"],
  ["deployment-selector"],
];
const REFUSED_AT_PREVIEW = "service-port";
const WEIGHT = "nginx.ingress.kubernetes.io/canary-weight=0";

describe("the kubernetes stand-in beside Pulumi's own plugin", () => {
  let cluster: Cluster;
  let project: PlansProject;
  let plans: Awaited<ReturnType<typeof readPlans>>;

  const measured = (name: string): Measured =>
    plans.edits[name] ?? plans.situations[name] ?? assert.fail(name);
  const resourcesOf = (name: string): Set<string> =>
    new Set((measured(name).preview ?? []).map(({ resource }) => resource));

  before(async () => {
    [cluster, plans] = await Promise.all([sharedCluster(), readPlans()]);
    await kubectl(cluster, [
      "apply",
      "-f",
      path.join(repositoryRoot, "test", "fixtures", "real-plugin", "crd.yaml"),
    ]);
    project = await PlansProject.make(cluster.kubeconfig);
    const base = await project.up(["base"]);
    assert.equal(base.code, 0, base.output);
  });

  after(async () => {
    const output = await project.destroy();
    const left = await kubectl(cluster, [
      "get",
      "namespaces",
      "plans",
      "plans2",
      "--ignore-not-found",
      "-o",
      "name",
    ]);
    assert.equal(left, "", output);
    await project.home.remove();
  });

  describe("hand edits", () => {
    const annotate = () =>
      kubectl(cluster, ["annotate", "--overwrite", "ingress", "canary", "-n", "plans", WEIGHT]);
    const plan = async (name: string, ...args: string[]) => {
      const did = await project.preview(["base"], ...args);
      samePlan(did, measured(name));
    };

    it("D12 an annotation is kept by a plain preview and by an update that changes nothing", async () => {
      await annotate();
      await plan("hand-annotate");
      sameOperations(await project.up(["base"]), measured("hand-annotate-same"));
    });

    it("D12 an annotation is taken over by an update that sets it", async () => {
      sameOperations(await project.up(["ingress-weight"]), measured("hand-annotate-then-weight"));
      await project.up(["base"]);
    });

    it("D12 an annotation is a field conflict in a preview that refreshes, and undone by the update", async () => {
      await annotate();
      await plan("hand-annotate-refresh", "--refresh");
      sameOperations(await project.up(["base"], "--refresh"), measured("hand-annotate-refresh"));
    });

    it("D12 a deleted object is missed by a plain run", async () => {
      await kubectl(cluster, ["delete", "configmap", "named", "-n", "plans"]);
      await plan("hand-delete");
      sameOperations(await project.up(["base"]), measured("hand-delete"));
    });

    it("D12 a deleted object is created again by a run that refreshes", async () => {
      // The measurement's other step is the annotation, which still stood when this one was taken.
      const wanted = (measured("hand-delete-refresh").preview ?? []).filter(
        ({ resource }) => resource === "named",
      );
      const did = await project.preview(["base"], "--refresh");
      assert.deepEqual(sorted(did.steps), sorted(wanted));
      assert.deepEqual((await project.up(["base"], "--refresh")).operations, ["create named"]);
    });

    it("D12 a scaled Deployment is kept by a plain run", async () => {
      await kubectl(cluster, ["scale", "deployment", "web", "--replicas=0", "-n", "plans"]);
      await plan("hand-scale");
      sameOperations(await project.up(["base"]), measured("hand-scale"));
      await kubectl(cluster, ["scale", "deployment", "web", "--replicas=1", "-n", "plans"]);
    });
  });

  describe("programs at fault", () => {
    for (const name of ["release-broken", "release-missing-chart", "unknown-kind", "deployment-bad-value"]) {
      it(`D2 ${name} is refused as the plugin refuses it`, async () => {
        samePlan(await project.preview([name]), measured(name));
        sameOperations(await project.up([name]), measured(name));
      });
    }

    it("D2 a failed update is kept in state and made good by the next", async () => {
      const { steps } = await project.preview(["base"]);
      assert.deepEqual(steps, [{ op: "update", resource: "web" }]);
      assert.deepEqual((await project.up(["base"])).operations, ["update web"]);
    });

    it("D2 an object that is there already is not taken over", async () => {
      await kubectl(cluster, ["create", "configmap", "existing", "-n", "plans"]);
      samePlan(await project.preview(["add-existing"]), measured("add-existing"));
      sameOperations(await project.up(["add-existing"]), measured("add-existing"));
    });

    it("D2 with nothing at the server's address the preview plans and the update says so", async () => {
      const down = path.join(project.home.folder, "down");
      await writeFile(
        down,
        (await readFile(cluster.kubeconfig, "utf8")).replace(/127\.0\.0\.1:\d+/, "127.0.0.1:16999"),
      );
      project.home.env["KUBECONFIG"] = down;
      samePlan(await project.preview(["deployment-image"]), measured("api-down"));
      sameOperations(await project.up(["deployment-image"]), measured("api-down"));
      project.home.env["KUBECONFIG"] = cluster.kubeconfig;
    });
  });

  describe("edits", () => {
    const done: string[] = [];

    it(`D2 ${REFUSED_AT_PREVIEW} is refused at preview`, async () => {
      const did = await project.preview([REFUSED_AT_PREVIEW]);
      samePlan(did, measured(REFUSED_AT_PREVIEW));
    });

    for (const batch of BATCHES) {
      let preview: Did;
      let update: Did;

      describe(batch.length === 1 ? `alone: ${batch.join()}` : `together: ${batch.join(", ")}`, () => {
        before(async () => {
          preview = await project.preview([...done, ...batch]);
          done.push(...batch);
          update = await project.up(done);
        });

        for (const name of batch) {
          it(`D2 ${name} has the plugin's plan and order`, () => {
            const own = (resource: string) => resourcesOf(name).has(resource);
            assert.deepEqual(
              sorted(preview.steps.filter(({ resource }) => own(resource))),
              sorted(measured(name).preview ?? []),
              preview.output,
            );
            const operations = update.operations.filter((operation) =>
              own(operation.split(" ").at(-1) ?? ""),
            );
            const wanted = measured(name).upInOrder ?? [];
            assert.deepEqual(byResource(operations), byResource(wanted), update.output);
          });
        }

        it("D2 nothing else changes", () => {
          const touched = new Set(batch.flatMap((name) => [...resourcesOf(name)]));
          assert.deepEqual(
            preview.steps.filter(({ resource }) => !touched.has(resource)),
            [],
          );
          assert.equal(update.code, 0, update.output);
        });
      });
    }

    describe("afterwards", () => {
      it("D2 the same program again changes nothing, with a refresh too", async () => {
        const again = await project.up(done, "--refresh");
        assert.deepEqual(again.operations, []);
      });
    });
  });
});

const sorted = (steps: readonly Step[]): Step[] =>
  [...steps].sort((a, b) => a.resource.localeCompare(b.resource));

/** The order within a resource; resources that do not depend on each other finish as they can. */
function byResource(operations: readonly string[]): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const operation of [...operations].sort((a, b) => nameIn(a).localeCompare(nameIn(b)))) {
    (result[nameIn(operation)] ??= []).push(operation);
  }
  return result;
}

const nameIn = (operation: string): string => operation.split(" ").at(-1) ?? "";

function samePlan(did: Did, { preview = [], previewSays = [], previewError = [] }: Measured): void {
  assert.deepEqual(sorted(did.steps), sorted(preview), did.output);
  says(did, [...previewSays, ...previewError]);
}

function sameOperations(did: Did, { upInOrder = [], upSays = [] }: Measured): void {
  assert.deepEqual(did.operations, upInOrder, did.output);
  says(did, upSays);
}

/** The measurement's stack and project were named the other way round, and its field manager is its own. */
const comparable = (text: string): string =>
  oneLine(text)
    .replace(/^(error: )+/, "")
    .replaceAll(/urn:pulumi:[^:]+::[^:]+::/g, "")
    .replace(/"pulumi-kuberne.*$/, "");

function says(did: Did, wanted: readonly string[]): void {
  const said = did.says.map(comparable);
  for (const message of wanted.map(comparable)) {
    assert.ok(
      said.some((one) => one.startsWith(message)),
      `"${message}" is not in ${JSON.stringify(said)}`,
    );
  }
}
