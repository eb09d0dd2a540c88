import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { TestProject } from "../support/project";

const FILE = "Pulumi.staging.yaml";
const NAME = "20250125000000_add_version_to_product";

/** Guelaguetza's migrations on staging, in a folder of the test's own. */
describe("the review of migrations on the real engine", () => {
  let project: TestProject;

  before(async () => {
    project = await TestProject.create("staging", { KUBECONFIG: "/nonexistent" });
    await project.edit(FILE, (text) =>
      text
        .replace("folder: database/guelaguetza/migrations", "folder: sql")
        .replace("since: 20250101000000_init", ""),
    );
  });
  after(() => project.remove());

  async function preview(sql: string, ...args: readonly string[]) {
    const folder = path.join(project.folder, "sql", NAME);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, "migration.sql"), sql);
    return project.run("preview", ...args);
  }

  it("G3 L13 a preview with a lock in a migration is refused, with file, line and the safe way, by the program and by the pack", async () => {
    const index = '\nCREATE INDEX "stock" ON "Product" ("stock");';
    const alone = await preview(index);
    assert.notEqual(alone.code, 0);
    assert.match(
      alone.output,
      new RegExp(
        String.raw`\[release-migration\] guelaguetza on staging: sql/${NAME}/migration\.sql:2: Product takes no write .*CREATE INDEX CONCURRENTLY`,
      ),
    );
    assert.doesNotMatch(alone.output, /\n {4,}at /);
    const packed = await preview(index, "--policy-pack", "policies");
    assert.notEqual(packed.code, 0);
    assert.match(packed.output, /release-migration/);
    assert.match(packed.output, /index-not-concurrent/);
  });

  it("G3 what is only destroyed, or has no reverse, is said on staging and refuses nothing", async () => {
    const { code, output } = await preview('TRUNCATE "Product";', "--policy-pack", "policies");
    assert.equal(code, 0, output);
    assert.match(
      output,
      /warning: guelaguetza: sql\/.*migration\.sql:1: Product loses every row \(rows-truncated\)/,
    );
    assert.match(output, /has no reverse: sql\/.*down\.sql is not there/);
  });
});
