import assert from "node:assert/strict";
import type { LoadPlan, RequestStep, Thresholds } from "../../k6/plan";
import { startServer, type Routes, type TestServer, type WebSocketBehaviour } from "../support/http-server";
import { runK6 } from "../support/k6";

const products: RequestStep = {
  name: "Listar productos",
  method: "GET",
  path: "/products",
  expect: { status: 200, json: { "items.0": 1 } },
};
const WELL: Routes = { "GET /products": { json: { items: [1] }, afterMs: 5 } };
const CHAT = { path: "/chat", message: '{"id":"{id}","text":"hola"}', everyMs: 100 };

/** Load tests of a second as k6 itself runs them, against small servers that keep or break each threshold. */
describe("k6 load tests", () => {
  let server: TestServer | undefined;

  afterEach(() => server?.close());

  const run = async (
    thresholds: Thresholds,
    { routes = WELL, websocket, plan = {} }: Partial<Case> & { websocket?: WebSocketBehaviour } = {},
  ) => {
    server = await startServer(routes, websocket);
    const whole: LoadPlan = {
      kind: "load",
      baseUrl: server.url,
      users: 2,
      durationSeconds: 1,
      steps: [products],
      thresholds,
      ...(websocket === undefined ? {} : { websocket: CHAT }),
      ...plan,
    };
    return { ...(await runK6(whole)), received: server.received };
  };

  interface Case {
    readonly routes: Routes;
    readonly plan: Partial<LoadPlan>;
  }

  it("E6 K17 K18 passes where every threshold is kept, and shows each as ENOVA's document does", async () => {
    const { code, output, summary } = await run(
      { failedPercent: 1, p95Ms: 2000, averageMs: 1000, requestsPerSecond: 10, websocketP95Ms: 500 },
      { websocket: { echoAfterMs: 5 }, plan: { title: "ENOVA STRESS TEST RESULTS" } },
    );
    assert.equal(code, 0, output);
    const number = String.raw`[\d.]+`;
    const shape = [
      "╔═{62}╗",
      "║ {18}ENOVA STRESS TEST RESULTS {19}║",
      "╠═{62}╣",
      "║ HTTP Requests +║",
      String.raw`║   Total: \d+ +║`,
      String.raw`║   Failed: 0%  ✅ \(< 1%\) +║`,
      String.raw`║   Duration \(p95\): ${number}ms  ✅ \(< 2000ms\) +║`,
      String.raw`║   Duration \(avg\): ${number}ms  ✅ \(< 1000ms\) +║`,
      String.raw`║   Throughput: ${number} req/s  ✅ \(> 10 req/s\) +║`,
      "╠═{62}╣",
      "║ WebSocket +║",
      "║   Connections: 2  ✅ +║",
      String.raw`║   Messages: \d+ +║`,
      "║   Errors: 0 +║",
      String.raw`║   Message Latency \(p95\): ${number}ms  ✅ \(< 500ms\) +║`,
      "╠═{62}╣",
      "║ ✅ passed +║",
      "╚═{62}╝",
    ];
    assert.match(output, new RegExp(shape.join("\n")));
    assert.equal(summary.passed, true);
    assert.equal(summary.readings.failedPercent?.found, 0);
    assert.deepEqual(summary.faults, []);
  });

  const BROKEN: readonly [
    keyof Thresholds,
    Thresholds,
    Partial<Case> & { websocket?: WebSocketBehaviour },
  ][] = [
    ["failedPercent", { failedPercent: 1 }, { routes: { "GET /products": { status: 500 } } }],
    ["p95Ms", { p95Ms: 100 }, { routes: { "GET /products": { json: { items: [1] }, afterMs: 120 } } }],
    [
      "averageMs",
      { averageMs: 100 },
      { routes: { "GET /products": { json: { items: [1] }, afterMs: 120 } } },
    ],
    [
      "requestsPerSecond",
      { requestsPerSecond: 50 },
      { routes: { "GET /products": { json: { items: [1] }, afterMs: 200 } } },
    ],
    ["websocketP95Ms", { websocketP95Ms: 50 }, { websocket: { echoAfterMs: 80 } }],
    ["websocketConnections", { websocketConnections: 3 }, { websocket: { echoAfterMs: 1 } }],
    ["websocketErrors", { websocketErrors: 1 }, { websocket: "mute" }],
  ];

  for (const [name, thresholds, given] of BROKEN) {
    it(`E6 K18 fails where ${name} is not kept, and says by how much`, async () => {
      const { code, output, summary } = await run(thresholds, given);
      assert.equal(code, 99, output);
      assert.equal(summary.passed, false);
      const { found, limit, ok } = summary.readings[name] ?? {};
      assert.deepEqual({ limit, ok }, { limit: thresholds[name], ok: false }, output);
      assert.notEqual(found, undefined);
      assert.match(output, /❌ \([<>]=? [\d.]+.*\)/);
    });
  }

  it("E6 an answer with the right status and the wrong body has failed, and the step is named", async () => {
    const { code, summary, output } = await run(
      { failedPercent: 1 },
      { routes: { "GET /products": { json: {} } } },
    );
    assert.equal(code, 99);
    assert.equal(summary.readings.failedPercent?.found, 100);
    assert.deepEqual(summary.faults, ["Listar productos: items.0"]);
    assert.equal(output.match(/items\.0: found nothing, expected 1/g)?.length, 2, "once for each user");
  });

  it("E6 a status that a step expects has not failed, whatever it is", async () => {
    const plan = { steps: [{ ...products, expect: { status: 409 } }] };
    const { code, output } = await run(
      { failedPercent: 1 },
      { routes: { "GET /products": { status: 409 } }, plan },
    );
    assert.equal(code, 0, output);
  });

  it("E6 a WebSocket that is refused fails, though no threshold has a sample", async () => {
    const { code, output, summary } = await run(
      { websocketP95Ms: 100 },
      { plan: { steps: [], websocket: CHAT } },
    );
    assert.equal(code, 99, output);
    assert.equal(summary.readings.websocketP95Ms?.ok, false);
    assert.equal(summary.readings.websocketP95Ms.found, undefined);
    assert.match(output, /Message Latency \(p95\): no samples {2}❌ \(< 100ms\)/);
    assert.match(output, /Errors: [2-9] {2}⚠️/);
  });

  it("E6 a WebSocket that nobody answers fails, though no threshold has a sample", async () => {
    const { code, summary } = await run({ websocketP95Ms: 100 }, { websocket: "mute" });
    assert.equal(code, 99);
    assert.deepEqual(summary.readings.websocketMessages, { found: 0, is: ">=", limit: 1, ok: false });
  });

  it("K18 E6 no request at all fails, though no threshold has a sample", async () => {
    const plan = { steps: [{ ...products, path: "/{env.ABSENT}" }] };
    const { code, output, summary } = await run({ failedPercent: 101, p95Ms: 1000 }, { plan });
    assert.equal(code, 99, output);
    assert.deepEqual(summary.readings.p95Ms, { is: "<", limit: 1000, ok: false });
    assert.match(output, /Total: 0 {2}❌/);
  });

  it("K18 what is done before the load is done once, gives every user its variables, and is not counted", async () => {
    const login: RequestStep = {
      name: "Login",
      method: "POST",
      path: "/login",
      expect: { status: 200 },
      save: { token: "token" },
    };
    const plan = { before: [login], steps: [{ ...products, headers: { authorization: "Bearer {token}" } }] };
    const routes: Routes = { ...WELL, "POST /login": { json: { token: "t1" }, afterMs: 400 } };
    const { code, output, received } = await run({ p95Ms: 300 }, { routes, plan });
    assert.equal(code, 0, output);
    const [first, ...others] = received;
    assert.equal(first?.path, "/login");
    assert.ok(others.length > 10);
    assert.ok(
      others.every(({ path, headers }) => path === "/products" && headers.authorization === "Bearer t1"),
    );
  });

  it("K18 where what is done before the load fails, there is no load, and the fault is told", async () => {
    const login: RequestStep = { name: "Login", method: "POST", path: "/login", expect: { status: 200 } };
    const { code, summary, received } = await run({ p95Ms: 300 }, { plan: { before: [login] } });
    assert.equal(code, 107);
    assert.equal(received.length, 1);
    assert.equal(summary.passed, false);
    assert.deepEqual(summary.faults, ["Login: status: found 404, expected 200"]);
  });

  it("K18 users come in over the ramp, and each goes on until the end", async () => {
    const { code, output, summary } = await run(
      { requestsPerSecond: 1 },
      { plan: { users: 4, durationSeconds: 2, rampUpSeconds: 1 } },
    );
    assert.equal(code, 0, output);
    assert.ok((summary.readings.requests?.found ?? 0) > 10);
  });
});
