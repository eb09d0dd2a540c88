import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { reviewMigrations } from "../../../cli/migrations";
import { UserError } from "../../../cli/user-error";
import { repositoryRoot } from "../../../engine/cache";

const MIGRATION = "database/guelaguetza/migrations/20250125000000_add_version_to_product";

describe("golive migrations review", () => {
  let root: string;

  before(() => {
    root = mkdtempSync(path.join(tmpdir(), "golive-review-"));
    for (const entry of ["database", "releases", "Pulumi.production.yaml", "Pulumi.develop.yaml"])
      cpSync(path.join(repositoryRoot, entry), path.join(root, entry), { recursive: true });
  });
  after(() => rmSync(root, { recursive: true }));

  it("G3 L13 passes the checkout's own, on the stacks that name a folder", async () => {
    for (const stack of ["staging", "production"]) {
      const reviewed = await reviewMigrations(undefined, { stack, root: repositoryRoot });
      assert.deepEqual(reviewed, [
        {
          system: "guelaguetza",
          stack,
          judged: ["20250125000000_add_version_to_product"],
          findings: [],
          problems: [],
        },
      ]);
    }
  });

  it("G3 L13 judges by the release record: v1.0.0 has none, so that what it reads must stay", async () => {
    writeFileSync(path.join(root, MIGRATION, "migration.sql"), 'ALTER TABLE "Product" DROP COLUMN "stock";');
    const [reviewed] = await reviewMigrations("guelaguetza", { stack: "production", root });
    assert.deepEqual(
      reviewed?.findings.map(({ file, line, rule, level, note }) => [file, line, rule, level, note]),
      [
        [`${MIGRATION}/migration.sql`, 1, "column-dropped", "evidence", undefined],
        [
          `${MIGRATION}/migration.sql`,
          1,
          "name-gone",
          "error",
          "v1.0.0 still runs, and its contracts do not name Product.stock",
        ],
      ],
    );
  });

  it("G3 says what is wrong with the stack file", async () => {
    const refused = (stack: string, system?: string) => reviewMigrations(system, { stack, root });
    await assert.rejects(refused("develop"), UserError);
    await assert.rejects(refused("nowhere"), /there is no Pulumi\.nowhere\.yaml/);
    await assert.rejects(
      refused("production", "s5"),
      /set golive:s5\.migration\.folder \(of s5: migrations\.folder\)/,
    );
    const file = path.join(root, "Pulumi.production.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("since: 20250101000000_init", "since: 2024"));
    await assert.rejects(refused("production"), /golive:guelaguetza\.migration\.since: .* put it in quotes/);
  });
});
