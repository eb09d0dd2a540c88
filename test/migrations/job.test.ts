import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { digestOf } from "../../evidence/digest";
import type { Fact, FindingKind } from "../../evidence/fact";
import { isFact, readReport } from "../../evidence/reports";
import { codes, logOf, shops, RELEASE } from "../support/migration";

const run = promisify(execFile);

const PRODUCTS = `CREATE TABLE "Product" (id int PRIMARY KEY, stock int NOT NULL, version int);
INSERT INTO "Product" SELECT id, id, 1 FROM generate_series(1, 500) AS id`;
const ADD_STATE = `ALTER TABLE "Product" ADD COLUMN state text NOT NULL DEFAULT 'new'`;

const VERSION_IS_1 = {
  name: "every product has version 1",
  sql: 'SELECT count(*) FROM "Product" WHERE version IS DISTINCT FROM 1',
  equals: 0,
};
const NO_NEGATIVE_STOCK = {
  name: "no negative stock",
  sql: 'SELECT count(*) FROM "Product" WHERE stock < 0',
  equals: 0,
};
const SCHEMA_VERSION = {
  name: "version of the schema",
  sql: "SELECT version FROM migrations",
  equals: "20260301",
};

const BEGUN = ["read 0", "begin 0"];

/** Name of a dump that is not checked yet. */
const PARTIAL = "v1.2.0.partial";

/** What a release record reads out of a report. */
function readAs<Kind extends FindingKind>(kind: Kind, text: string, now: Date): Fact<Kind> {
  const release = { system: "shop", version: RELEASE.version, commit: "c".repeat(40), at: now.toISOString() };
  const fact = readReport({ kind, name: kind, file: "report" }, Buffer.from(text), release, now);
  assert.ok(isFact(fact) && isOfKind(fact, kind), JSON.stringify(fact));
  return fact;
}

const isOfKind = <Kind extends FindingKind>(fact: Fact, kind: Kind): fact is Fact<Kind> => fact.kind === kind;

/** What the containers of the declared Job do to a real PostgreSQL; `test/support/pod.ts` runs them. */
describe("a migration on PostgreSQL", () => {
  const all = shops();

  const shop = (...statements: readonly string[]) => all.open(statements);

  it("L8 L11 G2 G3 backs up, checks the backup, migrates and verifies; the backup restores the same rows", async () => {
    const own = await shop(PRODUCTS);
    await own.file("/migrations", "001-state.sql", ADD_STATE);
    const before = await own.sql("SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM \"Product\" p");
    const ended = await own.migrate({
      backup: { storage: "1Gi" },
      verify: [VERSION_IS_1, NO_NEGATIVE_STOCK],
    });
    assert.deepEqual(codes(ended), [
      ...BEGUN,
      "backup 0",
      "check-backup 0",
      "migrate 0",
      "verify 0",
      "receipt 0",
    ]);
    assert.match(logOf(ended, "verify"), /^ok: every product has version 1: 0\nok: no negative stock: 0\n$/);
    const [backup = "", ...others] = await own.backups();
    assert.match(backup, /^v1\.2\.0-\d{8}T\d{6}Z\.dump$/);
    assert.deepEqual(others, []);
    await all.postgres.database("restored");
    await run(path.join(all.postgres.bin, "pg_restore"), [
      "--dbname",
      all.postgres.url("restored"),
      own.at("/backups", backup),
    ]);
    const restored = await all.postgres.sql(
      "restored",
      "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM \"Product\" p",
    );
    assert.equal(restored, before);
    assert.equal(await own.sql('SELECT DISTINCT state FROM "Product"'), "new");
  });

  it("G2 G3 K13 what its containers print is a proof of the backup and a receipt that a record believes", async () => {
    const own = await shop(PRODUCTS);
    await own.file("/migrations", "001-state.sql", ADD_STATE);
    const ended = await own.migrate({ backup: { storage: "1Gi" }, verify: [VERSION_IS_1] });
    const now = new Date();
    const proof = ended.find(({ name }) => name === "check-backup")?.log ?? "";
    const backup = readAs("backup", proof, now);
    const [dump = ""] = await own.backups();
    const bytes = await readFile(own.at("/backups", dump));
    assert.deepEqual(
      [backup.database, backup.size, backup.checksum],
      [own.name, bytes.length, digestOf(bytes)],
    );
    assert.ok(backup.entries >= 3, proof);
    const finishedAt = now.toISOString();
    const receipt = {
      apiVersion: "golive/v1",
      kind: "MigrationReceipt",
      stack: "staging",
      version: RELEASE.version,
      job: "shop-migration",
      steps: ended.map(({ name, code, log }) => ({ name, exitCode: code, finishedAt, log })),
    };
    const migration = readAs("migration", JSON.stringify(receipt), now);
    assert.deepEqual(migration.applied, ["001-state.sql"]);
    assert.deepEqual(migration.verified, [{ name: VERSION_IS_1.name, ok: true, reading: "0" }]);
  });

  it("G2 a database that does not answer stops the Job before all else", async () => {
    const own = await shop(PRODUCTS);
    await own.file("/migrations", "001-state.sql", ADD_STATE);
    const ended = await own.migrate({ backup: { storage: "1Gi" } }, { query: "?sslmode=require" });
    assert.deepEqual(codes(ended), ["read 0", "begin 1"]);
    assert.match(logOf(ended), /server does not support SSL/);
    assert.deepEqual(await own.backups(), []);
    assert.doesNotMatch(await own.sql('SELECT * FROM "Product" LIMIT 1'), /new/);
  });

  it("G2 a dump that is missing, empty, garbled or cut short is no backup, and stops the Job", async () => {
    const own = await shop(PRODUCTS);
    const check = () => own.migrate({ backup: { storage: "1Gi" } }, { only: ["check-backup", "migrate"] });
    await own.migrate({ backup: { storage: "1Gi" } }, { only: ["backup"] });
    const dump = await readFile(own.at("/backups", PARTIAL));
    await rm(own.at("/backups", PARTIAL));
    const refusals: readonly [Buffer | undefined, RegExp][] = [
      [undefined, /no backup: .* is not there/],
      [Buffer.alloc(0), /no backup: .* is empty/],
      [Buffer.from("no dump at all"), /no backup: .* has no table of contents/],
      [dump.subarray(0, dump.length - 200), /no backup: .* cannot be read to its end/],
    ];
    for (const [content, message] of refusals) {
      if (content !== undefined) await own.file("/backups", PARTIAL, content);
      const ended = await check();
      assert.deepEqual(codes(ended), ["check-backup 1"]);
      assert.match(logOf(ended), message);
      assert.deepEqual(await own.backups(), content === undefined ? [] : [PARTIAL]);
    }
    await own.file("/backups", PARTIAL, dump);
    assert.match(
      logOf(await own.migrate({ backup: { storage: "1Gi" } }, { only: ["check-backup"] })),
      /1 tables/,
    );
  });

  it("G3 a file that fails leaves the database as it was, is named, and stops the Job; mended, it runs once", async () => {
    const own = await shop(PRODUCTS);
    await own.file("/migrations", "001-state.sql", ADD_STATE);
    await own.file("/migrations", "002-half.sql", 'DELETE FROM "Product"; SELECT * FROM nowhere;');
    const failed = await own.migrate({ verify: [VERSION_IS_1] });
    assert.deepEqual(codes(failed), [...BEGUN, "migrate 3"]);
    assert.match(logOf(failed), /001-state\.sql: applied\n[^]*002-half\.sql:1: ERROR:.*nowhere/);
    assert.equal(await own.sql('SELECT count(*) FROM "Product"'), "500");
    await own.file("/migrations", "002-half.sql", 'DELETE FROM "Product" WHERE id > 400');
    const mended = await own.migrate({ verify: [VERSION_IS_1] });
    assert.deepEqual(codes(mended), [...BEGUN, "migrate 0", "verify 0", "receipt 0"]);
    assert.match(logOf(mended, "migrate"), /^001-state\.sql: applied before\n002-half\.sql: applied\n$/);
    assert.equal(
      await own.sql("SELECT string_agg(name, ' ' ORDER BY name) FROM golive_migrations"),
      "001-state.sql 002-half.sql",
    );
  });

  it("G3 a folder without migrations is a mistake", async () => {
    const own = await shop();
    assert.match(logOf(await own.migrate({})), /^the image has no migrations: expected \*\.sql\n$/);
  });

  it("S4 G4 what the database must answer: each query that does not is named, with what was found", async () => {
    const own = await shop(PRODUCTS, "CREATE TABLE migrations (version text)");
    const queries = [VERSION_IS_1, NO_NEGATIVE_STOCK, SCHEMA_VERSION];
    const answer = async () => {
      const { code, log } = await own.verify(queries);
      return [code, ...log.trim().split("\n").sort()];
    };
    const ok = [
      "ok: every product has version 1: 0",
      "ok: no negative stock: 0",
      "ok: version of the schema: 20260301",
    ];
    assert.deepEqual(await answer(), [
      1,
      "failed: version of the schema: expected 20260301, found no row",
      ...ok.slice(0, 2),
    ]);
    await own.sql("INSERT INTO migrations VALUES ('20260301')");
    assert.deepEqual(await answer(), [0, ...ok]);
    await own.sql("UPDATE migrations SET version = '20260201'");
    await own.sql('UPDATE "Product" SET version = NULL, stock = -1 WHERE id < 3');
    assert.deepEqual(await answer(), [
      1,
      "failed: every product has version 1: expected 0, found 2",
      "failed: no negative stock: expected 0, found 2",
      "failed: version of the schema: expected 20260301, found 20260201",
    ]);
    await own.sql("UPDATE migrations SET version = NULL");
    assert.match((await own.verify([SCHEMA_VERSION])).log, /expected 20260301, found \(null\)/);
    await own.sql("INSERT INTO migrations VALUES ('20260301')");
    assert.equal((await own.verify([SCHEMA_VERSION])).code, 1);
    await own.sql("DROP TABLE migrations");
    assert.match(
      (await own.verify([SCHEMA_VERSION])).log,
      /migrations[^]*failed: version of the schema: no answer/,
    );
  });

  it("G4 a query cannot write", async () => {
    const own = await shop(PRODUCTS);
    const remove = { name: "removal", sql: 'DELETE FROM "Product" RETURNING 1', equals: 1 };
    assert.match((await own.verify([remove])).log, /read-only transaction/);
    assert.equal(await own.sql('SELECT count(*) FROM "Product"'), "500");
  });

  it("G4 takes SQL with the signs of shells and of Kubernetes as it is", async () => {
    const own = await shop(PRODUCTS);
    const signs = {
      name: "signs",
      sql: 'SELECT $$it\'s "$(HOME)" `x` $HOME$$',
      equals: 'it\'s "$(HOME)" `x` $HOME',
    };
    assert.equal((await own.verify([signs])).code, 0);
  });

  it("G3 reads a URL as Prisma writes it: its schema is the search path, its own parameters are left out", async () => {
    const own = await shop(
      'CREATE SCHEMA "Shop"',
      'CREATE TABLE "Shop".migrations AS SELECT 20260301 AS version',
    );
    const query = "?schema=Shop&connection_limit=5&sslmode=prefer&pgbouncer=true&application_name=shop";
    assert.deepEqual(await own.verify([SCHEMA_VERSION], query), {
      name: "verify",
      beside: false,
      code: 0,
      log: "ok: version of the schema: 20260301\n",
    });
  });
});
