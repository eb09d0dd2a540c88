import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { type MigrationTool, TOOLS } from "../../../components/migration/tools";
import { review, type Finding, type Text } from "../../../migrations/review";
import { migrationsOf } from "../../../migrations/layout";
import { RULES } from "../../../migrations/rules";
import { judgeReview, type Before } from "../../../migrations/verdict";
import { MIGRATION_CASES, TABLES } from "../../support/migration-cases";

/** Migrations named by their place, each with a reverse. */
const texts = (...scripts: readonly string[]): readonly Text[] =>
  scripts.map((sql, index) => {
    const name = `${index + 1}_step`;
    const file = `${name}.up.sql`;
    return {
      tool: "golang-migrate" as const,
      name,
      file,
      sql,
      reverse: `${name}.down.sql`,
      reverseSql: "SELECT 1",
    };
  });

const reviewOf = (scripts: readonly string[], since?: string) =>
  review({ folder: "sql", migrations: texts(...scripts), since });

/** What is found in a release of these migrations, after the tables were made. */
async function found(...scripts: readonly string[]): Promise<readonly Finding[]> {
  return (await reviewOf([TABLES.join(";\n"), ...scripts], "1_step")).findings;
}

const rules = (findings: readonly Finding[]) => findings.map(({ rule }) => rule);

describe("the review of migrations", () => {
  for (const { rule, sql, also = [], safe, left = [] } of MIGRATION_CASES) {
    it(`G3 L13 ${rule}: ${sql}`, async () => {
      assert.deepEqual(rules(await found(sql)).toSorted(), [rule, ...also].toSorted());
      assert.deepEqual(rules(await found(...safe)), [...left], "the safe way");
    });
  }

  it("G3 L13 every rule has a case", () => {
    const tried: readonly string[] = MIGRATION_CASES.flatMap(({ rule, also = [] }) => [rule, ...also]);
    assert.deepEqual(
      Object.keys(RULES).filter((rule) => !tried.includes(rule)),
      ["reverse-missing"],
    );
  });

  it("G3 names file, line and subject, also within a long statement and after comments", async () => {
    const sql = [
      "-- añade la versión",
      'ALTER TABLE "Product"',
      '  ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1,',
      '  ADD COLUMN "code" uuid DEFAULT gen_random_uuid();',
      "",
      "/* y borra */",
      "-- el precio",
      'ALTER TABLE shop."Product" DROP COLUMN "price";',
    ].join("\n");
    const findings = await found(sql);
    assert.deepEqual(
      findings.map(({ file, line, rule, subject }) => `${file}:${line} ${rule} ${subject}`),
      [
        "sql/2_step.up.sql:4 column-rewrites-table Product.code",
        "sql/2_step.up.sql:8 column-dropped shop.Product.price",
        "sql/2_step.up.sql:8 name-gone shop.Product.price",
      ],
    );
  });

  it("G3 names the line of what PostgreSQL would not read", async () => {
    const [finding] = await found("SELECT 1;\n-- ñ\n\nALTER TABEL x;\nSELECT 2;");
    assert.equal(finding?.line, 4);
    assert.match(finding.does, /syntax error at or near "TABEL"/);
  });

  it("G3 lets the release do as it likes with what it made itself, and not with what it renamed", async () => {
    const made = "CREATE TABLE cart (id int); CREATE INDEX ON cart (id); ALTER TABLE cart RENAME TO basket";
    assert.deepEqual(await found(made, "ALTER TABLE basket ADD PRIMARY KEY (id); DROP TABLE basket"), []);
    assert.deepEqual(rules(await found("ALTER TABLE product RENAME TO item", "CREATE INDEX ON item (id)")), [
      "name-changed",
      "index-not-concurrent",
    ]);
    const column = "ALTER TABLE product ADD COLUMN note text";
    assert.deepEqual(await found(column, "ALTER TABLE product DROP COLUMN note"), []);
    const required = "ALTER TABLE product ALTER COLUMN note SET NOT NULL";
    assert.deepEqual(rules(await found(column, required)), ["column-set-not-null", "null-refused"]);
  });

  it("G3 without since takes each migration for a release of its own", async () => {
    const { findings } = await reviewOf(["CREATE TABLE a (id int); CREATE INDEX ON a (id)", "DROP TABLE a"]);
    assert.deepEqual(rules(findings), ["table-dropped", "name-gone"]);
  });

  it("G3 judges what is after since alone, by what was there before", async () => {
    const before = "ALTER TABLE product ADD CONSTRAINT owned CHECK (owner IS NOT NULL)";
    const after = "ALTER TABLE product ALTER COLUMN owner SET NOT NULL";
    const { findings, judged } = await reviewOf([...TABLES, before, after], `${TABLES.length + 1}_step`);
    assert.deepEqual(judged, [`${TABLES.length + 2}_step`]);
    assert.deepEqual(rules(findings), ["null-refused"]);
  });

  it("L13 takes a comment with a reason for a lock, and for nothing that is destroyed or broken", async () => {
    const allow = (rule: string, reason = "40 rows") => `-- golive: allow ${rule}: ${reason}\n`;
    const index = "CREATE INDEX product_name ON product (name)";
    const [allowed] = (await reviewOf([allow("index-not-concurrent") + index])).findings;
    assert.equal(allowed?.allowed, "40 rows");
    const mistakes = async (text: string) => (await reviewOf([text])).mistakes.join();
    assert.match(
      await mistakes(allow("index-not-concurrent", "") + index),
      /1_step.up.sql:2: .* without a reason/,
    );
    assert.match(await mistakes(allow("index-no-concurrent") + index), /which is no rule/);
    assert.match(await mistakes(allow("check-validated") + index), /which the statement does not need/);
    assert.match(
      await mistakes(allow("table-dropped") + "DROP TABLE product"),
      /which a comment cannot: a release record speaks for it/,
    );
    assert.deepEqual((await reviewOf([`SELECT 1; ${allow("table-dropped")}`])).mistakes, []);
  });

  it("G3 G14 asks for a reverse that has something in it and can be read", async () => {
    const one = (reverseSql: string | undefined) =>
      review({ folder: "sql", migrations: texts("SELECT 1").map((text) => ({ ...text, reverseSql })) });
    const missing = (await one(undefined)).findings;
    assert.deepEqual(rules(missing), ["reverse-missing"]);
    assert.match(missing[0]?.does ?? "", /sql\/1_step\.down\.sql is not there/);
    assert.match((await one("\n")).findings[0]?.does ?? "", /is empty/);
    assert.deepEqual(rules((await one("DROP TABEL x")).findings), ["not-sql"]);
    assert.deepEqual((await one("-- nothing to undo: it fills a new column")).findings, []);
  });
});

describe("a review's findings on a stack", () => {
  const before = (...contracts: string[]): Before => ({ kind: "version", version: "v1.0.0", contracts });
  const levels = async (sql: string, stage: "develop" | "production" | "staging", known: Before) => {
    const all = judgeReview(await reviewOf([...TABLES, sql], `${TABLES.length}_step`), {
      stage,
      before: known,
    });
    return all.map(({ rule, level }) => `${rule} ${level}`);
  };

  it("G3 L13 what locks is refused everywhere; what destroys needs evidence on production", async () => {
    const index = "CREATE INDEX product_name ON product (name)";
    for (const stage of ["develop", "staging", "production"] as const)
      assert.deepEqual(await levels(index, stage, before()), ["index-not-concurrent error"]);
    assert.deepEqual(await levels("TRUNCATE product", "production", before()), ["rows-truncated evidence"]);
    assert.deepEqual(await levels("TRUNCATE product", "staging", before()), ["rows-truncated warning"]);
  });

  it("G14 a missing reverse is refused on production alone", async () => {
    const migrations = texts("SELECT 1").map((text) => ({ ...text, reverseSql: undefined }));
    const given = await review({ folder: "sql", migrations });
    const level = (stage: "production" | "staging") =>
      judgeReview(given, { stage, before: before() }).map((each) => each.level);
    assert.deepEqual(level("production"), ["error"]);
    assert.deepEqual(level("staging"), ["warning"]);
  });

  it("G3 S7 what the version before needs is kept until its contracts let it go", async () => {
    const drop = "ALTER TABLE product DROP COLUMN owner";
    assert.deepEqual(await levels(drop, "staging", before()), ["column-dropped warning", "name-gone error"]);
    assert.deepEqual(await levels(drop, "production", before("product.owner")), [
      "column-dropped evidence",
      "name-gone allowed",
    ]);
    assert.deepEqual(await levels(drop, "production", before("product")), [
      "column-dropped evidence",
      "name-gone allowed",
    ]);
    assert.deepEqual(await levels(drop, "production", before("product.own", "person.owner")), [
      "column-dropped evidence",
      "name-gone error",
    ]);
    assert.deepEqual(await levels(drop, "develop", { kind: "unknown" }), [
      "column-dropped warning",
      "name-gone warning",
    ]);
    assert.deepEqual(await levels(drop, "staging", { kind: "nothing" }), [
      "column-dropped warning",
      "name-gone allowed",
    ]);
  });
});

describe("folders of migrations", () => {
  const LAYOUTS = {
    prisma: {
      paths: [
        "migration_lock.toml",
        "20250125_b/migration.sql",
        "20250101_a/migration.sql",
        "20250125_b/down.sql",
      ],
      names: ["20250101_a", "20250125_b"],
      reverse: "20250125_b/down.sql",
    },
    "golang-migrate": {
      paths: ["10_c.up.sql", "10_c.down.sql", "2_b.up.sql", "2_b.down.sql"],
      names: ["2_b", "10_c"],
      reverse: "10_c.down.sql",
    },
    "db-migrate": {
      paths: ["20250101-a.js", "sqls/20250101-a-up.sql", "sqls/20250101-a-down.sql"],
      names: ["20250101-a"],
      reverse: "sqls/20250101-a-down.sql",
    },
    sql: {
      paths: ["001.sql", "002.sql", "002.down.sql", "README.md"],
      names: ["001.sql", "002.sql"],
      reverse: "002.down.sql",
    },
  } as const;

  for (const [tool, { paths, names, reverse }] of Object.entries(LAYOUTS)) {
    it(`G3 S3 as ${tool} has them`, () => {
      const found = migrationsOf(paths);
      assert.deepEqual(
        found.map(({ name }) => name),
        names,
      );
      assert.equal(found.at(-1)?.reverse, reverse);
    });
  }

  it("G3 S3 names and reverses are those that the migration's Job finds", () => {
    const sed = (script: string, text: string) =>
      execFileSync("sed", ["-E", script], { input: `${text}\n`, encoding: "utf8" }).trim();
    const files: Readonly<Record<MigrationTool, readonly [asked: string, reviewed: string]>> = {
      prisma: ["20250101_a/migration.sql", "20250101_a/migration.sql"],
      "golang-migrate": ["1_a.up.sql", "1_a.up.sql"],
      "db-migrate": ["20250101-a.js", "sqls/20250101-a-up.sql"],
      sql: ["001.sql", "001.sql"],
    };
    for (const [tool, { name, reverse }] of Object.entries(TOOLS)) {
      const [asked, reviewed] = Object.entries(files).find(([key]) => key === tool)?.[1] ?? assert.fail(tool);
      const [migration] = migrationsOf([reviewed]);
      assert.equal(migration?.tool, tool);
      assert.equal(migration.name, sed(name, asked));
      assert.equal(migration.reverse, sed(reverse, asked));
    }
  });

  it("G3 a plain SQL file is applied with golive's entry, where CONCURRENTLY is refused", async () => {
    const [migration] = migrationsOf(["001.sql"]);
    assert.ok(migration !== undefined);
    const sql = "CREATE INDEX CONCURRENTLY product_name ON product (name)";
    const { findings } = await review({
      folder: "sql",
      migrations: [{ ...migration, sql, reverseSql: "SELECT 1" }],
    });
    assert.deepEqual(rules(findings), ["concurrent-with-others"]);
  });

  it("G3 their order is that of their numbers, in whatever order the folder lists them", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { minLength: 1 }), (numbers) => {
        const paths = numbers.map((number) => `${number}_x.up.sql`);
        assert.deepEqual(
          migrationsOf(paths).map(({ name }) => Number.parseInt(name)),
          numbers.toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
