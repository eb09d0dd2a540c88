import assert from "node:assert/strict";
import { conform } from "../../engine/offline/kubernetes/schema";
import type { Values } from "../../engine/offline/values";

describe("the types of Kubernetes' own kinds", () => {
  const kind = { group: "apps", version: "v1", kind: "Deployment" };
  const reference = (name: string) => ({ allOf: [{ $ref: `#/components/schemas/${name}` }], default: {} });
  const schemas = {
    deployment: {
      type: "object",
      "x-kubernetes-group-version-kind": [kind],
      properties: { kind: { type: "string" }, spec: reference("spec") },
    },
    spec: {
      type: "object",
      properties: {
        replicas: { type: "integer" },
        labels: { type: "object", additionalProperties: { type: "string" } },
        ports: { type: "array", items: reference("port") },
        limits: {
          type: "object",
          additionalProperties: reference("io.k8s.apimachinery.pkg.api.resource.Quantity"),
        },
        anything: { type: "object" },
        either: { oneOf: [{ type: "integer" }, { type: "string" }] },
      },
    },
    port: { type: "object", properties: { port: { type: "integer" } } },
  };
  const fitted = (spec: Values) => conform({ kind: "Deployment", spec }, kind, schemas)["spec"];

  it("D2 drops a field that the kind does not have, at any depth", () => {
    assert.deepEqual(fitted({ replicas: 1, replica: 2, ports: [{ port: 1, prot: 2 }] }), {
      replicas: 1,
      ports: [{ port: 1 }],
    });
  });

  it("D2 keeps keys that are the user's own", () => {
    const spec = { labels: { mine: "1" }, anything: { at: { all: 1 } }, either: "80%" };
    assert.deepEqual(fitted(spec), spec);
  });

  it("D2 writes quantities as the API server does", () => {
    assert.deepEqual(fitted({ limits: { cpu: "0.2", memory: "1024Mi" } }), {
      limits: { cpu: "200m", memory: "1Gi" },
    });
  });

  it("D2 leaves an object with a value of a wrong type to the API server", () => {
    const wrong: Values[] = [
      { replicas: "1", replica: 2 },
      { labels: { mine: 1 } },
      { limits: { cpu: "much" } },
      { ports: {} },
    ];
    for (const spec of wrong) {
      assert.deepEqual(fitted(spec), spec);
    }
  });

  it("D2 leaves a kind that it does not know as it is", () => {
    const object = { kind: "Other", spec: { a: 1 } };
    assert.equal(conform(object, { ...kind, kind: "Other" }, schemas), object);
  });
});
