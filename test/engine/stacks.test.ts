import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Cluster } from "../../engine/cluster/cluster";
import { repositoryRoot } from "../../engine/cache";
import { startMoto, type Moto } from "../../engine/moto";
import { kubectl, sharedCluster } from "../support/cluster";
import { TestProject, type Finished } from "../support/project";

const stackFile = z.object({
  config: z.object({ "golive:aws": z.object({ accountId: z.string() }) }),
});

/** Every stack that has a file, with the account that it is for. */
const stacks = readdirSync(repositoryRoot).flatMap((file) => {
  const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
  if (stack === undefined) return [];
  const { config } = stackFile.parse(parse(readFileSync(path.join(repositoryRoot, file), "utf8")));
  return [{ stack, accountId: config["golive:aws"].accountId }];
});

const deployment = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), type: z.string(), custom: z.boolean() })).default([]),
  }),
});

/** What the state holds of a cluster or an account; the rest lives in the state alone. */
const heldOutside = (state: string): string[] =>
  deployment
    .parse(JSON.parse(state))
    .deployment.resources.filter(({ type, custom }) => custom && /^(kubernetes|aws):/.test(type))
    .map(({ urn }) => urn);

function succeeded({ code, output }: Finished): string {
  assert.equal(code, 0, output);
  return output;
}

/** What the pack tells of a stack and lets through; nothing of the others. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  // A tag is enough before production, and one replica.
  staging: ["image-digest", "replicas", "undecided"],
  production: ["undecided"],
};

/** Each stack's whole life: a real engine, a real API server, and moto as the stack's account. Each test goes on from the one before. */
for (const { stack, accountId } of stacks) {
  describe(`all systems of ${stack}`, () => {
    let cluster: Cluster;
    let moto: Moto;
    let project: TestProject;
    let namespaces: string;

    before(async () => {
      [cluster, moto, project] = await Promise.all([
        sharedCluster(),
        startMoto({ accountId }),
        TestProject.create(stack),
      ]);
      namespaces = await listNamespaces();
    });

    after(async () => {
      await project.remove();
      await moto.stop();
    });

    const listNamespaces = () => kubectl(cluster, ["get", "namespaces", "-o", "name"]);

    /** Pulumi with the stack's cluster and account at hand. */
    const run = (...args: string[]) =>
      project.runWith(
        {
          KUBECONFIG: cluster.kubeconfig,
          AWS_ENDPOINT_URL: moto.url,
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
        },
        ...args,
      );

    it("D2 D8 previews without a cluster and without an account, and the pack finds nothing to mend; what it will know at up it names", async () => {
      const nowhere = path.join(project.folder, "no-kubeconfig");
      const output = succeeded(
        await project.runWith({ KUBECONFIG: nowhere }, "preview", "--policy-pack", "policies"),
      );
      assert.match(output, /golive@v/);
      assert.doesNotMatch(output, /\[mandatory\]/);
      const told = [...output.matchAll(/\[advisory\] \[severity: \w+\] +(\S+)/g)].map(([, rule]) => rule);
      assert.deepEqual([...new Set(told)].sort(), ADVICE[stack] ?? []);
      // Policy documents of AWS are made out of other resources' outputs.
      const open = [...output.matchAll(/^ +(\S+) on \w+\/\S+: policy$/gm)].map(([, rule]) => rule);
      assert.deepEqual([...new Set(open)], told.includes("undecided") ? ["iam-wildcards"] : []);
    });

    it("D1 E12 up brings every system to the cluster and the account", async () => {
      succeeded(await run("up", "--yes", "--skip-preview", "--policy-pack", "policies"));
    });

    it("D12 a second up changes nothing, and a refresh finds nothing", async () => {
      succeeded(
        await run("up", "--yes", "--skip-preview", "--expect-no-changes", "--policy-pack", "policies"),
      );
      succeeded(await run("refresh", "--yes", "--skip-preview", "--expect-no-changes"));
    });

    it("D12 destroy leaves nothing: no namespace, nothing of the state to be found again, an empty state", async () => {
      // Production keeps its backups, whatever is destroyed; here they go too.
      if (stack === "production") {
        assert.match((await run("destroy", "--yes", "--skip-preview")).output, /protect/);
        succeeded(await run("state", "unprotect", "--all", "--yes"));
      }
      const before = succeeded(await run("stack", "export"));
      succeeded(await run("destroy", "--yes", "--skip-preview"));
      assert.deepEqual(heldOutside(succeeded(await run("stack", "export"))), []);
      assert.equal(await listNamespaces(), namespaces);
      const kept = path.join(project.folder, "before.json");
      await writeFile(kept, before);
      succeeded(await run("stack", "import", "--file", kept));
      succeeded(await run("refresh", "--yes", "--skip-preview"));
      assert.deepEqual(heldOutside(succeeded(await run("stack", "export"))), []);
    });
  });
}
