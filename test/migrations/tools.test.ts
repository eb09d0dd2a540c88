import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { MigrationJobArgs } from "../../components/migration-job";
import { findTool } from "../../engine/acquire";
import { repositoryRoot } from "../../engine/cache";
import { waitUntil } from "../support/cluster";
import { codes, type Exception, logOf, shops } from "../support/migration";

const PRODUCTS = `CREATE TABLE "Product" (id int PRIMARY KEY, stock int NOT NULL);
INSERT INTO "Product" SELECT id, id FROM generate_series(1, 100) AS id`;
const ADD_VERSION = `ALTER TABLE "Product" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;\n`;
const VERIFY = [{ name: "versions", sql: 'SELECT count(*) FROM "Product" WHERE version = 1', equals: 100 }];

const SLEEPS =
  "FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'pg_sleep' AND pid <> pg_backend_pid()";

/**
 * Prisma's command line with its own schema engine, in WebAssembly over node-postgres: the engine's binary is on a host
 * that not every machine reaches. That there is one is said by naming another program, which is never started.
 */
const PRISMA_ENVIRONMENT = {
  CHECKPOINT_DISABLE: "1",
  npm_config_update_notifier: "false",
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
};

/** `whole`: a stand-in for the engine's binary, which sends a migration as one; Prisma's adapter sends statement by statement. */
const prismaConfig = (sends: "whole" | "statements") => `import { defineConfig } from "prisma/config";
import { PrismaPg } from "@prisma/adapter-pg";
const factory = new PrismaPg({ connectionString: process.env.DATABASE_URL });
const whole = (adapter) =>
  Object.assign(adapter, {
    executeScript: (script) => adapter.client.query(script).then(() => undefined, (error) => adapter.onError(error)),
  });
export default defineConfig({
  schema: "prisma/schema.prisma",
  experimental: { adapter: true },
  engine: "js",
  adapter: async () => ${
    sends === "statements"
      ? "factory"
      : `({
    provider: factory.provider,
    adapterName: "as the engine's binary",
    connect: async () => whole(await factory.connect()),
    connectToShadowDb: async () => whole(await factory.connectToShadowDb()),
  })`
  },
});
`;
const PRISMA_SCHEMA = `datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
`;

describe("the tools of migrations, as their makers ship them", () => {
  const all = shops();

  before(async function () {
    // It may have to be built.
    this.timeout(600_000);
    await findTool("migrate");
  });

  /** An application's image: its folder, in which its programs start. */
  async function application(
    tool: MigrationJobArgs["tool"],
    statements: readonly string[],
    has: "modules" | "nothing" = "modules",
  ) {
    const own = await all.open(statements);
    const cwd = path.join(all.folder, own.name, "app");
    await mkdir(cwd);
    if (has === "modules")
      await symlink(path.join(repositoryRoot, "node_modules"), path.join(cwd, "node_modules"));
    await writeFile(path.join(cwd, "package.json"), "{}");
    const migrate = (args: Partial<MigrationJobArgs> = {}, exception: Exception = {}) =>
      own.migrate({ tool, verify: VERIFY, ...args }, { cwd, ...exception });
    const file = async (name: string, text: string) => {
      await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
      await writeFile(path.join(cwd, name), text, { mode: 0o755 });
    };
    return { own, cwd, migrate, file };
  }

  describe("prisma", () => {
    const INIT = "20240101000000_init";
    const VERSION = "20250122101500_add_version_to_product";

    async function guelaguetza(sends: "whole" | "statements" = "whole") {
      const { own, migrate, ...app } = await application("prisma", []);
      const migration = (name: string, text: string) =>
        app.file(`prisma/migrations/${name}/migration.sql`, text);
      await app.file("prisma.config.ts", prismaConfig(sends));
      await app.file("prisma/schema.prisma", PRISMA_SCHEMA);
      await app.file("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n');
      await migration(INIT, PRODUCTS);
      await migration(VERSION, ADD_VERSION);
      const run = (args?: Partial<MigrationJobArgs>, exception?: Exception) =>
        migrate(args, { environment: PRISMA_ENVIRONMENT, ...exception });
      return { own, migration, migrate: run, file: app.file };
    }
    const STEPS = ["read 0", "begin 0", "migrate 0", "status 0", "verify 0", "receipt 0"];

    it("G3 deploys into an empty database beside golive's own schema, says its status, and is not run again", async () => {
      const { own, migrate } = await guelaguetza();
      const ended = await migrate();
      assert.deepEqual(codes(ended), STEPS, logOf(ended));
      assert.match(logOf(ended, "migrate"), /All migrations have been successfully applied/);
      assert.match(logOf(ended, "status"), /Database schema is up to date/);
      const again = await migrate();
      assert.match(logOf(again, "begin"), /nothing to do: v1\.2\.0 was migrated/);
      assert.equal(await own.sql("SELECT count(*) FROM _prisma_migrations"), "2");
    });

    it("G3 a migration that the server refused left nothing, and runs again once it is mended", async () => {
      const { own, migration, migrate } = await guelaguetza();
      await migration(VERSION, `${ADD_VERSION}SELECT * FROM nowhere;`);
      const failed = await migrate();
      assert.deepEqual(codes(failed).slice(-1), ["migrate 1"]);
      assert.equal(await own.sql("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL"), "1");
      await migration(VERSION, ADD_VERSION);
      const mended = await migrate();
      assert.match(
        logOf(mended, "begin"),
        new RegExp(`${VERSION}: failed before, and left nothing: it runs again`),
      );
      assert.deepEqual(codes(mended), STEPS, logOf(mended));
    });

    it("G3 waits for no lock longer than it may, and runs again once the table is free", async () => {
      const { own, migration, migrate } = await guelaguetza();
      await migration(VERSION, "SELECT 1;\n");
      assert.deepEqual(codes(await migrate({ verify: [] })).slice(-1), ["receipt 0"]);
      const NEXT = "20250301000000_state";
      await migration(NEXT, 'ALTER TABLE "Product" ADD COLUMN version INTEGER NOT NULL DEFAULT 1;\n');
      void own.sql('BEGIN; LOCK "Product" IN ACCESS SHARE MODE; SELECT pg_sleep(60)').catch(() => undefined);
      await waitUntil("a reader", async () => (await own.sql(`SELECT count(*) ${SLEEPS}`)) !== "0");
      const blocked = await migrate({ version: "v1.3.0", lockSeconds: 1 });
      assert.deepEqual(codes(blocked).slice(-1), ["migrate 1"]);
      assert.match(logOf(blocked), /canceling statement due to lock timeout/);
      await own.sql(`SELECT pg_terminate_backend(pid, 5000) ${SLEEPS}`);
      const free = await migrate({ version: "v1.3.0" });
      assert.match(logOf(free, "begin"), new RegExp(`${NEXT}: failed before, and left nothing`));
      assert.deepEqual(codes(free), STEPS);
    });

    it("G3 one that was cut off is refused with what to look at and to run, and finishes after it", async () => {
      const { own, migration, migrate } = await guelaguetza();
      await migration(VERSION, `${ADD_VERSION}SELECT pg_sleep(60);`);
      const killed = await migrate(
        {},
        {
          begun: (name, { kill }) => {
            if (name !== "migrate") return;
            void waitUntil(
              "the migration",
              async () => (await own.sql(`SELECT count(*) ${SLEEPS}`)) !== "0",
            ).then(() => {
              kill("migrate");
            });
          },
        },
      );
      assert.deepEqual(codes(killed).slice(-1), ["migrate 137"]);
      const running = await migrate();
      assert.match(
        logOf(running),
        /a migration whose pod is gone still runs in the server, by the process \d+/,
      );
      await own.sql(`SELECT pg_terminate_backend(pid, 5000) ${SLEEPS}`);
      await migration(VERSION, ADD_VERSION);
      const refused = await migrate();
      assert.deepEqual(codes(refused), ["read 0", "begin 3"]);
      assert.match(
        logOf(refused),
        new RegExp(
          `${VERSION} began, did not end, and nothing says whether it is applied; look at the database, then: npx prisma migrate resolve --applied ${VERSION}`,
        ),
      );
      await own.sql("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL");
      assert.deepEqual(codes(await migrate()), STEPS);
    });

    it("G14 what was taken back by its down.sql is pending for Prisma, and is deployed again", async () => {
      const { own, migrate, ...app } = await guelaguetza();
      await app.file(`prisma/migrations/${VERSION}/down.sql`, 'ALTER TABLE "Product" DROP COLUMN "version";');
      await app.file(`prisma/migrations/${INIT}/down.sql`, 'DROP TABLE "Product";');
      await migrate();
      assert.match(
        logOf(await own.reverse("v1.2.0", "prisma")),
        new RegExp(`^${VERSION}: taken back\n${INIT}: taken back\n$`),
      );
      assert.equal(await own.sql("SELECT to_regclass('\"Product\"') IS NULL"), "t");
      const again = await migrate();
      assert.deepEqual(codes(again), STEPS, logOf(again));
      assert.match(logOf(again, "begin"), new RegExp(`${VERSION}: to be applied`));
    });

    it("G3 does not begin what its driver adapter would leave half applied", async () => {
      const { own, migration, migrate } = await guelaguetza("statements");
      await migration(VERSION, `${ADD_VERSION}SELECT * FROM nowhere;`);
      const refused = await migrate();
      assert.match(logOf(refused, "migrate"), /would send the statements of a migration one by one/);
      assert.equal(await own.sql("SELECT to_regclass('_prisma_migrations') IS NULL"), "t");
      await migration(INIT, 'CREATE TABLE "Product" AS SELECT id FROM generate_series(1, 100) AS id');
      await migration(VERSION, ADD_VERSION);
      assert.deepEqual(codes(await migrate()), STEPS);
    });

    it("G3 one that was applied before golive, and has changed since, is seen by Prisma's own checksum", async () => {
      const { own, migration, migrate } = await guelaguetza();
      await migrate();
      await own.sql("DROP SCHEMA golive CASCADE");
      await migration(INIT, `${PRODUCTS};\n`);
      assert.match(logOf(await migrate()), new RegExp(`${INIT} was applied, and has changed since`));
    });
  });

  describe("golang-migrate", () => {
    const NAME = "20260301_version";
    const STEPS = ["read 0", "begin 0", "migrate 0", "verify 0", "receipt 0"];

    async function shop() {
      const { own, migrate } = await application("golang-migrate", [PRODUCTS], "nothing");
      const programs = [path.dirname(await findTool("migrate"))];
      const migration = (text: string) => own.file("/migrations", `${NAME}.up.sql`, text);
      await own.file("/migrations", "20260101_first.up.sql", "CREATE TABLE first ();");
      await own.file("/migrations", "20260101_first.down.sql", "DROP TABLE first;");
      await own.file("/migrations", `${NAME}.down.sql`, 'ALTER TABLE "Product" DROP COLUMN version;');
      await migration(ADD_VERSION);
      const run = (args?: Partial<MigrationJobArgs>, exception?: Exception) =>
        migrate(args, { query: "?sslmode=disable", programs, ...exception });
      return { own, migration, migrate: run };
    }

    it("G3 applies what is not applied, is not run again, and is taken back and applied anew", async () => {
      const { own, migrate } = await shop();
      assert.deepEqual(codes(await migrate()), STEPS);
      assert.match(logOf(await migrate(), "begin"), /nothing to do: v1\.2\.0/);
      assert.match(
        logOf(await own.reverse("v1.2.0", "golang-migrate")),
        /^20260301_version: taken back\n20260101_first: taken back\n$/,
      );
      assert.equal(await own.sql("SELECT count(*) FROM schema_migrations"), "0");
      assert.deepEqual(codes(await migrate()), STEPS);
    });

    it("G3 a dirty version that the server refused left nothing, and runs again once it is mended", async () => {
      const { own, migration, migrate } = await shop();
      await migration(`${ADD_VERSION}SELECT * FROM nowhere;`);
      const failed = await migrate();
      assert.deepEqual(codes(failed).slice(-1), ["migrate 1"]);
      assert.equal(await own.sql("SELECT version, dirty FROM schema_migrations"), "20260301|t");
      await migration(ADD_VERSION);
      const mended = await migrate();
      assert.match(
        logOf(mended, "begin"),
        new RegExp(`${NAME}: failed before, and left nothing: it runs again`),
      );
      assert.deepEqual(codes(mended), STEPS);
    });

    it("G3 a dirty version that was cut off is refused with what to look at and to run", async () => {
      const { own, migration, migrate } = await shop();
      await migration(`${ADD_VERSION}SELECT pg_sleep(60);`);
      await migrate(
        {},
        {
          begun: (name, { kill }) => {
            if (name !== "migrate") return;
            void waitUntil(
              "the migration",
              async () => (await own.sql(`SELECT count(*) ${SLEEPS}`)) !== "0",
            ).then(() => {
              kill("migrate");
            });
          },
        },
      );
      await own.sql(`SELECT pg_terminate_backend(pid, 5000) ${SLEEPS}`);
      await migration(ADD_VERSION);
      assert.match(
        logOf(await migrate()),
        new RegExp(`${NAME} began, did not end, .* migrate force <the version of ${NAME}`),
      );
      await own.sql("UPDATE schema_migrations SET version = 20260101, dirty = false");
      assert.deepEqual(codes(await migrate()), STEPS);
    });

    it("G3 does not begin what x-multi-statement would leave half applied", async () => {
      const { own, migrate } = await shop();
      const refused = await migrate({}, { query: "?sslmode=disable&x-multi-statement=true" });
      assert.match(logOf(refused), /x-multi-statement=true would leave a migration half applied/);
      assert.equal(await own.sql("SELECT to_regclass('schema_migrations') IS NULL"), "t");
    });
  });

  describe("db-migrate", () => {
    const NAME = "20260301000000-add-version";
    const js = (statement: string) => `exports.up = (db) => db.runSql(${JSON.stringify(statement)});
exports.down = (db) => db.runSql('ALTER TABLE "Product" DROP COLUMN version');
exports._meta = { version: 1 };
`;

    it("S3 S4 applies what is not applied, each with its entry in one transaction, and runs again once it is mended", async () => {
      const { own, migrate, file } = await application("db-migrate", [PRODUCTS]);
      await file(`migrations/${NAME}.js`, js(`${ADD_VERSION}SELECT * FROM nowhere;`));
      const failed = await migrate();
      assert.deepEqual(codes(failed).slice(-1), ["migrate 1"], logOf(failed));
      assert.deepEqual(await own.runs(), ["v1.2.0 failed in migrate"]);
      await file(`migrations/${NAME}.js`, js(ADD_VERSION));
      const ended = await migrate();
      assert.deepEqual(
        codes(ended),
        ["read 0", "begin 0", "migrate 0", "verify 0", "receipt 0"],
        logOf(ended),
      );
      await file(`migrations/${NAME}.js`, js(`${ADD_VERSION} `));
      assert.match(
        logOf(await migrate()),
        new RegExp(`${NAME} was applied by v1\\.2\\.0, and has changed since`),
      );
    });

    it("S4 takes a table migrations of another form as it is, and goes by its own receipts", async () => {
      const { own, migrate, file } = await application("db-migrate", [PRODUCTS], "nothing");
      // A stand-in for db-migrate, of a project that keeps but its version.
      await file(
        "node_modules/.bin/db-migrate",
        `#!/bin/sh
exec psql "$DATABASE_URL" -qc 'CREATE TABLE IF NOT EXISTS migrations AS SELECT 20260301 AS version'`,
      );
      await file(`migrations/${NAME}.js`, js(ADD_VERSION));
      const args = { verify: [{ name: "version", sql: "SELECT version FROM migrations", equals: 20260301 }] };
      assert.match(logOf(await migrate(args), "begin"), new RegExp(`${NAME}: to be applied`));
      assert.match(logOf(await migrate(args), "begin"), /nothing to do/);
      assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
    });
  });
});
