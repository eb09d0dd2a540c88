import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { listedChecksum, locateTool, ToolNotFound } from "../../engine/acquire";
import { tools, type Tool } from "../../engine/tools";

const SUM = "a".repeat(64);

describe("finding a tool", () => {
  let folder: string;
  const saved = { ...process.env };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-acquire-"));
    process.env = { ...saved, PATH: folder, XDG_CACHE_HOME: folder };
    delete process.env.GOLIVE_HELM;
  });

  afterEach(async () => {
    process.env = saved;
    await rm(folder, { recursive: true });
  });

  const script = async (name: string, prints: string): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\necho '${prints}'\n`);
    await chmod(file, 0o755);
    return file;
  };

  it("D2 takes the path that the environment names before any other", async () => {
    await script("helm", "v3.20.0");
    const named = await script("my-helm", "v3.21.0");
    process.env.GOLIVE_HELM = named;
    assert.deepEqual(await locateTool("helm"), { path: named, origin: "environment" });
  });

  it("D2 takes the one on PATH where its version will do", async () => {
    const file = await script("helm", "v3.14.0");
    assert.deepEqual(await locateTool("helm"), { path: file, origin: "PATH", version: "3.14.0" });
  });

  it("D2 reads kubectl's version from its JSON", async () => {
    const file = await script("kubectl", '{"clientVersion": {"major": "1", "gitVersion": "v1.32.4"}}');
    assert.deepEqual(await locateTool("kubectl"), { path: file, origin: "PATH", version: "1.32.4" });
  });

  it("D2 L4 lists what was tried, and why each way failed, when none leads to the tool", async () => {
    await script("helm", "v3.13.9");
    process.env.GOLIVE_HELM = path.join(folder, "absent");
    const nowhere = () => "http://127.0.0.1:65533/helm";
    const tool: Tool = { ...tools.helm, download: { url: nowhere, checksums: nowhere } };
    await assert.rejects(locateTool("helm", tool), (error: unknown) => {
      assert.ok(error instanceof ToolNotFound);
      for (const part of [
        "environment: GOLIVE_HELM is",
        "is version 3.13.9; 3.14.0 or later is needed",
        "cache: not in the cache yet",
        "download: http://127.0.0.1:65533/helm: connect ECONNREFUSED",
        "build: no Go on PATH",
        "set GOLIVE_HELM to its path",
      ]) {
        assert.ok(error.message.includes(part), `${part} is missing from:\n${error.message}`);
      }
      return true;
    });
  });
});

describe("a publisher's checksums", () => {
  it("D2 finds the file's own line", () => {
    const list = `${"b".repeat(64)}  other.tar.gz\n${SUM}  tool.tar.gz\n`;
    assert.equal(listedChecksum(list, "tool.tar.gz"), SUM);
  });

  it("D2 takes a list of one bare sum", () => assert.equal(listedChecksum(`${SUM}\n`, "kubectl"), SUM));

  it("D2 refuses a list without the file, and a line without a sum", () => {
    assert.throws(() => listedChecksum(`${SUM}  a\n${SUM}  b\n`, "c"), /do not list c/);
    assert.throws(() => listedChecksum("<html>not found</html>", "c"), /do not list c/);
  });
});
