import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { waitUntil } from "../support/cluster";
import { codes, logOf, MigrationShop, shops } from "../support/migration";

const NO_NEGATIVE_STOCK = {
  name: "no negative stock",
  sql: 'SELECT count(*) FROM "Product" WHERE stock < 0',
  equals: 0,
};

/** Whether somebody holds the table of orders. */
const LOCKED = `SELECT count(*) FROM pg_locks WHERE relation = '"Order"'::regclass AND mode = 'AccessExclusiveLock'`;

const SCHEMA = [
  `CREATE TABLE "Product" (id int PRIMARY KEY, stock int NOT NULL)`,
  `CREATE TABLE "Order" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product int NOT NULL REFERENCES "Product")`,
  `INSERT INTO "Product" SELECT id, id FROM generate_series(1, 10000) AS id`,
  `INSERT INTO "Order" (product) SELECT id FROM generate_series(1, 10000, 7) AS id`,
];
const COLUMNS = `SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND column_name IN ('version', 'state')`;

/** The way back of a migration: its recorded reverse, or the backup that was made before it. */
describe("a migration that is taken back", () => {
  const all = shops();

  async function shop(): Promise<MigrationShop> {
    const own = await all.open(SCHEMA);
    await own.file(
      "/migrations",
      "001-version.sql",
      `ALTER TABLE "Product" ADD COLUMN version int NOT NULL DEFAULT 1`,
    );
    await own.file("/migrations", "001-version.down.sql", `ALTER TABLE "Product" DROP COLUMN version;`);
    await own.file(
      "/migrations",
      "002-state.sql",
      `ALTER TABLE "Order" ADD COLUMN state text NOT NULL DEFAULT 'PAID'`,
    );
    await own.file("/migrations", "002-state.down.sql", `ALTER TABLE "Order" DROP COLUMN state;\nSELECT 1;`);
    return own;
  }
  const BACKUP = { backup: { storage: "1Gi" } };

  it("G14 S7 by its recorded reverse has the same rows as before, and is applied again by the next release", async () => {
    const own = await shop();
    const before = await own.checksums();
    await own.migrate(BACKUP);
    assert.notDeepEqual(await own.checksums(), before);
    for (const file of ["001-version.sql", "002-state.sql", "001-version.down.sql", "002-state.down.sql"]) {
      await own.remove("/migrations", file);
    }
    const back = await own.reverse();
    assert.deepEqual(codes(back), ["reverse 0"], logOf(back));
    assert.match(logOf(back), /002-state\.sql: taken back\n001-version\.sql: taken back\n$/);
    const { golive_migrations: books, ...rows } = await own.checksums();
    assert.ok(books !== undefined);
    assert.deepEqual(rows, before);
    assert.match(logOf(await own.reverse()), /^nothing of v1\.2\.0 is applied\n$/);
    await own.file(
      "/migrations",
      "001-version.sql",
      `ALTER TABLE "Product" ADD COLUMN version int NOT NULL DEFAULT 1`,
    );
    const again = await own.migrate(BACKUP);
    assert.match(logOf(again, "migrate"), /001-version\.sql: applied/);
  });

  it("G14 keeps what was written since, but for the columns that go", async () => {
    const own = await shop();
    await own.migrate();
    await own.sql(
      `UPDATE "Product" SET stock = stock - 1, version = version + 1; INSERT INTO "Order" (product) VALUES (1)`,
    );
    const written = await own.checksums("version", "state");
    await own.reverse();
    const { Product, Order } = await own.checksums();
    assert.deepEqual({ Product, Order }, { Product: written.Product, Order: written.Order });
  });

  it("G14 is refused by name without a recorded reverse, with one of several transactions, or where a later version stands on it", async () => {
    const own = await shop();
    await own.remove("/migrations", "001-version.down.sql");
    await own.file("/migrations", "002-state.down.sql", `ALTER TABLE "Order" DROP COLUMN state; COMMIT;`);
    await own.migrate();
    const refused = logOf(await own.reverse());
    assert.match(
      refused,
      /001-version\.sql has no reverse that was recorded\nthe reverse of 002-state\.sql is more than one transaction/,
    );
    await own.file("/migrations", "003-more.sql", "CREATE TABLE more ()");
    await own.file("/migrations", "003-more.down.sql", "DROP TABLE more");
    await own.migrate({ version: "v1.3.0" });
    assert.match(
      logOf(await own.reverse()),
      /003-more\.sql was applied after v1\.2\.0, by v1\.3\.0: take that back first/,
    );
    assert.match(logOf(await own.reverse("v1.3.0")), /^003-more\.sql: taken back\n$/);
    assert.equal(await own.sql(COLUMNS), "2");
  });

  it("G14 stays as it is where its reverse fails: all of them are one transaction", async () => {
    const own = await shop();
    await own.file("/migrations", "001-version.down.sql", "SELECT * FROM nowhere");
    await own.migrate();
    const after = await own.checksums();
    assert.deepEqual(codes(await own.reverse()), ["reverse 3"]);
    assert.deepEqual(await own.checksums(), after);
    assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
  });

  it("G2 G14 L12 L19 by its backup has the rows of every table as they were, is asked, and is applied again by the next release", async () => {
    const own = await shop();
    const before = await own.checksums();
    await own.migrate(BACKUP);
    await own.sql(`CREATE TABLE later (id int); DELETE FROM "Order"; UPDATE "Product" SET stock = -1`);
    assert.deepEqual(codes(await own.restore(undefined, [NO_NEGATIVE_STOCK])), ["restore 0", "verify 0"]);
    assert.deepEqual(await own.checksums(), before);
    // The dump was made within a run: what was restored says so, and the next run finishes it.
    assert.deepEqual(await own.runs(), ["v1.2.0 begun"]);
    assert.deepEqual(codes(await own.restore()), ["restore 0"]);
    await own.migrate(BACKUP);
    assert.equal(await own.sql(COLUMNS), "2");
  });

  it("G14 L19 a backup that is not there, is cut short, or meets somebody who holds a table leaves the database as it is", async () => {
    const own = await shop();
    await own.migrate(BACKUP);
    const after = await own.checksums();
    const [dump = ""] = await own.backups();
    assert.match(
      logOf(await own.restore("v9.9.9"), "restore"),
      /^the database is as it was: there is no .*v1\.2\.0-.*\.dump/,
    );
    const whole = await readFile(own.at("/backups", dump));
    await own.file("/backups", "short.dump", whole.subarray(0, whole.length - 100));
    assert.match(logOf(await own.restore("short.dump"), "restore"), /short\.dump cannot be read to its end/);
    const holder = own.sql(`BEGIN; LOCK TABLE "Order"; SELECT pg_sleep(20)`).catch(() => "ended");
    await waitUntil("the lock", async () => (await own.sql(LOCKED)) === "1");
    assert.match(
      logOf(await own.restore(dump), "restore"),
      /lock timeout[^]*the database is as it was: it does not take/,
    );
    await own.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()",
    );
    await holder;
    assert.deepEqual(await own.checksums(), after);
    assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
  });

  it("G14 L19 data that are false after it fail the Job, and are told by the question", async () => {
    const own = await shop();
    await own.sql(`UPDATE "Product" SET stock = -1 WHERE id = 7`);
    await own.migrate(BACKUP);
    const ended = await own.restore(undefined, [NO_NEGATIVE_STOCK]);
    assert.deepEqual(codes(ended), ["restore 0", "verify 1"]);
    assert.deepEqual(codes(await own.ask([NO_NEGATIVE_STOCK])), ["verify 1"]);
    await own.sql(`UPDATE "Product" SET stock = 0 WHERE id = 7`);
    assert.deepEqual(codes(await own.ask([NO_NEGATIVE_STOCK])), ["verify 0"]);
    assert.match(logOf(ended, "verify"), /failed: no negative stock: expected 0, found 1/);
  });
});
