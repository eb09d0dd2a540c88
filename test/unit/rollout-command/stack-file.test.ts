import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { editStackFile, settingAt, withSettings } from "../../../cli/rollout/stack-file";
import { repositoryRoot } from "../../../engine/cache";

const TEXT = `config:
  golive:enova: # ENOVA
    canary: { phase: legacy, ladder: [10, 50] } # one line a step
    legacy:
      retired: false
    frontend: { image: { repository: enova/frontend, tag: v2.0.0 } }
`;

describe("a step's lines in the stack file", () => {
  it("E3 D5 the one value is changed, and not one other character", () => {
    const edited = withSettings(TEXT, [{ path: "enova.canary.phase", value: "10" }]);
    assert.equal(edited, TEXT.replace("phase: legacy", 'phase: "10"'));
    assert.equal(withSettings(edited, [{ path: "enova.canary.phase", value: "legacy" }]), TEXT);
  });

  it("D5 several at once, of every type", () => {
    const edited = withSettings(TEXT, [
      { path: "enova.legacy.retired", value: true },
      { path: "enova.frontend.image.tag", value: "v2.1.0" },
      { path: "enova.canary.phase", value: "complete" },
    ]);
    assert.equal(
      edited,
      TEXT.replace("retired: false", "retired: true")
        .replace("v2.0.0", "v2.1.0")
        .replace("phase: legacy", "phase: complete"),
    );
  });

  it("D5 any text that is written is read back as it was", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const edited = withSettings(TEXT, [{ path: "enova.canary.phase", value }]);
        assert.equal(settingAt(edited, "enova.canary.phase"), value);
        parse(edited);
      }),
    );
  });

  it("D5 what the file does not have is a mistake that says where to write it", () => {
    assert.throws(() => withSettings(TEXT, [{ path: "enova.canary.affinity", value: "x" }]), {
      name: "UserError",
      message: /golive:enova\.canary\.affinity is not in the stack file/,
    });
    const without = TEXT.replace("      retired: false\n", "      frontend: {}\n");
    assert.equal(withSettings(without, [{ path: "enova.legacy.retired", value: false }]), without);
  });

  it("D5 each stack's own phase can be changed", async () => {
    for (const stack of ["staging", "production"]) {
      const text = await readFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`), "utf8");
      const edited = withSettings(text, [{ path: "enova.canary.phase", value: "50" }]);
      const changed = edited.split("\n").filter((line, index) => line !== text.split("\n")[index]);
      assert.equal(changed.length, 1);
      assert.match(changed[0] ?? "", /^ {6}phase: "50" #/);
    }
  });

  it("D5 a file is changed whole, nothing is left beside it, and no change is told as none", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "golive-stack-file-"));
    try {
      const file = path.join(folder, "Pulumi.x.yaml");
      await writeFile(file, TEXT);
      const edit = (text: string) => withSettings(text, [{ path: "enova.canary.phase", value: "10" }]);
      assert.equal(await editStackFile(file, edit), true);
      assert.equal(await editStackFile(file, edit), false);
      assert.deepEqual(await readdir(folder), ["Pulumi.x.yaml"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
