import assert from "node:assert/strict";
import { symlink, truncate, unlink } from "node:fs/promises";
import Table from "cli-table3";
import { waitUntil } from "../support/cluster";
import { codes, type Exception, logOf, MigrationShop, shops } from "../support/migration";
import type { Ended } from "../support/pod";

const PRODUCTS = 10_000;
const SCHEMA = [
  `CREATE TABLE "Product" (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL)`,
  `CREATE TABLE "Order" (id int PRIMARY KEY, status text NOT NULL)`,
  `INSERT INTO "Product" SELECT id, 'product ' || id, id % 50 FROM generate_series(1, ${PRODUCTS}) AS id`,
  `INSERT INTO "Order" SELECT id, 'PAID' FROM generate_series(1, 2000) AS id`,
];
const FILE = "001-version.sql";
/** The document's column, and the orders' too: two statements, of which half could be applied. */
const MIGRATION = `ALTER TABLE "Product" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "Order" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
`;
/** The same, so slow that something may befall it between the two. */
const SLOW = MIGRATION.replace("\n", "\nSELECT pg_sleep(60);\n");
const PARTIAL = "v1.2.0.partial";
const RELEASE = {
  backup: { storage: "1Gi" },
  verify: [
    { name: "versions", sql: 'SELECT count(*) FROM "Product" WHERE version = 1', equals: PRODUCTS },
    { name: "no negative stock", sql: 'SELECT count(*) FROM "Product" WHERE stock < 0', equals: 0 },
  ],
};

type State = "before" | "after";

interface Fault {
  readonly fault: string;
  /** Makes it; gives what is unlike other runs. */
  readonly arrange: (shop: MigrationShop) => Exception | Promise<Exception>;
  readonly args?: object;
  /** Last step of the run, with its code. */
  readonly stops: string;
  readonly says: RegExp;
  readonly state: State;
  /** What the database has of the run. @default - its step, as failed */
  readonly receipt?: string;
  /** Ends the cause. */
  readonly mend: (shop: MigrationShop) => unknown;
  /** What the second run says of the first. */
  readonly second?: RegExp;
}

const SLEEPS = "FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'pg_sleep'";
const sleeping = (shop: MigrationShop) =>
  waitUntil(
    "the migration",
    async () => (await shop.sql(`SELECT count(*) ${SLEEPS} AND pid <> pg_backend_pid()`)) !== "0",
  );
const migration = (shop: MigrationShop, text: string) => shop.file("/migrations", FILE, text);

/** Does something once the slow migration is between its statements. */
const between = async (
  shop: MigrationShop,
  act: (fate: Parameters<NonNullable<Exception["begun"]>>[1]) => unknown,
): Promise<Exception> => {
  await migration(shop, SLOW);
  return {
    begun: (name, fate) => {
      if (name === "migrate") void sleeping(shop).then(() => act(fate));
    },
  };
};

const FAULTS: readonly Fault[] = [
  {
    fault: "dump empty",
    arrange: (shop) => ({
      before: async (name) => {
        if (name === "check-backup") await truncate(shop.at("/backups", PARTIAL), 0);
      },
    }),
    stops: "check-backup 1",
    says: /no backup: .* is empty/,
    state: "before",
    mend: () => undefined,
  },
  {
    fault: "disk full while dumping",
    arrange: async (shop) => {
      await symlink("/dev/full", shop.at("/backups", PARTIAL));
      return {};
    },
    stops: "backup 1",
    says: /No space left on device/,
    state: "before",
    mend: (shop) => unlink(shop.at("/backups", PARTIAL)),
  },
  {
    fault: "dump truncated",
    arrange: (shop) => ({
      before: async (name) => {
        if (name === "check-backup") await truncate(shop.at("/backups", PARTIAL), 20_000);
      },
    }),
    stops: "check-backup 1",
    says: /no backup: .* cannot be read to its end/,
    state: "before",
    mend: () => undefined,
  },
  {
    fault: "syntax error",
    arrange: async (shop) => {
      await migration(shop, MIGRATION.replace('ALTER TABLE "Order"', 'ALTR TABLE "Order"'));
      return {};
    },
    stops: "migrate 3",
    says: /syntax error at or near "ALTR"/,
    state: "before",
    mend: (shop) => migration(shop, MIGRATION),
  },
  {
    fault: "half applied: the second statement fails",
    arrange: async (shop) => {
      await migration(shop, MIGRATION.replace('TABLE "Order"', 'TABLE "Orders"'));
      return {};
    },
    stops: "migrate 3",
    says: /relation "Orders" does not exist/,
    state: "before",
    mend: (shop) => migration(shop, MIGRATION),
  },
  {
    fault: "half applied: COMMIT in the midst",
    arrange: async (shop) => {
      await migration(shop, MIGRATION.replace("\n", "\nCOMMIT;\n"));
      return {};
    },
    stops: "begin 3",
    says: /001-version\.sql is more than one transaction/,
    state: "before",
    receipt: "",
    mend: (shop) => migration(shop, MIGRATION),
  },
  {
    fault: "table lock not obtained",
    args: { lockSeconds: 1 },
    arrange: (shop) => {
      void shop.sql(`BEGIN; LOCK "Product" IN ACCESS SHARE MODE; SELECT pg_sleep(60)`).catch(() => undefined);
      return sleeping(shop).then(() => ({}));
    },
    stops: "migrate 3",
    says: /canceling statement due to lock timeout/,
    state: "before",
    mend: (shop) => shop.sql(`SELECT pg_terminate_backend(pid, 5000) ${SLEEPS} AND pid <> pg_backend_pid()`),
  },
  {
    fault: "statement over its deadline",
    args: { statementSeconds: 1 },
    arrange: async (shop) => {
      await migration(shop, SLOW);
      return {};
    },
    stops: "migrate 3",
    says: /canceling statement due to statement timeout/,
    state: "before",
    mend: (shop) => migration(shop, MIGRATION),
  },
  {
    fault: "another release holds the lock",
    args: { waitSeconds: 1 },
    arrange: (shop) => {
      void shop.sql("SELECT pg_advisory_lock(113639773435493), pg_sleep(60)").catch(() => undefined);
      return sleeping(shop).then(() => ({}));
    },
    stops: "begin 1",
    says: /the database's lock was not to be had within 1 s .* it is held by: /,
    state: "before",
    receipt: "",
    mend: (shop) => shop.sql(`SELECT pg_terminate_backend(pid, 5000) ${SLEEPS} AND pid <> pg_backend_pid()`),
  },
  {
    fault: "verification false",
    arrange: async (shop) => {
      await shop.sql('UPDATE "Product" SET stock = -1 WHERE id = 7');
      return {};
    },
    stops: "verify 1",
    says: /failed: no negative stock: expected 0, found 1/,
    state: "after",
    mend: (shop) => shop.sql('UPDATE "Product" SET stock = 7 WHERE id = 7'),
    second: /001-version\.sql: applied before/,
  },
  {
    fault: "connection lost while migrating",
    arrange: (shop) =>
      between(shop, () => shop.sql(`SELECT pg_terminate_backend(pid) ${SLEEPS} AND pid <> pg_backend_pid()`)),
    stops: "migrate 2",
    says: /terminating connection due to administrator command|server closed the connection/,
    state: "before",
    mend: (shop) => migration(shop, MIGRATION),
  },
  {
    fault: "process killed while migrating",
    arrange: (shop) =>
      between(shop, ({ kill }) => {
        kill("migrate");
      }),
    stops: "migrate 137",
    says: /^$/,
    state: "before",
    mend: async (shop) => {
      await migration(shop, MIGRATION);
      await shop.sql(`SELECT pg_cancel_backend(pid) ${SLEEPS} AND pid <> pg_backend_pid()`);
    },
  },
  {
    fault: "node lost while migrating",
    arrange: (shop) =>
      between(shop, ({ lose }) => {
        lose();
      }),
    stops: "migrate 137",
    says: /^$/,
    state: "before",
    receipt: "v1.2.0 begun",
    mend: async (shop) => {
      await migration(shop, MIGRATION);
      await shop.sql(`SELECT pg_cancel_backend(pid) ${SLEEPS} AND pid <> pg_backend_pid()`);
    },
    second: /did not end: its pod was lost/,
  },
  {
    fault: "node lost before the receipt",
    arrange: () => ({
      begun: (name, { lose }) => {
        if (name === "receipt") lose();
      },
    }),
    stops: "receipt 137",
    says: /^$/,
    state: "after",
    receipt: "v1.2.0 begun",
    mend: () => undefined,
    second: /did not end: its pod was lost/,
  },
];

/** Rows of each table without what the migration adds, as a checksum. */
const SUMS = `SELECT md5(string_agg(p.id || name || stock, ',' ORDER BY p.id)) FROM "Product" p
  UNION ALL SELECT md5(string_agg(o.id || status, ',' ORDER BY o.id)) FROM "Order" o`;
const ROWS = `SELECT (SELECT count(*) FROM "Product") + (SELECT count(*) FROM "Order")`;
const COLUMNS = `SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.columns
  WHERE table_schema = 'public' AND column_name = 'version'`;

/** Before, after, or what it is between the two. */
async function stateOf(shop: MigrationShop): Promise<string> {
  const columns = await shop.sql(COLUMNS);
  const books = await shop.sql("SELECT to_regclass('golive_migrations') IS NOT NULL");
  const applied = books === "t" ? await shop.sql("SELECT count(*) FROM golive_migrations") : "0";
  if (columns === "" && applied === "0") return "before";
  return columns === "Order Product" && applied === "1" ? "after" : `between: ${columns}, ${applied} applied`;
}

/** The Job's own commands on a real PostgreSQL; each fault is real but a full disk, which is /dev/full. */
describe("what may befall a migration", () => {
  const all = shops();
  const table = new Table({
    head: ["fault", "state found", "told by", "action of the second run", "rows lost"],
    style: { head: [], border: [] },
  });

  after(() => console.log(table.toString()));

  async function shop(): Promise<MigrationShop> {
    const own = await all.open(SCHEMA);
    await migration(own, MIGRATION);
    return own;
  }

  const lastOf = (ended: readonly Ended[]) => codes(ended).at(-1);

  it("G2 G3 nothing: 10 000 products have version 1, and a second run changes nothing", async () => {
    const own = await shop();
    const sums = await own.sql(SUMS);
    assert.equal(lastOf(await own.migrate(RELEASE)), "receipt 0");
    assert.equal(await stateOf(own), "after");
    assert.equal(await own.sql(SUMS), sums);
    assert.equal(lastOf(await own.migrate(RELEASE)), "receipt 0");
    assert.deepEqual(await own.runs(), ["v1.2.0 finished"]);
    table.push(["none", "after", "receipt", "nothing to do", 0]);
  });

  for (const { fault, arrange, args = {}, stops, says, state, receipt, mend, second } of FAULTS) {
    it(`G2 G3 L11 ${fault}: the database is as ${state}, says where, and a second run finishes`, async () => {
      const own = await shop();
      const sums = await own.sql(SUMS);
      const rows = await own.sql(ROWS);
      const exception = await arrange(own);
      const ended = await own.migrate({ ...RELEASE, ...args }, exception);
      assert.equal(lastOf(ended), stops, logOf(ended));
      assert.match(logOf(ended), says);
      await mend(own);
      await waitUntil(`the state ${state}`, async () => (await stateOf(own)) === state, 10);
      const told = receipt ?? `v1.2.0 failed in ${stops.split(" ")[0] ?? ""}`;
      assert.equal((await own.runs()).at(-1) ?? "", told);
      const next = await own.migrate(RELEASE);
      assert.equal(lastOf(next), "receipt 0", logOf(next));
      assert.equal(await stateOf(own), "after");
      assert.match(logOf(next, "begin"), second ?? /./);
      assert.equal(await own.sql(SUMS), sums);
      const lost = Number(rows) - Number(await own.sql(ROWS));
      assert.equal(lost, 0);
      table.push([fault, state, told === "" ? `the step ${stops}` : `receipt: ${told}`, "finishes", lost]);
    });
  }
});
