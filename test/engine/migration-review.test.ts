import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { RULES, type RuleName } from "../../migrations/rules";
import { STEADY } from "../../migrations/volatile";
import { MIGRATION_CASES, TABLES } from "../support/migration-cases";
import { Postgres } from "../support/postgres";

const run = promisify(execFile);

/** What PostgreSQL says at DEBUG1 of a command that looks at every row, or writes every row anew. */
const LOOKS = /verifying table|validating foreign key/;
const REWRITES = /rewriting table/;

const SEEN: Readonly<Partial<Record<RuleName, RegExp>>> = {
  "column-rewrites-table": REWRITES,
  "column-type": REWRITES,
  "column-set-not-null": LOOKS,
  "check-validated": LOOKS,
  "foreign-key-validated": LOOKS,
};

/** What the version before asks, which works until the statement has run. */
const OLD_CODE: readonly (readonly [sql: string, query: string])[] = [
  ["DROP TABLE product", "SELECT id FROM product"],
  ["ALTER TABLE product DROP COLUMN owner", "SELECT owner FROM product"],
  ["ALTER TABLE product RENAME COLUMN owner TO seller", "SELECT owner FROM product"],
  ["ALTER TABLE product RENAME TO item", "SELECT id FROM product"],
  ["ALTER TABLE product ALTER COLUMN owner SET NOT NULL", "INSERT INTO product (id) VALUES (-1)"],
  ["ALTER TABLE product ALTER COLUMN stock DROP DEFAULT", "INSERT INTO product (id) VALUES (-1)"],
  ["ALTER TABLE product ALTER COLUMN stock TYPE text USING stock::text", "SELECT sum(stock) FROM product"],
];

/** What `migrations/rules.ts` claims of each rule, seen on a real PostgreSQL 15. */
describe("the rules on migrations, on PostgreSQL", () => {
  let postgres: Postgres;

  before(async () => {
    postgres = await Postgres.start();
  });
  after(() => postgres.stop());

  beforeEach(async () => {
    await postgres.sql("postgres", "DROP DATABASE IF EXISTS shop");
    await postgres.database("shop", ...TABLES);
  });

  /** Everything that psql says of a script, which it sends whole: PostgreSQL runs it as one transaction. */
  const said = (sql: string) =>
    run(
      path.join(postgres.bin, "psql"),
      ["--no-psqlrc", "--set=ON_ERROR_STOP=1", "-c", sql, postgres.url("shop")],
      {
        env: { ...process.env, PGOPTIONS: "-c client_min_messages=debug1" },
      },
    ).then(({ stdout, stderr }) => stdout + stderr);

  for (const { rule, sql, safe, table = "product" } of MIGRATION_CASES) {
    const { lock } = RULES[rule];
    if (lock === undefined) continue;
    it(`G3 L13 ${rule} takes ${lock} on ${table}: ${sql}`, async () => {
      const modes = `SELECT string_agg(DISTINCT mode, ' ') FROM pg_locks WHERE relation = '${table}'::regclass AND pid = pg_backend_pid()`;
      const held = await postgres.sql("shop", `BEGIN; ${sql}; ${modes}; ROLLBACK`);
      assert.ok(held.split(" ").includes(lock), held);
      const seen = SEEN[rule];
      if (seen !== undefined) assert.match(await said(`BEGIN; ${sql}; ROLLBACK`), seen);
      for (const step of safe) {
        const text = await said(step);
        assert.doesNotMatch(text, REWRITES, step);
        if (!/VALIDATE/.test(step)) assert.doesNotMatch(text, LOOKS, step);
      }
    });
  }

  it("G3 L13 a constraint that is NOT VALID is validated without a lock that writers wait for", async () => {
    await postgres.sql("shop", "ALTER TABLE product ADD CONSTRAINT stocked CHECK (stock >= 0) NOT VALID");
    const modes = `SELECT string_agg(DISTINCT mode, ' ') FROM pg_locks WHERE relation = 'product'::regclass AND pid = pg_backend_pid()`;
    const validate = "ALTER TABLE product VALIDATE CONSTRAINT stocked";
    assert.equal(
      await postgres.sql("shop", `BEGIN; ${validate}; ${modes}; ROLLBACK`),
      "ShareUpdateExclusiveLock",
    );
  });

  for (const { rule, sql, safe } of MIGRATION_CASES.filter((each) => RULES[each.rule].effect === "fails")) {
    it(`G3 ${rule} is refused: ${sql}`, async () => {
      await assert.rejects(postgres.sql("shop", sql));
      for (const step of safe) await postgres.sql("shop", step);
    });
  }

  for (const [sql, query] of OLD_CODE) {
    it(`G3 the version before breaks: ${sql}`, async () => {
      const undone = (text: string) => postgres.sql("shop", `BEGIN; ${text}; ROLLBACK`);
      await postgres.sql("shop", "UPDATE product SET owner = 1 WHERE owner IS NULL");
      await undone(query);
      await assert.rejects(undone(`${sql}; ${query}`));
    });
  }

  it("G3 the functions that a default may call are not volatile", async () => {
    const names = STEADY.map((name) => `'${name}'`).join(", ");
    const answer = await postgres.sql(
      "shop",
      `SELECT count(DISTINCT proname), count(*) FILTER (WHERE provolatile = 'v') FROM pg_proc WHERE proname IN (${names})`,
    );
    assert.equal(answer, `${STEADY.length}|0`);
  });
});
