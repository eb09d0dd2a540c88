import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import { buildPack } from "../../policies/build";
import { rules } from "../../policies/rules";
import { RunningPack } from "../support/policy-pack";

const manifest = z.object({
  files: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()),
});
const manifestOf = (folder: string) =>
  manifest.parse(JSON.parse(readFileSync(path.join(repositoryRoot, folder, "package.json"), "utf8")));

const { files, dependencies } = manifestOf("policies");

describe("the pack by itself", function () {
  this.timeout(60_000);
  let folder: string;

  /** What `npm install` does for a published pack is played by links to the packages that its own package.json names. */
  before(async () => {
    buildPack();
    folder = await mkdtemp(path.join(tmpdir(), "golive-published-"));
    for (const file of ["package.json", ...files]) {
      await cp(path.join(repositoryRoot, "policies", file), path.join(folder, file));
    }
    for (const name of Object.keys(dependencies)) {
      const link = path.join(folder, "node_modules", name);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.join(repositoryRoot, "node_modules", name), link);
    }
  });

  after(() => rm(folder, { recursive: true }));

  it("D3 names every package that the compiled pack asks for, at the versions of the repository", async () => {
    const text = await readFile(path.join(folder, "bin/index.js"), "utf8");
    const asked = [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name = ""]) => name);
    const packages = asked
      .filter((name) => !isBuiltin(name))
      .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0]);
    assert.deepEqual([...new Set(packages)].sort(), Object.keys(dependencies).sort());
    const root = manifestOf("").dependencies;
    for (const [name, version] of Object.entries(dependencies)) assert.equal(version, root[name], name);
  });

  it("D3 K4 K5 runs outside of the repository with all its rules, and refuses what they refuse", async () => {
    const pack = await RunningPack.start({ stack: "develop", config: {}, folder });
    try {
      const names = (await pack.info()).getPoliciesList().map((policy) => policy.getName());
      for (const { name } of rules) assert.ok(names.includes(name), name);
      const said = await pack.analyze({
        type: "kubernetes:apps/v1:Deployment",
        name: "web",
        props: {
          metadata: { name: "web", namespace: "shop" },
          spec: { template: { spec: { containers: [{ name: "web", image: "nginx:latest" }] } } },
        },
      });
      const policies = new Set(said.map(({ policy }) => policy));
      for (const name of ["container-resources", "image-tag", "probes"]) assert.ok(policies.has(name), name);
    } finally {
      await pack.stop();
    }
  });
});
