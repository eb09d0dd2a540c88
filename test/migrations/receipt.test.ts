import assert from "node:assert/strict";
import { waitUntil } from "../support/cluster";
import { IS_LOCK } from "../../components/migration/receipt";
import { codes, logOf, MigrationShop, shops } from "../support/migration";
import { type Routes, startServer, type TestServer } from "../support/http-server";

const PRODUCTS = `CREATE TABLE "Product" (id int PRIMARY KEY, stock int NOT NULL);
INSERT INTO "Product" SELECT id, id FROM generate_series(1, 100) AS id`;
const ADD_VERSION = `ALTER TABLE "Product" ADD COLUMN version int NOT NULL DEFAULT 1;\n`;
const BACKUP = { storage: "1Gi" };
const STEPS = ["read", "begin", "backup", "check-backup", "migrate", "verify", "receipt"];
const ALL = STEPS.map((name) => `${name} 0`);
const VERIFY = [{ name: "versions", sql: 'SELECT count(*) FROM "Product" WHERE version = 1', equals: 100 }];
const ARGS = { backup: BACKUP, verify: VERIFY };

/** The receipt in the database, whatever becomes of the Job; on a real PostgreSQL. */
describe("the receipt of a migration", () => {
  const all = shops();

  async function shop(): Promise<MigrationShop> {
    const own = await all.open([PRODUCTS]);
    await own.file("/migrations", "001-version.sql", ADD_VERSION);
    return own;
  }

  it("L11 G3 a Job that runs again, after a time to live, a refresh or on another cluster, changes nothing and asks again", async () => {
    const own = await shop();
    const first = await own.migrate(ARGS);
    assert.deepEqual(codes(first), ALL);
    assert.deepEqual(
      first.filter(({ code }) => code !== 0),
      [],
    );
    const [dump] = await own.backups();
    await own.sql('UPDATE "Product" SET stock = stock - 1');
    const again = await own.migrate(ARGS);
    assert.deepEqual(codes(again), ALL);
    assert.match(logOf(again, "begin"), /^001-version\.sql: applied before\nnothing to do: v1\.2\.0 was/);
    for (const step of ["backup", "check-backup", "migrate", "receipt"]) {
      assert.equal(logOf(again, step), "nothing to do\n");
    }
    assert.match(logOf(again, "verify"), /^ok: versions: 100/);
    assert.deepEqual(await own.backups(), [dump]);
    assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
  });

  it("L11 another version, or another image of the same, is a run of its own; going back to one that has its receipt is none", async () => {
    const own = await shop();
    await own.migrate(ARGS);
    assert.deepEqual(
      codes(await own.migrate({ ...ARGS, image: "registry.example.com/shop:v1.2.0@sha256:1" })),
      ALL,
    );
    await own.file("/migrations", "002-state.sql", `ALTER TABLE "Product" ADD COLUMN state text`);
    assert.deepEqual(codes(await own.migrate({ ...ARGS, version: "v1.3.0" })), ALL);
    assert.deepEqual(await own.runs(), ["v1.2.0 finished", "v1.2.0 finished", "v1.3.0 finished"]);
    await own.remove("/migrations", "002-state.sql");
    const back = await own.migrate(ARGS);
    assert.match(
      logOf(back, "begin"),
      /002-state\.sql: applied, and not of this version\nnothing to do: v1\.2\.0/,
    );
    assert.equal((await own.runs()).length, 3);
  });

  it("G3 a migration that was applied and has changed is refused by name, and so are all others with it", async () => {
    const own = await shop();
    await own.migrate(ARGS);
    await own.file("/migrations", "001-version.sql", ADD_VERSION.replace("int", "bigint"));
    await own.file("/migrations", "002-state.sql", `ALTER TABLE "Product" ADD COLUMN state text`);
    const refused = await own.migrate({ ...ARGS, version: "v1.3.0" });
    assert.deepEqual(codes(refused), ["read 0", "begin 3"]);
    assert.match(
      logOf(refused),
      /ERROR: +001-version\.sql was applied by v1\.2\.0, and has changed since: leave it as it was/,
    );
    assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
    await own.file("/migrations", "001-version.sql", ADD_VERSION);
    assert.deepEqual(codes(await own.migrate({ ...ARGS, version: "v1.3.0" })), ALL);
  });

  it("G4 what holds only right after the migration is asked then, and not of a run that applies none", async () => {
    const own = await shop();
    const versions = { ...ARGS, verify: [...VERIFY.map((query) => ({ ...query, once: true as const }))] };
    assert.match(logOf(await own.migrate(versions), "verify"), /^ok: versions: 100\n$/);
    await own.sql('UPDATE "Product" SET version = version + 1');
    for (const next of [versions, { ...versions, version: "v1.3.0" }]) {
      const ended = await own.migrate(next);
      assert.match(
        logOf(ended, "verify"),
        /^no migration was applied now: what holds right after one is not asked\n$/,
      );
      assert.deepEqual(codes(ended), ALL);
    }
  });

  it("G3 G14 a migration that was taken back, by whom ever, is not skipped", async () => {
    const own = await shop();
    await own.migrate(ARGS);
    await own.sql('ALTER TABLE "Product" DROP COLUMN version; DELETE FROM golive_migrations');
    const again = await own.migrate(ARGS);
    assert.deepEqual(codes(again), ALL);
    assert.match(logOf(again, "migrate"), /001-version\.sql: applied/);
  });

  it("G3 G4 a run that failed is in the database with its step, the next one tells of it and finishes", async () => {
    const own = await shop();
    const wrong = [{ name: "versions", sql: 'SELECT min(version) FROM "Product"', equals: 7 }];
    const failed = await own.migrate({ ...ARGS, verify: wrong });
    assert.deepEqual(codes(failed).slice(-1), ["verify 1"]);
    assert.deepEqual(await own.runs(), ["v1.2.0 failed in verify"]);
    const next = await own.migrate(ARGS);
    assert.match(
      logOf(next, "begin"),
      /^before: the run of v1\.2\.0 that began at .* failed in the step verify\n/,
    );
    assert.deepEqual(codes(next), ALL);
    assert.deepEqual(await own.runs(), ["v1.2.0 failed in verify", "v1.2.0 finished"]);
  });

  it("L11 keeps two releases apart: the second waits, then says who holds the lock", async () => {
    const own = await shop();
    await own.file("/migrations", "002-slow.sql", "SELECT pg_sleep(60); CREATE TABLE slow ();");
    const first = own.migrate({ ...ARGS, version: "v1.3.0" });
    await waitUntil(
      "the first migration",
      async () =>
        (await own.sql("SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'")) !== "0",
    );
    const second = await own.migrate({ ...ARGS, version: "v1.4.0", waitSeconds: 1 });
    assert.deepEqual(codes(second), ["read 0", "begin 1"]);
    assert.match(
      logOf(second),
      /the database's lock was not to be had within 1 s .*it is held by: shop-migration v1\.3\.0, connected since/,
    );
    await own.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'");
    assert.deepEqual(codes(await first).slice(-1), ["migrate 3"]);
    assert.deepEqual(await own.runs(), ["v1.3.0 failed in migrate"]);
  });

  it("L11 without its lock there is no receipt: another release may have been in between", async () => {
    const own = await shop();
    const lost = await own.migrate({
      ...ARGS,
      verify: [
        {
          name: "the end of the lock's session",
          sql: `SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_locks WHERE ${IS_LOCK}`,
          equals: 1,
        },
      ],
    });
    assert.deepEqual(codes(lost).slice(-2), ["verify 0", "receipt 3"]);
    assert.deepEqual(await own.runs(), ["v1.2.0 failed in receipt"], logOf(lost));
    assert.match(logOf(lost), /the connection that held the lock is lost/);
    assert.deepEqual(codes(await own.migrate(ARGS)), ALL);
  });

  describe("maintenance", () => {
    const WITH_MAINTENANCE = ALL.toSpliced(4, 0, "maintenance-on 0").toSpliced(-1, 0, "maintenance-off 0");
    const keepingOut = ({ url }: TestServer) => ({
      ...ARGS,
      maintenance: { enable: `${url}/enable`, disable: `${url}/disable` },
    });
    const ROUTES = { "POST /enable": {}, "POST /disable": {} };

    async function withServer(routes: Routes, test: (server: TestServer) => Promise<void>) {
      const server = await startServer(routes);
      try {
        await test(server);
      } finally {
        await server.close();
      }
    }
    const asked = ({ received }: TestServer) => received.map(({ path: to }) => to);

    it("G10 is on while migrations are applied, and not where there are none", async () => {
      const own = await shop();
      await withServer(ROUTES, async (server) => {
        assert.deepEqual(codes(await own.migrate(keepingOut(server))), WITH_MAINTENANCE);
        assert.deepEqual(asked(server), ["/enable", "/disable"]);
        const next = await own.migrate({ ...keepingOut(server), version: "v1.3.0" });
        assert.match(logOf(next, "maintenance-on"), /no migration is to be applied: users are served/);
        assert.equal(server.received.length, 2);
      });
    });

    it("G10 is off again after a step that fails, one that is killed, and a deadline", async () => {
      const own = await shop();
      await own.file("/migrations", "002-slow.sql", "SELECT pg_sleep(60)");
      await withServer(ROUTES, async (server) => {
        const cancelled = own.migrate(keepingOut(server));
        const slow = "FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'";
        await waitUntil("the migration", async () => (await own.sql(`SELECT count(*) ${slow}`)) !== "0");
        assert.deepEqual(asked(server), ["/enable"]);
        await own.sql(`SELECT pg_cancel_backend(pid) ${slow}`);
        assert.deepEqual(codes(await cancelled).slice(-1), ["migrate 3"]);
        assert.deepEqual(asked(server), ["/enable", "/disable"]);
        const killed = await own.migrate(keepingOut(server), {
          begun: (name, { kill }) => {
            if (name === "migrate") kill(name);
          },
        });
        assert.deepEqual(codes(killed).slice(-1), ["migrate 137"]);
        assert.deepEqual(asked(server).slice(2), ["/enable", "/disable"]);
      });
    });

    it("G10 that cannot be turned on stops the migration; of an application that is not there yet it is none", async () => {
      const own = await shop();
      await withServer({ ...ROUTES, "POST /enable": { status: 403 } }, async (server) => {
        const refused = await own.migrate(keepingOut(server));
        assert.deepEqual(codes(refused).slice(-1), ["maintenance-on 1"]);
        assert.match(logOf(refused), /403/);
        assert.deepEqual(asked(server), ["/enable", "/disable"]);
      });
      assert.equal(await own.sql("SELECT to_regclass('golive_migrations') IS NULL"), "t");
      const nobody = await own.migrate(
        keepingOut({ url: "http://127.0.0.1:9", received: [], close: () => Promise.resolve() }),
      );
      assert.match(logOf(nobody, "maintenance-on"), /nothing answers there: there is nobody to keep out/);
      assert.deepEqual(codes(nobody), WITH_MAINTENANCE);
    });

    it("G10 that cannot be turned off fails the Job: nobody is kept out unseen", async () => {
      const own = await shop();
      await withServer({ ...ROUTES, "POST /disable": { status: 500 } }, async (server) => {
        const ended = await own.migrate(keepingOut(server));
        assert.deepEqual(codes(ended).slice(-1), ["maintenance-off 22"]);
        assert.deepEqual(await own.runs(), ["v1.2.0 failed in maintenance-off"]);
      });
    });
  });

  it("L5 G3 needs no more than the tables' owner may, once the schema golive is there", async () => {
    const own = await shop();
    await own.sql(
      `CREATE ROLE app LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO app; ALTER TABLE "Product" OWNER TO app`,
    );
    const asApp = { query: "?user=app" };
    const refused = await own.migrate(ARGS, asApp);
    assert.deepEqual(codes(refused), ["read 0", "begin 3"]);
    assert.match(logOf(refused), /permission denied for database/);
    await own.sql("CREATE SCHEMA golive AUTHORIZATION app");
    assert.deepEqual(codes(await own.migrate(ARGS, asApp)), ALL);
    assert.match(logOf(await own.migrate(ARGS, asApp), "begin"), /nothing to do/);
  });

  it("G3 begins nothing that could stay half applied", async () => {
    const own = await shop();
    const text = `ALTER TABLE "Product" ADD COLUMN a int; COMMIT; SELECT * FROM nowhere;`;
    await own.file("/migrations", "002-two.sql", text);
    const refused = await own.migrate(ARGS);
    assert.match(logOf(refused), /002-two\.sql is more than one transaction: where it fails/);
    assert.equal(await own.sql("SELECT to_regclass('golive_migrations') IS NULL"), "t");
    const innocent = `-- COMMIT;\nCREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN 'ROLLBACK'; END; $body$;
/* COMMIT */ CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1 AS "commit"; /* once more */ DO $$ BEGIN NULL; END $$;`;
    await own.file("/migrations", "002-two.sql", innocent);
    assert.deepEqual(codes(await own.migrate(ARGS)), ALL);
  });
});
