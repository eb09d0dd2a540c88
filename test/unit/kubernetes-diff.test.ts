import assert from "node:assert/strict";
import fc from "fast-check";
import {
  detailedDiff,
  parsePath,
  pathText,
  replacedPaths,
  withoutIgnored,
} from "../../engine/offline/kubernetes/diff";
import { forceNewPaths } from "../../engine/offline/kubernetes/forcenew";
import { mergePatch } from "../../engine/offline/kubernetes/merge-patch";
import { prune } from "../../engine/offline/kubernetes/prune";
import { UNKNOWN, type Values } from "../../engine/offline/values";

const LOCKED = { configMaps: false, secrets: false };
const object = (apiVersion: string, kind: string, rest: Values): Values => ({ apiVersion, kind, ...rest });

/** The plan's view of a change: path to kind. */
function plan(old: Values, next: Values, mutable = LOCKED): Record<string, string> {
  const diff = detailedDiff({ old, next, oldInputs: old }, old, forceNewPaths(next, mutable));
  return Object.fromEntries(Object.entries(diff).map(([path, { kind }]) => [path, kind]));
}

describe("plans of the kubernetes stand-in", () => {
  const configMap = (rest: Values) => object("v1", "ConfigMap", rest);
  const container = (image: string) => ({ spec: { containers: [{ name: "c", image }] } });
  const cases: readonly (readonly [string, Values, Values, Record<string, string>])[] = [
    [
      "a changed value of a ConfigMap",
      configMap({ data: { k: "1" } }),
      configMap({ data: { k: "2" } }),
      { "data.k": "update-replace" },
    ],
    [
      "a new value of a ConfigMap",
      configMap({ data: { k: "1" } }),
      configMap({ data: { k: "1", l: "2" } }),
      { "data.l": "add-replace" },
    ],
    [
      "a lost value of a ConfigMap",
      configMap({ data: { k: "1", l: "2" } }),
      configMap({ data: { k: "1" } }),
      { "data.l": "delete-replace" },
    ],
    [
      "a key with a dot",
      configMap({ data: { "a.b": "1" } }),
      configMap({ data: { "a.b": "2" } }),
      { 'data["a.b"]': "update-replace" },
    ],
    [
      "a label",
      configMap({ metadata: { labels: { a: "1" } } }),
      configMap({ metadata: { labels: { a: "2" } } }),
      { "metadata.labels.a": "update" },
    ],
    [
      "a value not known yet",
      configMap({ data: { k: "1" } }),
      configMap({ data: { k: UNKNOWN } }),
      { "data.k": "update-replace" },
    ],
    [
      "a Pod's image",
      object("v1", "Pod", container("a")),
      object("v1", "Pod", container("b")),
      { "spec.containers[0].image": "update-replace" },
    ],
    [
      "a Deployment's selector",
      object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { a: "1" } }, replicas: 1 } }),
      object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { a: "2" } }, replicas: 2 } }),
      { "spec.selector.matchLabels.a": "update-replace", "spec.replicas": "update" },
    ],
    [
      "a Job's backoff limit",
      object("batch/v1", "Job", { spec: { backoffLimit: 0 } }),
      object("batch/v1", "Job", { spec: { backoffLimit: 1 } }),
      { "spec.backoffLimit": "update" },
    ],
    [
      "a StatefulSet's claims",
      object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{ metadata: { name: "a" } }] } }),
      object("apps/v1", "StatefulSet", { spec: { volumeClaimTemplates: [{ metadata: { name: "b" } }] } }),
      { "spec.volumeClaimTemplates[0].metadata.name": "update-replace" },
    ],
    [
      "a RoleBinding's role",
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }),
      object("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "b" } }),
      { "roleRef.name": "update-replace" },
    ],
    [
      "a whole spec that holds the field",
      object("v1", "Service", {}),
      object("v1", "Service", { spec: { clusterIP: "None" } }),
      { spec: "add-replace" },
    ],
    [
      "an item less in a list",
      object("v1", "Service", { spec: { ports: [{ port: 80 }, { port: 81, name: "b" }] } }),
      object("v1", "Service", { spec: { ports: [{ port: 80 }] } }),
      { "spec.ports[1]": "delete" },
    ],
    [
      "a field less in an item",
      object("v1", "Service", { spec: { ports: [{ port: 80, name: "a" }] } }),
      object("v1", "Service", { spec: { ports: [{ port: 80 }] } }),
      { "spec.ports[0].name": "delete" },
    ],
  ];
  for (const [what, old, next, wanted] of cases) {
    it(`D2 ${what}: ${JSON.stringify(wanted)}`, () => assert.deepEqual(plan(old, next), wanted));
  }

  it("D2 a ConfigMap is changed in place where the provider says so, unless it is immutable", () => {
    const mutable = { configMaps: true, secrets: true };
    const [old, next] = [configMap({ data: { k: "1" } }), configMap({ data: { k: "2" } })];
    assert.deepEqual(plan(old, next, mutable), { "data.k": "update" });
    assert.deepEqual(plan({ ...old, immutable: true }, { ...next, immutable: true }, mutable), {
      "data.k": "update-replace",
    });
  });

  it("D2 what the user wants left alone is no change", () => {
    const diff = {
      "spec.replicas": { kind: "update" },
      'metadata.annotations["a.b"]': { kind: "add" },
    } as const;
    assert.deepEqual(Object.keys(withoutIgnored(diff, ['metadata.annotations["a.b"]'])), ["spec.replicas"]);
    assert.deepEqual(Object.keys(withoutIgnored(diff, ["spec", "metadata.*"])), []);
  });

  it("D2 a replacement names the paths that force it", () => {
    const diff = { a: { kind: "update" }, b: { kind: "add-replace" }, metadata: { kind: "delete" } } as const;
    assert.deepEqual(replacedPaths(diff), ["b", "metadata"]);
  });

  const key = fc.constantFrom("a", "b.c", 'd"e', "f-g", "h/i");
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const { bag } = fc.letrec<{ bag: Values; value: Values[string] & {} }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 3 }), tie("bag")),
    bag: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  }));

  it("D2 equal objects have no diff", () => {
    fc.assert(fc.property(bag, (one) => assert.deepEqual(mergePatch(one, one), {})));
  });

  it("D2 an object cut to its own shape is itself", () => {
    fc.assert(fc.property(bag, (one) => assert.deepEqual(prune(one, one), one)));
  });

  it("D2 a path is read as it is written", () => {
    const path = fc
      .array(fc.oneof(key, fc.nat(9)), { minLength: 1, maxLength: 4 })
      .map((steps) => ["top", ...steps]);
    fc.assert(fc.property(path, (steps) => assert.deepEqual(parsePath(pathText(steps)), steps)));
  });
});
