import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { ReleaseRecord, type ReleaseRecordArgs } from "../../../components/release-record";
import { repositoryRoot } from "../../../engine/cache";
import { auditsOf } from "../../../evidence/audit";
import { readStackFile } from "../../../settings";
import { refuseUnready, releasesOf } from "../../../systems/releases";

const args: ReleaseRecordArgs = {
  namespace: "shop",
  system: "shop",
  version: "v1.2.0",
  digest: `sha256:${"a1".repeat(32)}`,
  data: { "release.json": "{}\n" },
};

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});

const declared = async (change: Partial<ReleaseRecordArgs> = {}): Promise<Registration> => {
  const found = await record("production", () =>
    Promise.resolve(new ReleaseRecord("shop-release", { ...args, ...change })),
  );
  const map = found.find(({ type }) => type === "kubernetes:core/v1:ConfigMap");
  assert.ok(map !== undefined);
  return map;
};

const metadataOf = ({ inputs }: Registration) => metadata.parse(inputs.metadata);
const nameOf = (map: Registration): string => metadataOf(map).name;

describe("a release's record in the cluster", () => {
  it("K27 G17 is an immutable ConfigMap, found by its label, with the digest of the record", async () => {
    const map = await declared();
    assert.equal(map.inputs.immutable, true);
    assert.deepEqual(map.inputs.data, { "release.json": "{}\n" });
    const { namespace, labels, annotations } = metadataOf(map);
    assert.equal(namespace, "shop");
    assert.deepEqual(labels, {
      "app.kubernetes.io/managed-by": "golive",
      "app.kubernetes.io/part-of": "shop",
      "golive.dev/release-record": "v1.2.0",
    });
    assert.deepEqual(annotations, { "golive.dev/version": "v1.2.0", "golive.dev/digest": args.digest });
  });

  it("K27 stays in the cluster when the version changes: Pulumi forgets it without deleting it", async () => {
    const kept: unknown[] = [];
    const transformations: pulumi.ResourceTransformation[] = [
      ({ type, opts }) => {
        if (type === "kubernetes:core/v1:ConfigMap") kept.push(opts.retainOnDelete);
        return undefined;
      },
    ];
    await record("production", () =>
      Promise.resolve(new ReleaseRecord("shop-release", args, { transformations })),
    );
    assert.deepEqual(kept, [true]);
  });

  it("K27 each state of a record has a name of its own, which Kubernetes takes whatever the version is called", async () => {
    const names: string[] = [];
    const states = [
      {},
      { data: { "release.json": "{ }\n" } },
      { version: "v1.0-develop-11" },
      { version: "_V1..RC_2-" },
    ];
    for (const change of states) names.push(nameOf(await declared(change)));
    assert.equal(new Set(names).size, 4);
    for (const name of names)
      assert.match(name, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/);
    assert.match(names[2] ?? "", /^shop-release-v1\.0-develop-11-[0-9a-f]{8}$/);
  });

  it("K27 G17 holds what the reports say, who approved and how it ended, and no report's text or signature", async () => {
    const folder = path.join(repositoryRoot, "releases");
    const settings = readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml"));
    const at = (now: string) => releasesOf(settings, { folder, now: new Date(now) });
    const verdicts = await at("2026-11-28T00:00:00Z");
    const [audit] = verdicts.flatMap(auditsOf);
    assert.ok(audit !== undefined);
    assert.equal(audit.version, "v1.1.0");
    assert.match(audit.data["reports.json"], /"says": "6 tests passed"/);
    assert.match(audit.data["approvals.json"], /"role": "product-owner"/);
    assert.match(audit.data["completion.json"], /"downtime": 240/);
    assert.match(audit.data["release.json"], /"to": "v1\.0\.0"/);
    assert.doesNotMatch(JSON.stringify(audit.data), /Optimistic locking para productos: campo|"sig"|payload/);
    assert.deepEqual((await at("2030-01-01T00:00:00Z")).flatMap(auditsOf), [audit]);
  });

  for (const stack of ["develop", "staging", "production"]) {
    it(`K27 L20 ${stack}, as the repository has it, is ready today and in 2030`, async () => {
      const settings = readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));
      const folder = path.join(repositoryRoot, "releases");
      for (const now of [new Date(), new Date("2030-01-01T00:00:00Z")])
        refuseUnready(settings, await releasesOf(settings, { folder, now }));
    });
  }

  it("K27 the program refuses what is not ready, a sentence for each reason, and without a stack trace", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "golive-none-"));
    // Its migrations lie beside the records, of which there are none.
    cpSync(path.join(repositoryRoot, "database"), path.join(folder, "database"), { recursive: true });
    const settings = readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml"));
    const verdicts = await releasesOf(settings, { folder: path.join(folder, "releases") });
    assert.throws(() => refuseUnready(settings, verdicts), {
      name: "Error",
      message:
        /^production is not released: 1 reason\n {2}\[release-record\] golive:guelaguetza\.image is guelaguetza-backend:v1\.1\.0@sha256:\w+, of which there is no release record: npm run golive -- release new guelaguetza v1\.1\.0$/,
    });
    rmSync(folder, { recursive: true });
  });
});
