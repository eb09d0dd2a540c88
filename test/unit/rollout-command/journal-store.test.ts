import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import {
  clusterStore,
  fileStore,
  folderOf,
  JournalMoved,
  type JournalStore,
} from "../../../cli/rollout/journal-store";
import { KubectlFailed, type Kubectl } from "../../../cli/rollout/kubectl";
import { z } from "zod";

const ROLLOUT = "enova-20261128T211921Z";

const object = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().optional() }),
  data: z.unknown(),
});

/** ConfigMaps of a stand-in for the API server: as many versions, and the same refusals. */
function standIn(): Kubectl {
  const objects = new Map<string, z.infer<typeof object>>();
  let version = 0;
  const refuse = (reason: string) => new KubectlFailed(["send"], `Error from server (${reason}): no`);
  return (args, input) => {
    if (args[0] === "get") return Promise.resolve(JSON.stringify({ items: [...objects.values()] }));
    const sent = object.parse(JSON.parse(input ?? ""));
    const { name, resourceVersion } = sent.metadata;
    const there = objects.get(name);
    if (args[0] === "create" && there !== undefined) return Promise.reject(refuse("AlreadyExists"));
    if (args[0] === "replace" && there?.metadata.resourceVersion !== resourceVersion) {
      return Promise.reject(refuse("Conflict"));
    }
    version += 1;
    objects.set(name, { ...sent, metadata: { ...sent.metadata, resourceVersion: String(version) } });
    return Promise.resolve("");
  };
}

const textsOf = async (store: JournalStore, rollout: string) =>
  (await store.read(rollout)).map(({ text }) => text);

describe("journals", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "golive-journal-"))));
  after(() => rm(folder, { recursive: true }));

  const stores: Readonly<Record<string, () => JournalStore>> = {
    "a folder's": () => fileStore(path.join(folder, "journals")),
    "a cluster's": () => clusterStore(standIn(), "enova-staging", "enova"),
  };

  for (const [whose, make] of Object.entries(stores)) {
    it(`G17 ${whose} entries come back in their order`, async () => {
      const store = make();
      assert.deepEqual(await store.rollouts(), []);
      for (const number of [1, 2, 3]) await store.append(ROLLOUT, number, `{"n":${number}}`);
      assert.deepEqual(await textsOf(store, ROLLOUT), ['{"n":1}', '{"n":2}', '{"n":3}']);
      const [only = ""] = await store.rollouts();
      assert.equal(only.toLowerCase(), ROLLOUT.toLowerCase());
      assert.deepEqual(await textsOf(store, only), ['{"n":1}', '{"n":2}', '{"n":3}']);
    });

    it(`S3 of ten who write ${whose} next entry at once one does`, async () => {
      const store = make();
      const next = (await store.read(ROLLOUT)).length + 1;
      const written = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) => store.append(ROLLOUT, next, `{"by":${index}}`)),
      );
      assert.equal(written.filter(({ status }) => status === "fulfilled").length, 1);
      for (const one of written) {
        if (one.status === "rejected") assert.ok(one.reason instanceof JournalMoved, String(one.reason));
      }
      assert.equal((await store.read(ROLLOUT)).length, next);
    });
  }

  it("G17 what a process left half written is no entry", async () => {
    const store = fileStore(path.join(folder, "torn"));
    await store.append(ROLLOUT, 1, "{}");
    await writeFile(path.join(folder, "torn", ROLLOUT, "0a.partial"), '{"n":');
    assert.deepEqual(await textsOf(store, ROLLOUT), ["{}"]);
    await store.append(ROLLOUT, 2, "{}");
    assert.deepEqual((await readdir(path.join(folder, "torn", ROLLOUT))).sort(), [
      "000001.json",
      "000002.json",
      "0a.partial",
    ]);
  });

  it("D13 lie beside the state of a file backend, and nowhere of another", () => {
    const beside = (url: string) => folderOf(url, "staging", "enova");
    assert.equal(beside("file:///var/state"), "/var/state/.golive/rollouts/staging/enova");
    assert.equal(beside("file://~/state"), path.join(homedir(), "state/.golive/rollouts/staging/enova"));
    assert.equal(beside("s3://bucket"), undefined);
    assert.equal(beside("https://api.pulumi.com"), undefined);
  });
});
