import assert from "node:assert/strict";
import { z } from "zod";
import type { SmokePlan } from "../../k6/plan";
import { readStackFile } from "../../settings";
import { loadPlan, smokePlan } from "../../systems/kometa-checks";
import {
  startServer,
  type Answer,
  type Received,
  type Routes,
  type TestServer,
} from "../support/http-server";
import { runK6, type K6Result } from "../support/k6";

const SECRETS = { USERNAME: "seller@example.com", PASSWORD: "s3ller-pass" };
const body = z.record(z.string(), z.unknown());
const fieldsOf = (request: Received) =>
  request.body.startsWith("{") ? body.parse(JSON.parse(request.body)) : {};

/** A marketplace in memory that does what Kometa's document asks of one. */
function marketplace(): Routes {
  const users = new Map<unknown, unknown>([[SECRETS.USERNAME, SECRETS.PASSWORD]]);
  const products = new Map<string, Record<string, unknown>>();
  const purchases: string[] = [];
  const out = new Set<string>();
  let buyer: unknown;
  let failures = 0;
  const whoIs = ({ headers: { authorization = "" } }: Received) => {
    const token = authorization.replace("Bearer ", "");
    return !out.has(token) && ["seller", "buyer"].includes(token) ? token : undefined;
  };
  const login = (request: Received): Answer => {
    const { email, password } = fieldsOf(request);
    if (email === undefined) return { status: 400, json: { error: "email" } };
    if (users.get(email) !== password) return { status: (failures += 1) > 20 ? 429 : 401, json: {} };
    return { json: { token: email === SECRETS.USERNAME ? "seller" : "buyer" } };
  };
  const create = (request: Received): Answer => {
    const who = whoIs(request);
    if (who !== "seller") return { status: who === undefined ? 401 : 403 };
    const { name, price, stock } = fieldsOf(request);
    if (typeof name !== "string" || name === "" || name.includes("<") || typeof price !== "number") {
      return { status: 422, json: { error: "name, price" } };
    }
    const id = `p${products.size + 1}`;
    products.set(id, { id, name, price, stock });
    return { status: 201, json: { id } };
  };
  const product = (request: Received): Answer => {
    const id = request.path.split("/").pop() ?? "";
    const known = products.get(id);
    if (known === undefined || known["gone"] === true) return { status: 404 };
    if (request.method === "DELETE") known["gone"] = true;
    if (request.method === "PUT") Object.assign(known, fieldsOf(request));
    return { json: known };
  };
  const buy = (request: Received): Answer => {
    const { productId, quantity } = fieldsOf(request);
    const offer = products.get(String(productId));
    const left = Number(offer?.["stock"]) - Number(quantity);
    if (offer === undefined || left < 0) return { status: 409 };
    offer["stock"] = left;
    purchases.push(`o${purchases.length + 1}`);
    return { status: 201, json: { id: purchases.at(-1) } };
  };
  const own = (answer: () => Answer) => (request: Received) =>
    whoIs(request) === undefined ? { status: 401 } : answer();
  const each = (id: string) =>
    Object.fromEntries(
      ["GET", "PUT", "DELETE"].map((method) => [`${method} /api/v1/products/${id}`, product]),
    );
  const HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
  return {
    "GET /health": { json: { status: "ok", version: "v1.2.3" }, headers: HEADERS },
    "GET /plain/health": { status: 301, headers: { location: "https://shop.example.com/health" } },
    "GET /api/v1/products": { json: [], headers: { "content-type": "application/json" } },
    "POST /api/v1/products": create,
    ...each("p1"),
    ...each("p2"),
    "POST /api/v1/auth/login": login,
    "POST /api/v1/auth/register": (request) => {
      const { email, password } = fieldsOf(request);
      buyer = email;
      users.set(email, password);
      return { status: 201 };
    },
    "POST /api/v1/auth/logout": () => {
      out.add("buyer");
      return { status: 204 };
    },
    "GET /api/v1/users/me": own(() => ({ json: { email: buyer } })),
    "GET /api/v1/users/me/purchases": own(() => ({ json: purchases })),
    "POST /api/v1/purchases": buy,
    "GET /api/v1/purchases/o1": own(() => ({ json: { id: "o1" } })),
  };
}

/** Kometa's own plans, run by real k6 against a marketplace in memory. */
describe("the checks of Kometa", () => {
  let server: TestServer | undefined;
  let tested: Parameters<typeof smokePlan>[0];

  before(() => {
    const { kometa } = readStackFile("Pulumi.develop.yaml").systems;
    assert.ok(kometa !== undefined);
    tested = kometa;
  });
  afterEach(() => server?.close());

  /** The plan as it is, but for where the host is: neither TLS nor the redirect to it is the service's own. */
  const here = (plan: SmokePlan, url: string): SmokePlan => ({
    ...plan,
    baseUrl: url,
    steps: plan.steps.map((step) => {
      if (!("path" in step)) return step;
      const path = step.path.replace(`http://${tested.host}`, `${url}/plain`);
      return "patience" in step ? { ...step, path, patience: 0 } : { ...step, path };
    }),
  });

  const run = async (changed: Routes = {}): Promise<K6Result> => {
    server = await startServer({ ...marketplace(), ...changed });
    return runK6(here(smokePlan(tested), server.url), { secrets: SECRETS });
  };

  it("K14 K15 K16 K19 K20 pass where the marketplace does what the document asks, step by step in its order", async () => {
    const { code, output, summary } = await run();
    assert.equal(code, 0, output);
    const names = smokePlan(tested).steps.map(({ name }) => name);
    assert.deepEqual(summary.steps, { passed: names, failed: [], notReached: [] });
    const order = [
      "Health check",
      "API principal",
      "Crear producto",
      "Procesar compra",
      "Protección XSS",
      "HTTPS habilitado",
    ];
    const places = order.map((name) => output.indexOf(name));
    assert.ok(!places.includes(-1), output);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.ok(!output.includes(SECRETS.PASSWORD));
  });

  const BROKEN: readonly [string, Routes, string][] = [
    ["K15 another version", { "GET /health": { json: { version: "v1.2.2" } } }, "Health check"],
    [
      "K15 a slow health check",
      { "GET /health": { json: { version: "v1.2.3" }, afterMs: 600 } },
      "Health check",
    ],
    [
      "K15 products that are no JSON",
      { "GET /api/v1/products": { text: "<html>", headers: { "content-type": "application/json" } } },
      "API principal",
    ],
    [
      "K15 a login that takes any password",
      { "POST /api/v1/auth/login": { json: { token: "x" } } },
      "Autenticación: validación",
    ],
    [
      "K16 a sale that leaves the stock as it was",
      { "GET /api/v1/products/p2": { json: { stock: 3 } } },
      "Actualizar stock",
    ],
    [
      "K16 K20 a history without the sale",
      { "GET /api/v1/users/me/purchases": { json: [] } },
      "Historial de compras",
    ],
    [
      "K19 a profile for anybody",
      { "GET /api/v1/users/me": ({ headers }) => ({ json: { email: headers.authorization ?? "" } }) },
      "Perfil de usuario",
    ],
    ["K19 no redirect to HTTPS", { "GET /plain/health": { status: 200 } }, "HTTPS habilitado"],
    ["K19 no security headers", { "GET /health": { json: { version: "v1.2.3" } } }, "Headers de seguridad"],
  ];

  for (const [what, routes, name] of BROKEN) {
    it(`${what} fails the step that shows it`, async () => {
      const { code, output, summary } = await run(routes);
      assert.equal(code, 99, output);
      assert.ok(
        summary.faults.every((fault) => fault.startsWith(name)),
        summary.faults.join("\n"),
      );
      assert.notEqual(summary.faults.length, 0);
    });
  }

  it("K17 K18 the load test is the document's: 50 users, 30 minutes, p95 < 5 s, mean < 2 s, more than 100 requests a second", () => {
    const plan = loadPlan("http://kometa-marketplace.kometa-develop.svc.cluster.local:3000", tested);
    assert.deepEqual([plan.users, plan.durationSeconds], [50, 1800]);
    assert.deepEqual(plan.thresholds, {
      failedPercent: 1,
      p95Ms: 5000,
      averageMs: 2000,
      requestsPerSecond: 100,
    });
  });

  it("K18 the load test passes, and fails, by its own thresholds: two seconds of it", async () => {
    server = await startServer(marketplace());
    const plan = { ...loadPlan(server.url, tested), users: 5, durationSeconds: 1 };
    assert.equal((await runK6(plan)).code, 0);
    await server.close();
    server = await startServer({ ...marketplace(), "GET /health": { status: 503 } });
    assert.equal((await runK6({ ...plan, baseUrl: server.url })).code, 99);
  });
});
