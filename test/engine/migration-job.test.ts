import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { record } from "../../cli/recorder";
import { MigrationJob, type MigrationJobArgs } from "../../components/migration-job";
import { digestOf } from "../../evidence/digest";
import type { Fact, FindingKind } from "../../evidence/fact";
import { isFact, readReport } from "../../evidence/reports";
import { type Ended, runPod } from "../support/pod";
import { Postgres } from "../support/postgres";

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

/** Name of a dump that is not checked yet. */
const PARTIAL = "v1.2.0.partial";

const ARGS: MigrationJobArgs = {
  name: "shop-migration",
  namespace: "shop",
  version: "v1.2.0",
  image: "registry.example.com/shop:v1.2.0",
  tool: "sql",
  database: { secret: "shop-database", key: "url" },
  limits: { cpu: "200m", memory: "256Mi" },
};

/** Inputs of the Job that the component declares. */
async function jobOf(args: Partial<MigrationJobArgs>): Promise<unknown> {
  const registered = await record("test", () =>
    Promise.resolve(new MigrationJob("shop", { ...ARGS, ...args })),
  );
  return registered.find(({ type }) => type === "kubernetes:batch/v1:Job")?.inputs;
}

/** What a release record reads out of a report. */
function readAs<Kind extends FindingKind>(kind: Kind, text: string, now: Date): Fact<Kind> {
  const release = { system: "shop", version: ARGS.version, commit: "c".repeat(40), at: now.toISOString() };
  const fact = readReport({ kind, name: kind, file: "report" }, Buffer.from(text), release, now);
  assert.ok(isFact(fact) && isOfKind(fact, kind), JSON.stringify(fact));
  return fact;
}

const isOfKind = <Kind extends FindingKind>(fact: Fact, kind: Kind): fact is Fact<Kind> => fact.kind === kind;

const last = (ended: readonly Ended[]): Ended => ended.at(-1) ?? { name: "", code: -1, log: "" };
const codes = (ended: readonly Ended[]) => ended.map(({ name, code }) => `${name} ${code}`);

/** What of a run is unlike others. */
interface Exception {
  /** Of the database's URL. */
  readonly query?: string;
  /** Containers that are run. */
  readonly only?: readonly string[];
}

/** What the containers of the declared Job do to a real PostgreSQL; `test/support/pod.ts` runs them. */
describe("a migration on PostgreSQL", () => {
  let postgres: Postgres;
  let folder: string;
  let count = 0;

  before(async () => {
    postgres = await Postgres.start();
    folder = await mkdtemp(path.join(tmpdir(), "golive-migration-"));
  });
  after(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  /** A database of the test's own, with folders for its backups and its migrations. */
  async function shop(...statements: readonly string[]) {
    const name = `shop${(count += 1)}`;
    await postgres.database(name, ...statements);
    const folders = {
      "/backups": path.join(folder, name, "backups"),
      "/migrations": path.join(folder, name, "migrations"),
      "/tmp": path.join(folder, name, "tmp"),
    };
    for (const made of Object.values(folders)) await mkdir(made, { recursive: true });
    const migrate = async (args: Partial<MigrationJobArgs>, { query = "", only }: Exception = {}) => {
      const secrets = { "shop-database/url": `${postgres.url(name)}${query}` };
      return runPod(await jobOf(args), { secrets, folders, path: [postgres.bin], ...(only && { only }) });
    };
    return {
      folders,
      migrate,
      backups: () => readdir(folders["/backups"]),
      verify: async (verify: MigrationJobArgs["verify"], query?: string) =>
        last(await migrate({ verify }, { only: ["verify"], ...(query !== undefined && { query }) })),
      file: (mount: keyof typeof folders, file: string, content: string | Buffer) =>
        writeFile(path.join(folders[mount], file), content),
      sql: (text: string) => postgres.sql(name, text),
    };
  }

  it("L8 L11 G2 G3 backs up, checks the backup, migrates and verifies; the backup restores the same rows", async () => {
    const { migrate, file, backups, folders, sql } = await shop(PRODUCTS);
    await file("/migrations", "001-state.sql", ADD_STATE);
    const before = await sql("SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM \"Product\" p");
    const ended = await migrate({ backup: { storage: "1Gi" }, verify: [VERSION_IS_1, NO_NEGATIVE_STOCK] });
    assert.deepEqual(codes(ended), ["backup 0", "check-backup 0", "migrate 0", "verify 0"]);
    assert.match(last(ended).log, /^ok: every product has version 1: 0\nok: no negative stock: 0\n$/);
    const [backup = "", ...others] = await backups();
    assert.match(backup, /^v1\.2\.0-\d{8}T\d{6}Z\.dump$/);
    assert.deepEqual(others, []);
    await postgres.database("restored");
    await run(path.join(postgres.bin, "pg_restore"), [
      "--dbname",
      postgres.url("restored"),
      path.join(folders["/backups"], backup),
    ]);
    const restored = await postgres.sql(
      "restored",
      "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM \"Product\" p",
    );
    assert.equal(restored, before);
    assert.equal(await sql('SELECT DISTINCT state FROM "Product"'), "new");
  });

  it("G2 G3 K13 what its containers print is a proof of the backup and a receipt that a record believes", async () => {
    const { migrate, file, folders, backups } = await shop(PRODUCTS);
    await file("/migrations", "001-state.sql", ADD_STATE);
    const ended = await migrate({ backup: { storage: "1Gi" }, verify: [VERSION_IS_1] });
    const now = new Date();
    const proof = ended.find(({ name }) => name === "check-backup")?.log ?? "";
    const backup = readAs("backup", proof, now);
    const [dump = ""] = await backups();
    const bytes = await readFile(path.join(folders["/backups"], dump));
    assert.deepEqual(
      [backup.database, backup.size, backup.checksum],
      [path.basename(path.dirname(folders["/backups"])), bytes.length, digestOf(bytes)],
    );
    assert.ok(backup.entries >= 3, proof);
    const finishedAt = now.toISOString();
    const receipt = {
      apiVersion: "golive/v1",
      kind: "MigrationReceipt",
      stack: "staging",
      version: ARGS.version,
      job: "shop-migration",
      steps: ended.map(({ name, code, log }) => ({ name, exitCode: code, finishedAt, log })),
    };
    const migration = readAs("migration", JSON.stringify(receipt), now);
    assert.deepEqual(migration.applied, ["001-state.sql"]);
    assert.deepEqual(migration.verified, [{ name: VERSION_IS_1.name, ok: true, reading: "0" }]);
  });

  it("G2 a database that cannot be dumped stops the Job before the migration", async () => {
    const { migrate, file, backups, sql } = await shop(PRODUCTS);
    await file("/migrations", "001-state.sql", ADD_STATE);
    const ended = await migrate({ backup: { storage: "1Gi" } }, { query: "?sslmode=require" });
    assert.deepEqual(codes(ended), ["backup 1"]);
    assert.match(last(ended).log, /server does not support SSL/);
    assert.deepEqual(await backups(), [PARTIAL]);
    assert.doesNotMatch(await sql('SELECT * FROM "Product" LIMIT 1'), /new/);
  });

  it("G2 a dump that is missing, empty, garbled or cut short is no backup, and stops the Job", async () => {
    const { migrate, file, backups, folders } = await shop(PRODUCTS);
    const check = () => migrate({ backup: { storage: "1Gi" } }, { only: ["check-backup", "migrate"] });
    await migrate({ backup: { storage: "1Gi" } }, { only: ["backup"] });
    const dump = await readFile(path.join(folders["/backups"], PARTIAL));
    await rm(path.join(folders["/backups"], PARTIAL));
    const refusals: readonly [Buffer | undefined, RegExp][] = [
      [undefined, /no backup: .* is not there/],
      [Buffer.alloc(0), /no backup: .* is empty/],
      [Buffer.from("no dump at all"), /no backup: .* has no table of contents/],
      [dump.subarray(0, dump.length - 200), /no backup: .* cannot be read to its end/],
    ];
    for (const [content, message] of refusals) {
      if (content !== undefined) await file("/backups", PARTIAL, content);
      const ended = await check();
      assert.deepEqual(codes(ended), ["check-backup 1"]);
      assert.match(last(ended).log, message);
      assert.deepEqual(await backups(), content === undefined ? [] : [PARTIAL]);
    }
    await file("/backups", PARTIAL, dump);
    assert.match(
      last(await migrate({ backup: { storage: "1Gi" } }, { only: ["check-backup"] })).log,
      /1 tables/,
    );
  });

  it("G3 a file that fails leaves the database as it was, is named, and stops the Job; mended, it runs once", async () => {
    const { migrate, file, sql } = await shop(PRODUCTS);
    await file("/migrations", "001-state.sql", ADD_STATE);
    await file("/migrations", "002-half.sql", 'DELETE FROM "Product"; SELECT * FROM nowhere;');
    const failed = await migrate({ verify: [VERSION_IS_1] });
    assert.deepEqual(codes(failed), ["migrate 3"]);
    assert.match(last(failed).log, /001-state\.sql: applied\n[^]*002-half\.sql:1: ERROR:.*nowhere/);
    assert.equal(await sql('SELECT count(*) FROM "Product"'), "500");
    await file("/migrations", "002-half.sql", 'DELETE FROM "Product" WHERE id > 400');
    const mended = await migrate({ verify: [VERSION_IS_1] });
    assert.deepEqual(codes(mended), ["migrate 0", "verify 0"]);
    assert.match(mended[0]?.log ?? "", /^001-state\.sql: applied before\n002-half\.sql: applied\n$/);
    assert.equal(
      await sql("SELECT string_agg(name, ' ' ORDER BY name) FROM golive_migrations"),
      "001-state.sql 002-half.sql",
    );
  });

  it("G3 a folder without migrations is a mistake", async () => {
    const { migrate } = await shop();
    assert.match(last(await migrate({})).log, /migrations has no file \*\.sql/);
  });

  it("S4 G4 what the database must answer: each query that does not is named, with what was found", async () => {
    const { verify, sql } = await shop(PRODUCTS, "CREATE TABLE migrations (version text)");
    const queries = [VERSION_IS_1, NO_NEGATIVE_STOCK, SCHEMA_VERSION];
    const answer = async () => {
      const { code, log } = await verify(queries);
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
    await sql("INSERT INTO migrations VALUES ('20260301')");
    assert.deepEqual(await answer(), [0, ...ok]);
    await sql("UPDATE migrations SET version = '20260201'");
    await sql('UPDATE "Product" SET version = NULL, stock = -1 WHERE id < 3');
    assert.deepEqual(await answer(), [
      1,
      "failed: every product has version 1: expected 0, found 2",
      "failed: no negative stock: expected 0, found 2",
      "failed: version of the schema: expected 20260301, found 20260201",
    ]);
    await sql("UPDATE migrations SET version = NULL");
    assert.match((await verify([SCHEMA_VERSION])).log, /expected 20260301, found \(null\)/);
    await sql("INSERT INTO migrations VALUES ('20260301')");
    assert.equal((await verify([SCHEMA_VERSION])).code, 1);
    await sql("DROP TABLE migrations");
    assert.match(
      (await verify([SCHEMA_VERSION])).log,
      /migrations[^]*failed: version of the schema: no answer/,
    );
  });

  it("G4 a query cannot write", async () => {
    const { verify, sql } = await shop(PRODUCTS);
    const remove = { name: "removal", sql: 'DELETE FROM "Product" RETURNING 1', equals: 1 };
    assert.match((await verify([remove])).log, /read-only transaction/);
    assert.equal(await sql('SELECT count(*) FROM "Product"'), "500");
  });

  it("G4 takes SQL with the signs of shells and of Kubernetes as it is", async () => {
    const { verify } = await shop(PRODUCTS);
    const signs = {
      name: "signs",
      sql: 'SELECT $$it\'s "$(HOME)" `x` $HOME$$',
      equals: 'it\'s "$(HOME)" `x` $HOME',
    };
    assert.equal((await verify([signs])).code, 0);
  });

  it("G3 reads a URL as Prisma writes it: its schema is the search path, its own parameters are left out", async () => {
    const { verify } = await shop(
      'CREATE SCHEMA "Shop"',
      'CREATE TABLE "Shop".migrations AS SELECT 20260301 AS version',
    );
    const query = "?schema=Shop&connection_limit=5&sslmode=prefer&pgbouncer=true&application_name=shop";
    assert.deepEqual(await verify([SCHEMA_VERSION], query), {
      name: "verify",
      code: 0,
      log: "ok: version of the schema: 20260301\n",
    });
  });
});
