import assert from "node:assert/strict";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import { readStackFile, type S5Settings } from "../../../settings";
import type { StateResource } from "../../../systems/gate-objects";
import { DISTRIBUTION, INGRESS, RELEASE, ROUTE, waveOf } from "../../../systems/s5-first-changes";
import { moveOf, servedBy } from "../../../systems/s5-served";

const settingsOf = (): S5Settings => {
  const { s5 } = readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml")).systems;
  assert.ok(s5);
  return s5;
};

const at = (type: string, name: string, outputs: unknown): StateResource => ({
  urn: `urn:pulumi:production::golive::golive:systems:S5$golive:components:Waves$golive:components:Wave$${type}::${name}`,
  outputs,
});

const ingress = (name: string, service: string) =>
  at(INGRESS, name, {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: service } } }] } }] },
  });

/** Everything at v2.1.0, but what is given. */
const state = (...more: readonly StateResource[]): readonly StateResource[] => [
  ...more,
  ingress("s5-auth", "s5-auth-v2-1-0"),
  ingress("s5-catalog", "s5-catalog-v2-1-0"),
  ingress("s5-orders", "s5-orders-v2-1-0"),
  ...["auth", "catalog", "orders"].map((api) =>
    at(RELEASE, `s5-${api}-v2-1-0`, { values: { image: { tag: "v2.1.0" } } }),
  ),
  at(DISTRIBUTION, "s5-frontend", { origins: [{ originPath: "/v2.1.0" }] }),
];

describe("what S5 serves, and what its waves bring instead", () => {
  const settings = settingsOf();

  it("S3 the public Ingresses, or routes, and the public site say which versions are served", () => {
    const served = servedBy("s5", settings, state());
    assert.deepEqual(served, {
      auth: { version: "v2.1.0", release: "s5-auth-v2-1-0" },
      catalog: { version: "v2.1.0", release: "s5-catalog-v2-1-0" },
      orders: { version: "v2.1.0", release: "s5-orders-v2-1-0" },
      frontend: { version: "v2.1.0" },
    });
    const route = at(ROUTE, "s5-auth", { spec: { rules: [{ backendRefs: [{ name: "s5-auth-v2-0-9" }] }] } });
    assert.deepEqual(servedBy("s5", settings, [route]), {
      auth: { version: "v2-0-9", release: "s5-auth-v2-0-9" },
    });
  });

  it("S3 a first install, and a wave that brings what serves, move nothing", () => {
    assert.deepEqual(moveOf("orders", settings, {}), { kind: "none" });
    const served = servedBy("s5", settings, state());
    for (const wave of ["auth", "catalog", "orders", "frontend", "traffic"] as const) {
      assert.deepEqual(moveOf(wave, settings, served), { kind: "none" }, wave);
    }
  });

  it("S3 S8 a version that is newer is a release, one that is older goes back, and traffic is of all that moves", () => {
    const release = (version: string) => ({ version, release: "s5-orders" });
    const served = { ...servedBy("s5", settings, state()), orders: release("v2.0.0") };
    assert.deepEqual(moveOf("orders", settings, served), {
      kind: "release",
      step: "wave 4 orders, v2.0.0 → v2.1.0",
    });
    assert.deepEqual(moveOf("catalog", settings, served), { kind: "none" });
    assert.deepEqual(moveOf("traffic", settings, { ...served, frontend: { version: "v2.0.9" } }), {
      kind: "release",
      step: "wave 7 traffic, orders v2.0.0 → v2.1.0, frontend v2.0.9 → v2.1.0",
    });
    const newer = { ...served, orders: release("v2.2.0") };
    assert.deepEqual(moveOf("orders", settings, newer), {
      kind: "back",
      step: "wave 4 orders, v2.2.0 → v2.1.0",
    });
    // One part that goes forward is a release, and so is what no version can be told of.
    assert.equal(moveOf("traffic", settings, { ...newer, auth: release("v2.0.0") }).kind, "release");
    assert.equal(moveOf("orders", settings, { orders: release("main-7f3a") }).kind, "release");
  });

  it("S3 each first change is of its wave, and no other resource is", () => {
    const wave = (type: string, name: string) => waveOf("s5", settings, { type, name });
    assert.equal(wave(RELEASE, "s5-orders-v2-1-0"), "orders");
    assert.equal(wave(RELEASE, "s5-orders-v2-0-0"), undefined);
    assert.equal(wave(INGRESS, "s5-orders"), "traffic");
    assert.equal(wave(ROUTE, "s5-auth"), "traffic");
    assert.equal(wave(DISTRIBUTION, "s5-candidate"), "frontend");
    assert.equal(wave(DISTRIBUTION, "s5-frontend"), "traffic");
    assert.equal(wave("kubernetes:batch/v1:Job", "s5-4-orders-verification"), undefined);
  });
});
