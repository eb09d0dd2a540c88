import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isFields } from "../../../charts/manifest";
import { record } from "../../../cli/recorder";
import { ServiceRelease, type ServiceReleaseArgs } from "../../../components/service-release";
import { withEnvironment } from "../../support/environment";
import { useHelm } from "../../support/helm";

const ARGS: ServiceReleaseArgs = {
  release: "shop-develop",
  namespace: "shop",
  name: "shop",
  image: { repository: "registry.example.com/shop", tag: "v1" },
  port: 3000,
  healthPath: "/health",
  limits: { cpu: "200m", memory: "200Mi" },
};

const declared = (args: Partial<ServiceReleaseArgs> = {}) =>
  record("test", () => Promise.resolve(new ServiceRelease("shop", { ...ARGS, ...args })));

const releaseOf = async (args: Partial<ServiceReleaseArgs> = {}) =>
  (await declared(args)).find(({ type }) => type === "kubernetes:helm.sh/v3:Release")?.inputs;

describe("ServiceRelease", () => {
  before(useHelm);

  it("K4 K5 K9 declares one release: linted, atomic, with a time limit, signed by golive", async () => {
    assert.deepEqual(await releaseOf(), {
      chart: "./charts/service",
      name: "shop-develop",
      namespace: "shop",
      description: "golive: as declared",
      lint: true,
      atomic: true,
      timeout: 600,
      maxHistory: 10,
      compat: "true",
      values: {
        name: "shop",
        image: { repository: "registry.example.com/shop", tag: "v1" },
        port: 3000,
        health: { path: "/health" },
        resources: { limits: ARGS.limits, requests: ARGS.limits },
        replicas: 1,
        shutdown: { preStopSeconds: 10, graceSeconds: 30 },
      },
    });
  });

  it("D11 moves secret variables into a Secret; the release holds its name alone", async () => {
    const registrations = await declared({ secrets: { TOKEN: { value: pulumi.secret("planted-7f3a") } } });
    const secret = registrations.find(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.deepEqual(secret?.secrets, ["stringData"]);
    assert.doesNotMatch(JSON.stringify(registrations), /planted-7f3a/);
    const release = registrations.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    const values = release?.inputs.values;
    assert.deepEqual(isFields(values) ? values.secretEnvironment : undefined, [
      { name: "TOKEN", secret: "shop-environment", key: "TOKEN" },
    ]);
  });

  it("L7 takes variables from the Secrets of every source, and from those that others declare", async () => {
    const registrations = await declared({
      secrets: {
        MADE: { generate: {} },
        KEPT: { external: { key: "shop", property: "kept" } },
        THERE: { secretRef: { name: "elsewhere", key: "there" } },
      },
      secretStore: { name: "vault", kind: "SecretStore" },
      secretEnvironment: pulumi.output([{ name: "GIVEN", secret: pulumi.output("given"), key: "value" }]),
      podAnnotations: { "golive.dev/secrets": pulumi.output("1a2b") },
    });
    const release = registrations.find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
    const values = isFields(release?.inputs.values) ? release.inputs.values : {};
    const external = registrations.find(({ type }) => type.endsWith(":ExternalSecret"));
    const target = isFields(external?.inputs.metadata) ? external.inputs.metadata.name : undefined;
    assert.deepEqual(values.secretEnvironment, [
      { name: "GIVEN", secret: "given", key: "value" },
      { name: "MADE", secret: "shop-environment", key: "MADE" },
      { name: "KEPT", secret: target, key: "KEPT" },
      { name: "THERE", secret: "elsewhere", key: "there" },
    ]);
    assert.deepEqual(values.podAnnotations, { "golive.dev/secrets": "1a2b" });
  });

  it("D11 the rendering that is kept on disk holds a secret variable's name alone", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-renderings-"));
    try {
      await withEnvironment({ GOLIVE_RENDERINGS: folder }, async () => {
        await declared({ secrets: { TOKEN: { value: pulumi.secret("planted-7f3a") } } });
      });
      const names = await readdir(folder);
      const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
      assert.equal(texts.filter((text) => text.includes("shop-environment")).length, 1);
      assert.doesNotMatch(texts.join(""), /planted-7f3a/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
