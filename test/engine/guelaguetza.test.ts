import assert from "node:assert/strict";
import path from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../engine/cache";
import { readStackFile } from "../../settings";
import { GUELAGUETZA, GUELAGUETZA_QUERIES } from "../../observability/sql/guelaguetza";
import { verifications } from "../../observability/sql/query";
import { smokePlan } from "../../systems/guelaguetza-smoke";
import {
  type Answer,
  type Received,
  type Routes,
  startServer,
  type TestServer,
} from "../support/http-server";
import { runK6 } from "../support/k6";
import { Postgres } from "../support/postgres";

/** The tables that the document's queries name, before and after its migration. */
const TABLES = [
  `CREATE TABLE "Product" (id int PRIMARY KEY, name text NOT NULL, stock int NOT NULL, "updatedAt" timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE "Order" (id int PRIMARY KEY, status text NOT NULL, "createdAt" timestamptz NOT NULL DEFAULT now())`,
  `INSERT INTO "Product" (id, name, stock) VALUES (1, 'alebrije', 3), (2, 'rebozo', 0)`,
  `INSERT INTO "Order" (id, status) VALUES (1, 'PAID'), (2, 'PAID'), (3, 'CANCELLED')`,
];
const MIGRATION = `ALTER TABLE "Product" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1`;

describe("Guelaguetza's queries on PostgreSQL", () => {
  let postgres: Postgres;
  const ask = ({ sql }: { readonly sql: string }) => postgres.sql("shop", sql);
  const answers = async () => {
    const all = verifications(GUELAGUETZA_QUERIES, { once: true });
    return Promise.all(all.map(async (query) => (await ask(query)) === String(query.equals)));
  };

  before(async () => {
    postgres = await Postgres.start();
    await postgres.database("shop", ...TABLES);
  });
  after(() => postgres.stop());

  it("G4 find the column missing, then there with version 1 everywhere", async () => {
    assert.equal(await ask(GUELAGUETZA.versionColumn), "");
    await postgres.sql("shop", MIGRATION);
    assert.deepEqual(await answers(), [true, true, true, true]);
  });

  it("G4 let a sale raise a version, and find a negative stock and a version below 1", async () => {
    await postgres.sql("shop", `UPDATE "Product" SET stock = 2, version = 2 WHERE id = 1`);
    assert.deepEqual(await answers(), [true, true, false, true]);
    await postgres.sql("shop", `UPDATE "Product" SET stock = -1, version = 0 WHERE id = 2`);
    assert.deepEqual(await answers(), [true, false, false, false]);
  });

  it("G4 report versions, sold products and orders by state", async () => {
    assert.equal(await ask(GUELAGUETZA.versions), "0|2|1.00");
    assert.match(await ask(GUELAGUETZA.soldProducts), /^1\|alebrije\|2\|2\n2\|rebozo\|0\|-1$/);
    assert.equal(await ask(GUELAGUETZA.ordersByState), "CANCELLED|1\nPAID|2");
  });
});

const cart = z.object({ productId: z.string(), quantity: z.number() });

/** A marketplace with carts; `oversells` lets two checkouts at once both win. */
function marketplace({ oversells = false, shortOfStock = 400 } = {}): Routes {
  const carts = new Map<string, number>();
  const account = ({ headers }: Received) => headers.authorization ?? "";
  return {
    "GET /health": { json: { status: "ok" } },
    "POST /api/marketplace/cart/items": (request): Answer => {
      const { quantity } = cart.parse(JSON.parse(request.body));
      carts.set(account(request), (carts.get(account(request)) ?? 0) + quantity);
      return { status: 201 };
    },
    "POST /api/marketplace/checkout": (request): Answer => {
      const wanted = carts.get(account(request)) ?? 0;
      if (account(request) === "Bearer ") return { status: 401 };
      if (wanted === 0) return { status: 409, json: { error: "ConcurrencyError" } };
      if (wanted > 100) return { status: shortOfStock, json: { error: "Stock insuficiente" } };
      if (!oversells) carts.delete(account(request));
      return { status: 201 };
    },
  };
}

describe("Guelaguetza's smoke test by k6", () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const run = async (routes: Routes) => {
    const { guelaguetza } = readStackFile(path.join(repositoryRoot, "Pulumi.staging.yaml")).systems;
    assert.ok(guelaguetza);
    server = await startServer(routes);
    const secrets = { BUYER_TOKEN: "buyer-7f3a", OVERBUYER_TOKEN: "overbuyer-91c2" };
    return runK6({ ...smokePlan(guelaguetza), baseUrl: server.url }, { secrets });
  };

  it("G5 G11 passes: health, checkout 201, Stock insuficiente 400, exactly one of five at once; again with the same accounts", async () => {
    const routes = marketplace();
    for (const time of [1, 2]) {
      const { code, output, summary } = await run(routes);
      assert.equal(code, 0, `run ${time}: ${output}`);
      assert.deepEqual(
        [summary.steps.passed.length, summary.steps.failed, summary.steps.notReached],
        [7, [], []],
      );
      assert.doesNotMatch(output, /7f3a|91c2/);
      await server?.close();
    }
  });

  for (const [what, routes, fault] of [
    ["two checkouts win", marketplace({ oversells: true }), /simultáneos/],
    ["too little stock is sold", marketplace({ shortOfStock: 201 }), /stock insuficiente/],
  ] as const) {
    it(`G5 fails where ${what}`, async () => {
      const { code, summary } = await run(routes);
      assert.notEqual(code, 0);
      assert.match(summary.faults.join("\n"), fault);
    });
  }
});
