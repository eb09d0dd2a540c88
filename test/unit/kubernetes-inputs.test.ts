import assert from "node:assert/strict";
import { adoptName, assignName, uniqueName } from "../../engine/offline/kubernetes/autoname";
import { normalizeInputs } from "../../engine/offline/kubernetes/normalize";
import { diffProvider } from "../../engine/offline/kubernetes/provider-config";
import { annotateSecrets } from "../../engine/offline/kubernetes/secrets";
import { completeFields } from "../../engine/offline/kubernetes/release/fields";
import { Secret, UNKNOWN, type Values } from "../../engine/offline/values";

const SEED = Uint8Array.from([1, 2, 3]);
const text = (value: string) => Buffer.from(value).toString("base64");

describe("inputs of the kubernetes stand-in", () => {
  it("D2 names what nobody named, the same for the same seed, and says so", () => {
    const named = assignName({ kind: "Job" }, "migrate", SEED, undefined);
    const name = uniqueName("migrate-", SEED);
    assert.match(name, /^migrate-[0-9a-f]{8}$/);
    assert.deepEqual(named["metadata"], { name, annotations: { "pulumi.com/autonamed": "true" } });
  });

  it("D2 keeps a name that is given, or will be", () => {
    for (const name of ["web", UNKNOWN]) {
      assert.deepEqual(assignName({ metadata: { name } }, "x", SEED, undefined), { metadata: { name } });
    }
  });

  it("D2 keeps the name it made, and drops it for one that the program gives", () => {
    const old = assignName({}, "x", SEED, undefined);
    assert.deepEqual(adoptName({}, old), old);
    assert.deepEqual(adoptName({ metadata: { name: "mine" } }, old), { metadata: { name: "mine" } });
    assert.deepEqual(adoptName({}, { metadata: { name: "theirs" } }), {});
  });

  it("D2 refuses to name where the stack says not to", () => {
    assert.throws(
      () => assignName({}, "x", SEED, { proposedName: "", mode: "disable" }),
      /autonaming is disabled/,
    );
  });

  it("D2 keeps a Secret's texts as the API server does", () => {
    const given = {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: text("1"), b: text("old") },
      stringData: { b: "new" },
    };
    assert.deepEqual(normalizeInputs(given), {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: text("1"), b: text("new") },
    });
  });

  it("D2 leaves out what the API server leaves out, and keeps an empty bag that means something", () => {
    const spec = {
      minReadySeconds: 0,
      replicas: 0,
      template: { spec: { volumes: [{ name: "v", emptyDir: {} }], initContainers: [] } },
    };
    const given = { apiVersion: "apps/v1", kind: "Deployment", metadata: { labels: {}, uid: "x" }, spec };
    assert.deepEqual(normalizeInputs(given), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {},
      spec: { replicas: 0, template: { spec: { volumes: [{ name: "v", emptyDir: {} }] } } },
    });
  });

  it("D2 leaves the spec of someone else's kind as it is", () => {
    const given = {
      apiVersion: "example.com/v1",
      kind: "Rule",
      spec: { limits: { cpu: "0.2" }, list: [], none: null },
    };
    assert.deepEqual(normalizeInputs(given), given);
  });

  it("D11 a Secret's data is secret whether or not the program said so, and other secrets stay where they are", () => {
    const secret = annotateSecrets({ kind: "Secret", data: { a: "1" } }, {});
    assert.ok(secret["data"] instanceof Secret);
    const env: Values = { kind: "Deployment", spec: { a: "1", b: "2" } };
    const marked = annotateSecrets(env, { spec: { a: new Secret("1"), b: "2" } });
    assert.deepEqual(marked, { kind: "Deployment", spec: { a: new Secret("1"), b: "2" } });
  });

  it("D2 a release keeps every field, its values files merged in order", () => {
    const file = (yaml: string) => ({
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
      text: yaml,
    });
    const fields = completeFields({
      chart: "./chart",
      valueYamlFiles: [file("a: 1\nb: {c: 1, d: 1}"), file("b: {c: 2}")],
      values: { b: { d: 3 }, gone: null },
    });
    assert.deepEqual(fields["values"], { a: 1, b: { c: 2, d: 3 } });
    assert.equal(fields["atomic"], false);
    assert.equal("maxHistory" in fields, false);
    assert.equal("valueYamlFiles" in fields, false);
  });
});

describe("another cluster", () => {
  const config = (server: string, extra = "") => `
apiVersion: v1
kind: Config
current-context: one
contexts: [{name: one, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: "t${extra}"}}]`;
  const base = {
    urn: "urn:pulumi:s::p::pulumi:providers:kubernetes::k",
    type: "",
    name: "k",
    oldOutputs: {},
    ignoreChanges: [],
  };
  const diff = (oldInputs: Values, newInputs: Values) => diffProvider({ ...base, oldInputs, newInputs });

  it("D2 replaces what is on it", () => {
    const answer = diff(
      { kubeconfig: config("https://127.0.0.1:1") },
      { kubeconfig: config("https://127.0.0.1:2") },
    );
    assert.deepEqual(answer.replaces, ["kubeconfig"]);
  });

  it("D2 is not meant by another token", () => {
    const answer = diff(
      { kubeconfig: config("https://127.0.0.1:1") },
      { kubeconfig: config("https://127.0.0.1:1", "2") },
    );
    assert.deepEqual([answer.changes, answer.replaces], [true, []]);
  });

  it("D2 is what a clusterIdentifier says where there is one", () => {
    const old = { kubeconfig: config("https://127.0.0.1:1"), clusterIdentifier: "a" };
    const moved = { kubeconfig: config("https://127.0.0.1:2"), clusterIdentifier: "a" };
    assert.deepEqual(diff(old, moved).replaces, []);
    assert.deepEqual(diff(old, { ...moved, clusterIdentifier: "b" }).replaces, ["clusterIdentifier"]);
  });

  it("D2 may be meant by a kubeconfig not known yet", () => {
    assert.deepEqual(diff({ kubeconfig: config("https://127.0.0.1:1") }, { kubeconfig: UNKNOWN }).replaces, [
      "kubeconfig",
    ]);
  });
});
