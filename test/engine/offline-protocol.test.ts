import assert from "node:assert/strict";
import path from "node:path";
import { Metadata } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { repositoryRoot } from "../../engine/cache";
import { decode, Secret, UNKNOWN } from "../../engine/offline/values";
import { bundleEntry, Plugin, type Bundle } from "../support/plugin";

const SAMPLE = { type: "sample:index:Thing", name: "thing" };

/** The partial failure that an error carries. */
function initFailure(error: unknown): ErrorResourceInitFailed {
  assert.ok(error instanceof Error && "metadata" in error && error.metadata instanceof Metadata);
  const [packed] = error.metadata.get("grpc-status-details-bin");
  assert.ok(packed instanceof Buffer);
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  assert.equal(detail?.getTypeUrl(), "type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
  return ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
}

describe("offline stand-ins: the protocol's base", () => {
  let bundle: Bundle;
  let sample: Plugin;

  before(async () => {
    bundle = await bundleEntry(path.join(repositoryRoot, "test", "support", "sample-provider.ts"));
    sample = await Plugin.start(bundle);
    await sample.configure({});
  });
  after(async () => {
    await sample.stop();
    await bundle.remove();
  });

  it("D2 a resource that did not become ready is kept with its state and all its reasons", async () => {
    const failed = await sample
      .create(SAMPLE, { fail: "half", password: new Secret("p") })
      .catch(initFailure);
    assert.ok(failed instanceof ErrorResourceInitFailed);
    assert.equal(failed.getId(), "made");
    assert.deepEqual(failed.getReasonsList(), ["not ready", "no pods"]);
    assert.deepEqual(decode(failed.getProperties())["password"], new Secret("p"));
    assert.deepEqual(decode(failed.getInputs()), { fail: "half", password: new Secret("p") });
  });

  it("D2 an error is its message: one line, no stack", async () => {
    await assert.rejects(sample.create(SAMPLE, { fail: "whole" }), { details: "it broke" });
  });

  it("D2 a plan says what is replaced, in which order, and what stays", async () => {
    const olds = { inputs: {}, outputs: {} };
    assert.deepEqual(await sample.diff(SAMPLE, "made", olds, {}), {
      changes: true,
      replaces: ["a"],
      deleteBeforeReplace: true,
      detail: { "a.b": "DELETE_REPLACE" },
    });
  });

  it("D2 unknowns and secrets pass a check as they are", async () => {
    const inputs = { a: [UNKNOWN], b: new Secret({ c: 1 }) };
    assert.deepEqual(await sample.check(SAMPLE, inputs), inputs);
  });

  it("D2 what is gone reads as gone", async () => {
    assert.equal(await sample.read(SAMPLE, "made"), undefined);
  });

  it("D2 a function that is not served says who serves it", async () => {
    await assert.rejects(sample.invoke("sample:index:f", {}), {
      details:
        "golive's offline stand-in does not serve the function sample:index:f; Pulumi's own plugin does",
    });
  });

  it("D2 the engine's cancel ends what is under way", async () => {
    const other = await Plugin.start(bundle);
    const waiting = assert.rejects(other.create(SAMPLE, { wait: true }), /abort/i);
    await other.cancel();
    await waiting;
    await other.stop();
  });
});
