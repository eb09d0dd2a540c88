import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../charts/manifest";
import {
  type DeclaredRelease,
  describeDrift,
  DESCRIPTION,
  judge,
  type LiveRelease,
} from "../../../components/release-drift";

const deployment = (replicas: number, image = "shop:1"): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop", namespace: "shop" },
  spec: { replicas, template: { spec: { containers: [{ name: "shop", image }] } } },
});

const declared: DeclaredRelease = { values: { replicas: 1 }, manifests: [deployment(1)] };

const live = (change: Partial<LiveRelease> = {}): LiveRelease => ({
  revision: 3,
  status: "deployed",
  description: DESCRIPTION,
  values: { replicas: 1 },
  manifests: [deployment(1)],
  objects: [{ found: deployment(1), restored: deployment(1) }],
  ...change,
});

function driftOf(change: Partial<LiveRelease>) {
  const verdict = judge(declared, live(change));
  assert.equal(verdict.kind, "drift");
  return verdict;
}

describe("drift of a release", () => {
  it("D12 finds nothing where the release is as declared, however the fields are ordered", () => {
    assert.deepEqual(judge(declared, live()), { kind: "in-sync" });
    assert.deepEqual(
      judge(
        { ...declared, values: { b: 1, a: [{ d: 1, c: 2 }] } },
        live({ values: { a: [{ c: 2, d: 1 }], b: 1 } }),
      ),
      { kind: "in-sync" },
    );
  });

  it("D12 names the field of an object that was edited by hand", () => {
    const verdict = driftOf({ objects: [{ found: deployment(0), restored: deployment(1) }] });
    assert.equal(verdict.description, "golive: undoes hand edits after revision 3");
    assert.deepEqual(verdict.differences, [
      { object: "Deployment/shop", field: "spec.replicas", found: "0", declared: "1" },
    ]);
  });

  it("D12 finds a list's item by its name", () => {
    const verdict = driftOf({ objects: [{ found: deployment(1, "evil:1"), restored: deployment(1) }] });
    assert.deepEqual(verdict.differences, [
      {
        object: "Deployment/shop",
        field: "spec.template.spec.containers[shop].image",
        found: "evil:1",
        declared: "shop:1",
      },
    ]);
  });

  it("D12 sees an object that was deleted", () => {
    const verdict = driftOf({ objects: [{ found: undefined, restored: deployment(1) }] });
    assert.deepEqual(verdict.differences, [
      { object: "Deployment/shop", field: "", found: "nothing", declared: "the object" },
    ]);
  });

  it("D12 leaves out what the API server writes itself", () => {
    const found = {
      ...deployment(1),
      status: { replicas: 1 },
      metadata: {
        name: "shop",
        namespace: "shop",
        generation: 4,
        resourceVersion: "9",
        uid: "u",
        managedFields: [],
      },
    };
    assert.deepEqual(judge(declared, live({ objects: [{ found, restored: deployment(1) }] })), {
      kind: "in-sync",
    });
  });

  it("D12 K22 sees a helm rollback, and says what it brought back", () => {
    const verdict = driftOf({
      revision: 4,
      description: "Rollback to 2",
      values: { replicas: 2 },
      manifests: [deployment(2)],
    });
    assert.equal(verdict.description, 'golive: undoes revision 4 ("Rollback to 2")');
    assert.equal(
      describeDrift("shop", verdict),
      'release shop is not as declared, by revision 4 ("Rollback to 2"); up puts it right:\n' +
        "  Deployment/shop spec.replicas: found 2, declared 1",
    );
  });

  it("D12 has nothing to undo where a revision by hand holds what is declared", () => {
    assert.deepEqual(judge(declared, live({ description: "Rollback to 1" })), { kind: "in-sync" });
  });

  it("K4 leaves a change of the stack file to the plugin: golive's own revision holds the older values", () => {
    const older = live({ values: { replicas: 2 }, manifests: [deployment(2)], objects: [] });
    assert.deepEqual(judge(declared, older), { kind: "in-sync" });
  });

  it("K4 does not sign a change of the stack file as the undoing of an older revision", () => {
    const older = live({ description: "golive: undoes revision 2", values: {}, manifests: [deployment(2)] });
    assert.deepEqual(judge(declared, older), { kind: "changed", description: DESCRIPTION });
  });

  it("K9 sees that the chart changed though its values did not", () => {
    assert.equal(
      driftOf({ manifests: [deployment(5)] }).description,
      "golive: undoes a chart other than that of revision 3",
    );
  });

  it("D12 has a failed revision made again", () => {
    assert.equal(driftOf({ status: "failed" }).description, "golive: undoes revision 3, which is failed");
  });

  it("D12 describes the same hand edit of another revision in other words, so that it is planned again", () => {
    const objects = [{ found: deployment(0), restored: deployment(1) }];
    assert.notEqual(driftOf({ objects }).description, driftOf({ objects, revision: 4 }).description);
  });

  it("D11 never shows the values of a Secret", () => {
    const secret = (token: string): KubernetesObject => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "tokens" },
      data: { token },
    });
    const verdict = driftOf({ objects: [{ found: secret("aaa"), restored: secret("bbb") }] });
    assert.deepEqual(verdict.differences, [
      { object: "Secret/tokens", field: "data.token", found: "[secret]", declared: "[secret]" },
    ]);
  });
});
