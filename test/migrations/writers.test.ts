import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import Table from "cli-table3";
import { waitUntil } from "../support/cluster";
import { codes, logOf, MigrationShop, shops } from "../support/migration";

const SCHEMA = [
  `CREATE TABLE "Product" (id int PRIMARY KEY, stock int NOT NULL, first int NOT NULL)`,
  `CREATE TABLE "Order" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product int NOT NULL REFERENCES "Product")`,
  `INSERT INTO "Product" SELECT id, id % 40, id % 40 FROM generate_series(1, 10000) AS id`,
  `CREATE INDEX ON "Order" (product)`,
];

/** A checkout as an application makes it: reads the stock, and writes what is left, in one transaction. Few products, so that they meet. */
const CHECKOUT = `\\set id random(1, 40)
BEGIN;
SELECT stock FROM "Product" WHERE id = :id FOR UPDATE \\gset
\\if :stock > 0
UPDATE "Product" SET stock = :stock - 1 WHERE id = :id;
INSERT INTO "Order" (product) VALUES (:id);
\\endif
COMMIT;
\\set id random(41, 10000)
BEGIN;
SELECT stock FROM "Product" WHERE id = :id FOR UPDATE \\gset
\\if :stock > 0
UPDATE "Product" SET stock = :stock - 1 WHERE id = :id;
INSERT INTO "Order" (product) VALUES (:id);
\\endif
COMMIT;
`;
const LOST = `SELECT count(*) FROM "Product" p WHERE first - stock <> (SELECT count(*) FROM "Order" WHERE product = p.id)`;
const NEGATIVE = `SELECT count(*) FROM "Product" WHERE stock < 0`;
const ADD_VERSION = `ALTER TABLE "Product" ADD COLUMN version int NOT NULL DEFAULT 1;
ALTER TABLE "Order" ADD COLUMN state text NOT NULL DEFAULT 'PAID';
`;
const VERIFY = [{ name: "no negative stock", sql: NEGATIVE, equals: 0 }];

/** Checkouts by pgbench, while something else is done to the database. */
describe("checkouts during a migration", () => {
  const all = shops();
  const table = new Table({
    head: ["while", "pairs of checkouts", "p50", "p99", "longest", "lost updates", "negative stock"],
    style: { head: [], border: [] },
  });

  after(() => console.log(table.toString()));

  async function shop(): Promise<MigrationShop> {
    const own = await all.open(SCHEMA);
    await own.file("/migrations", "001-version.sql", ADD_VERSION);
    return own;
  }

  /** Buyers check out until the work is done; gives how long each pair of checkouts took, in milliseconds, in order. */
  async function during(own: MigrationShop, work: () => Promise<unknown>): Promise<readonly number[]> {
    const script = own.at("/tmp", "checkout.sql");
    await writeFile(script, CHECKOUT);
    const log = own.at("/tmp", "latency");
    const options = [
      "--no-vacuum",
      "--client=6",
      "--time=600",
      "--log",
      `--log-prefix=${log}`,
      "--file",
      script,
    ];
    const bench = spawn(path.join(all.postgres.bin, "pgbench"), [...options, own.url], { stdio: "ignore" });
    const ended = once(bench, "exit");
    await waitUntil(
      "the first orders",
      async () => Number(await own.sql(`SELECT count(*) FROM "Order"`)) > 100,
    );
    await work();
    const before = Number(await own.sql(`SELECT count(*) FROM "Order"`));
    await waitUntil(
      "orders after it",
      async () => Number(await own.sql(`SELECT count(*) FROM "Order"`)) > before + 50,
    );
    // pgbench writes its log as it ends in its own way, which a signal is not: its connections are ended instead.
    await own.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgbench'",
    );
    await ended;
    const files = (await readdir(path.dirname(log))).filter((name) => name.startsWith("latency"));
    const lines = await Promise.all(
      files.map((name) => readFile(path.join(path.dirname(log), name), "utf8")),
    );
    const waits = lines.flatMap((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => Number(line.split(" ")[2]) / 1000),
    );
    return waits.filter(Number.isFinite).sort((a, b) => a - b);
  }

  async function tell(what: string, own: MigrationShop, waits: readonly number[]): Promise<void> {
    const at = (share: number) => `${(waits[Math.floor(share * (waits.length - 1))] ?? 0).toFixed(1)} ms`;
    const [lost, negative] = [await own.sql(LOST), await own.sql(NEGATIVE)];
    table.push([what, waits.length, at(0.5), at(0.99), at(1), lost, negative]);
    assert.ok(waits.length > 100);
    assert.equal(lost, "0");
    assert.equal(negative, "0");
  }

  it("G4 nothing else happens: what it is measured by", async () => {
    const own = await shop();
    const waits = await during(own, async () => {
      await waitUntil(
        "a few thousand orders",
        async () => Number(await own.sql(`SELECT count(*) FROM "Order"`)) > 3000,
      );
    });
    await tell("nothing else happens", own, waits);
  });

  it("G3 G4 a migration, with its backup, loses no update and leaves no stock negative", async () => {
    const own = await shop();
    const waits = await during(own, async () => {
      const ended = await own.migrate({ backup: { storage: "1Gi" }, verify: VERIFY });
      assert.deepEqual(codes(ended).slice(-1), ["receipt 0"], logOf(ended));
    });
    await tell("a migration with its backup", own, waits);
    assert.equal(await own.sql(`SELECT count(*) FROM "Product" WHERE version = 1`), "10000");
  });

  it("G3 a migration behind a long report gives up its place in the queue, and buyers go on", async () => {
    const own = await shop();
    const report = "FROM pg_stat_activity WHERE query ~ '^LOCK' AND pid <> pg_backend_pid()";
    void own.sql(`LOCK "Product" IN ACCESS SHARE MODE; SELECT pg_sleep(120)`).catch(() => undefined);
    await waitUntil("the report", async () => (await own.sql(`SELECT count(*) ${report}`)) !== "0");
    const waits = await during(own, async () => {
      const ended = await own.migrate({ lockSeconds: 1 });
      assert.deepEqual(codes(ended).slice(-1), ["migrate 3"]);
      assert.match(logOf(ended), /canceling statement due to lock timeout/);
    });
    await own.sql(`SELECT pg_terminate_backend(pid, 5000) ${report}`);
    await tell("a migration that waits 1 s for a report, in vain", own, waits);
    assert.equal(await own.sql("SELECT count(*) FROM golive_migrations"), "0");
  });
});
