import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { Patience } from "../../../readings/endpoint";
import { ask } from "../../../readings/ask";
import { matchersOf } from "../../../readings/alertmanager";
import { SourceError, sourcesAt, type Addresses } from "../../../readings/sources";
import { read, type Answer } from "../../../rollout/reading";
import type { Rule, Source } from "../../../rollout/rule";
import { portOf, startServer, type Answer as Served, type TestServer } from "../../support/http-server";

const PATIENCE: Patience = { retries: 2, pauseMs: 1 };
/** Of what is never answered in time. */
const HASTE: Patience = { ...PATIENCE, limitMs: 150 };
const LATE = 2_000;
const PATHS: Readonly<Record<Source, string>> = {
  prometheus: "GET /api/v1/query",
  loki: "GET /loki/api/v1/query",
  alertmanager: "GET /api/v2/alerts",
  health: "GET /health",
};

const rule = (source: Source, query: string, more: Partial<Rule> = {}): Rule => ({
  id: "errors",
  title: "errors",
  source,
  query,
  minimumSamples: 0,
  limit: { above: 0.01 },
  unit: "ratio",
  windowSeconds: 300,
  onFail: "roll back",
  failsInARow: 1,
  ...more,
});

const vector = (...values: readonly string[]) => ({
  status: "success",
  data: {
    resultType: "vector",
    result: values.map((value) => ({ metric: {}, value: [1795900988.959, value] })),
  },
});

const addresses = (url: string): Addresses => ({ prometheus: url, loki: url, alertmanager: url });

/** What a server that serves these answers, one after the other and the last for ever, makes of a question. */
async function asking(
  source: Source,
  query: string,
  served: readonly Served[],
  patience = PATIENCE,
): Promise<{ readonly value: Answer; readonly tries: number; readonly server: TestServer["received"] }> {
  let at = 0;
  const next = () => served[Math.min(at++, served.length - 1)] ?? {};
  const server = await startServer({ [PATHS[source]]: next });
  try {
    const asked = source === "health" ? `${server.url}/health` : query;
    const { value } = await ask(rule(source, asked), sourcesAt(addresses(server.url), {}), patience);
    return { value, tries: server.received.length, server: server.received };
  } finally {
    await server.close();
  }
}

const values = (...numbers: readonly number[]): Answer => ({ kind: "values", values: numbers });

/** Of both APIs whose answers have Prometheus' form. */
const QUERIES: readonly (readonly [string, Served, Answer | RegExp])[] = [
  ["one series", { json: vector("0.0003") }, values(0.0003)],
  ["no series", { json: vector() }, values()],
  ["several series", { json: vector("1", "2") }, values(1, 2)],
  ["NaN", { json: vector("NaN") }, values(NaN)],
  ["+Inf", { json: vector("+Inf") }, values(Infinity)],
  ["-Inf", { json: vector("-Inf") }, values(-Infinity)],
  ["a scalar", { json: { status: "success", data: { resultType: "scalar", result: [1, "3"] } } }, values(3)],
  [
    "a wrong query",
    { status: 400, json: { status: "error", errorType: "bad_data", error: "parse error at char 3" } },
    /answers 400: parse error at char 3$/,
  ],
  ["an error of the server", { status: 500, text: "boom\nhere" }, /answers 500: boom here$/],
  ["who may not ask", { status: 401, text: "" }, /answers 401: nothing$/],
  [
    "a redirect, which is not followed",
    { status: 302, headers: { Location: "/login" } },
    /answers 302: nothing$/,
  ],
  [
    "a range",
    { json: { status: "success", data: { resultType: "matrix", result: [] } } },
    /what is none of its answers/,
  ],
  ["a page of HTML", { text: "<html>login</html>" }, /what is none of its answers: <html>login<\/html>$/],
  ["half a JSON", { text: '{"status":"success","data"' }, /what is none of its answers/],
  ["a text for a number", { json: vector("many") }, /what is none of its answers/],
  ["nothing for a number", { json: vector("") }, /what is none of its answers/],
  ["a very small number", { json: vector("3e-05") }, values(0.00003)],
  ["no end of text", { text: "x".repeat(5_000_000) }, /answers with more than 4194304 bytes$/],
];

function assertAnswer(found: Answer, expected: Answer | RegExp): void {
  if (!(expected instanceof RegExp)) {
    assert.deepEqual(found, expected);
    return;
  }
  assert.ok(found.kind !== "values", JSON.stringify(found));
  assert.match(found.message, expected);
  assert.doesNotMatch(found.message, /\n/);
}

describe("who answers the gate", () => {
  for (const [source, query] of [
    ["prometheus", 'sum(rate(nginx_ingress_controller_requests{canary!=""}[5m]))'],
    ["loki", 'sum(count_over_time({service_name="api"} |= "fatal" [5m]))'],
  ] as const) {
    for (const [what, served, expected] of QUERIES) {
      it(`E4 K21 ${source} answers ${what}`, async () => {
        const { value, server } = await asking(source, query, [served]);
        assertAnswer(value, expected);
        assert.equal(new URL(server[0]?.path ?? "", "http://x").searchParams.get("query"), query);
      });
    }
  }

  it("K21 Alertmanager: the number of alerts that fire, and match", async () => {
    const alert = (name: string) => ({ labels: { alertname: name, severity: "critical" }, annotations: {} });
    const query = 'severity="critical",namespace=~"enova-.*"';
    const { value, server } = await asking("alertmanager", query, [{ json: [alert("A"), alert("B")] }]);
    assert.deepEqual(value, values(2));
    const asked = new URL(server[0]?.path ?? "", "http://x").searchParams;
    assert.deepEqual(asked.getAll("filter"), ['severity="critical"', 'namespace=~"enova-.*"']);
    assert.deepEqual([asked.get("silenced"), asked.get("inhibited")], ["false", "false"]);
  });

  it("K21 Alertmanager: none fires is 0, what is no list of alerts is an error, and so is what it refuses", async () => {
    const asked = (served: Served) => asking("alertmanager", 'severity="critical"', [served]);
    assert.deepEqual((await asked({ json: [] })).value, values(0));
    assertAnswer((await asked({ json: vector("0") })).value, /what is none of its answers/);
    assertAnswer(
      (await asked({ status: 400, json: "bad matcher format" })).value,
      /400: bad matcher format$/,
    );
  });

  it("K21 matchers are taken apart at their commas, not at those of a value", () => {
    assert.deepEqual(matchersOf('a="1,2", b!~"x\\"y",c!="z"'), ['a="1,2"', 'b!~"x\\"y"', 'c!="z"']);
    for (const wrong of ["", "a", "a=1", 'a="1" b="2"', '="1"', 'a="1"x'])
      assert.equal(matchersOf(wrong), undefined);
  });

  it("K21 a health path is 0 where it answers 2xx, and else 1: with an error, elsewhere, too late, or not at all", async () => {
    const health = async (served: Served, patience?: Patience) =>
      (await asking("health", "", [served], patience)).value;
    assert.deepEqual(await health({ status: 204 }), values(0));
    assert.deepEqual(await health({ status: 500 }), values(1));
    assert.deepEqual(await health({ status: 302, headers: { Location: "/login" } }), values(1));
    assert.deepEqual(await health({ afterMs: LATE }, HASTE), values(1));
    const gone = `http://127.0.0.1:${await closedPort()}/health`;
    assert.deepEqual((await ask(rule("health", gone), {}, PATIENCE)).value, values(1));
  });

  it("E4 what may pass is asked again, a few times; what does not pass is not", async () => {
    const busy = { status: 503, text: "busy" };
    const recovered = await asking("prometheus", "up", [busy, busy, { json: vector("1") }]);
    assert.deepEqual([recovered.value, recovered.tries], [values(1), 3]);
    const never = await asking("prometheus", "up", [busy]);
    assertAnswer(never.value, /answers 503: busy$/);
    assert.equal(never.tries, 3);
    assert.equal((await asking("prometheus", "up", [{ status: 400 }])).tries, 1);
    assert.equal((await asking("health", "", [busy])).tries, 1);
  });

  it("E4 who answers too late, or is not there, is unreachable", async () => {
    const late = await asking("prometheus", "up", [{ afterMs: LATE, json: vector("1") }], HASTE);
    assert.equal(late.value.kind, "unreachable");
    assertAnswer(late.value, /^Prometheus at http:\S+: no answer within 0\.15 s$/);
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { value } = await ask(rule("prometheus", "up"), sourcesAt({ prometheus: url }, {}), PATIENCE);
    assert.equal(value.kind, "unreachable");
    assertAnswer(value, /ECONNREFUSED/);
    const unknown = await ask(rule("loki", "up"), {}, PATIENCE);
    assert.deepEqual(unknown.value, { kind: "unreachable", message: "no address of loki is given" });
  });

  it("E4 a rule with samples and a stable side is asked four questions, and read", async () => {
    const replies = new Map([
      ["value", "0.02"],
      ["samples", "500"],
      ["stable", "0.001"],
      ["stable samples", "4500"],
    ]);
    const server = await startServer({
      [PATHS.prometheus]: ({ path }) => {
        const query = new URL(path, "http://x").searchParams.get("query") ?? "";
        return { json: vector(replies.get(query) ?? "NaN") };
      },
    });
    const compared = rule("prometheus", "value", {
      limit: { above: 0.05 },
      samples: "samples",
      minimumSamples: 30,
      stable: { query: "stable", samples: "stable samples", most: 0.01 },
    });
    const answers = await ask(compared, sourcesAt({ prometheus: `${server.url}/` }, {}), PATIENCE);
    assert.deepEqual(read(compared, answers), { kind: "fail", value: 0.02, samples: 500, stable: 0.001 });
    await server.close();
  });

  it("E4 credentials and the tenant come from the environment, and never from the address", async () => {
    const server = await startServer({
      [PATHS.prometheus]: { json: vector("1") },
      [PATHS.loki]: { json: vector() },
    });
    const sources = sourcesAt(addresses(server.url), {
      PROMETHEUS_TOKEN: "t0ken",
      PROMETHEUS_TENANT: "shop",
      LOKI_USER: "ana",
      LOKI_PASSWORD: "s3cret:x",
    });
    await ask(rule("prometheus", "up"), sources, PATIENCE);
    await ask(rule("loki", "up"), sources, PATIENCE);
    const [prometheus, loki] = server.received.map(({ headers }) => headers);
    assert.equal(prometheus?.authorization, "Bearer t0ken");
    assert.equal(prometheus["x-scope-orgid"], "shop");
    assert.equal(loki?.authorization, `Basic ${Buffer.from("ana:s3cret:x").toString("base64")}`);
    await server.close();
  });

  for (const [url, environment, message] of [
    ["prometheus.example.com", {}, /is no URL such as https:\/\/prometheus.example.com$/],
    ["ftp://x", {}, /is no URL/],
    [
      "http://ana:s3cret@x",
      {},
      /holds a user or a password: set PROMETHEUS_USER and PROMETHEUS_PASSWORD instead$/,
    ],
    ["http://x?a=1", {}, /has a query/],
    ["http://x", { PROMETHEUS_USER: "ana" }, /one of them is not set/],
    ["http://x", { PROMETHEUS_USER: "a", PROMETHEUS_PASSWORD: "b", PROMETHEUS_TOKEN: "c" }, /both set/],
  ] as const) {
    it(`E4 ${url} with ${JSON.stringify(environment)} is a mistake that is told without the secret`, () => {
      assert.throws(
        () => sourcesAt({ prometheus: url }, environment),
        (error: unknown) =>
          error instanceof SourceError && message.test(error.message) && !error.message.includes("s3cret"),
      );
    });
  }
});

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
