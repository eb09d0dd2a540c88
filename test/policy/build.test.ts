import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { buildPack } from "../../policies/build";

const record = path.resolve(__dirname, "../../policies/bin/index.js.sources.json");

describe("buildPack", () => {
  it("D3 compiles the pack once for the same sources", async () => {
    const { file } = buildPack();
    const made = await stat(file);
    assert.deepEqual(buildPack(), { file, built: false });
    assert.equal((await stat(file)).mtimeMs, made.mtimeMs);
  });

  it("D3 compiles it anew when a source changed, a record is broken or the bundle is gone", async () => {
    const { file } = buildPack();
    const good = await readFile(record, "utf8");
    await writeFile(record, good.replace(/"digest": ".{8}/, '"digest": "00000000'));
    assert.deepEqual(buildPack(), { file, built: true });
    await writeFile(record, "{");
    assert.deepEqual(buildPack(), { file, built: true });
    await rm(file);
    assert.deepEqual(buildPack(), { file, built: true });
    assert.equal(await readFile(record, "utf8"), good);
  });
});
