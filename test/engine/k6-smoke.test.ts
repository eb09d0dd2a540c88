import assert from "node:assert/strict";
import { z } from "zod";
import type { Expectation, RequestStep, SmokePlan, Step } from "../../k6/plan";
import {
  startServer,
  type Answer,
  type Received,
  type Routes,
  type TestServer,
} from "../support/http-server";
import { runK6 } from "../support/k6";

const withEmail = z.object({ email: z.string() });
const JWT = `eyJ${"a1".repeat(30)}`;

const health = (expect: Partial<Expectation> = {}, more: Partial<RequestStep> = {}): RequestStep => ({
  name: "Health Check",
  method: "GET",
  path: "/health",
  expect: { status: 200, ...expect },
  ...more,
});

const buy: Step = {
  name: "Conflicto de concurrencia",
  race: { copies: 5, request: { method: "POST", path: "/buy", body: { copy: "{copy}" } } },
  expect: { exactlyOne: 201, rest: [400, 409] },
};

const guess: Step = {
  name: "Rate limiting activo",
  flood: { copies: 8, request: { method: "POST", path: "/login", body: { password: "wrong" } } },
  expect: { some: [403, 429], orHeader: ["ratelimit-limit"] },
};

/** Answers the first `wins` calls with 201, the rest with `rest`. */
function racing(wins: number, rest: number): () => Answer {
  let calls = 0;
  return () => ({ status: (calls += 1) <= wins ? 201 : rest });
}

/** The smoke steps as k6 itself runs them, against small servers. */
describe("k6 smoke steps", () => {
  let server: TestServer | undefined;

  afterEach(() => server?.close());

  const run = async (routes: Routes, steps: readonly Step[], options?: Parameters<typeof runK6>[1]) => {
    await server?.close();
    server = await startServer(routes);
    const plan: SmokePlan = { kind: "smoke", baseUrl: server.url, steps };
    return { ...(await runK6(plan, options)), received: server.received };
  };

  const asked = (received: readonly Received[]) => received.map(({ method, path }) => `${method} ${path}`);

  const HEALTHY: Answer = {
    json: { status: "ok", version: "v1.2.3", checks: [{ name: "db", up: true, ms: 3 }] },
    headers: { "Strict-Transport-Security": "max-age=31536000" },
  };

  it("K14 K15 passes where status, JSON, text, header and time are as expected, and says so in a table and in JSON", async () => {
    const step = health(
      {
        status: [200, 204],
        json: {
          version: "{env.GOLIVE_VERSION}",
          "checks.0.up": true,
          "checks.0.ms": 3,
          status: { present: true },
        },
        headers: { "strict-transport-security": "max-age=" },
        contains: '"ok"',
        lacks: "<script>",
      },
      { within: 500 },
    );
    const { code, output, summary, bytes } = await run({ "GET /health": HEALTHY }, [step]);
    assert.equal(code, 0, output);
    assert.match(output, /║ Steps +║\n║ {3}✅ Health Check +║\n╠═+╣\n║ ✅ passed/);
    assert.deepEqual(
      { ...summary, seconds: 0, at: "" },
      {
        kind: "smoke",
        title: "SMOKE TEST RESULTS",
        version: "v1.2.3",
        at: "",
        passed: true,
        seconds: 0,
        users: 1,
        requests: 1,
        steps: { passed: ["Health Check"], failed: [], notReached: [] },
        readings: {},
        faults: [],
      },
    );
    assert.ok(bytes <= 4096);
  });

  const FAULTS: readonly [string, Answer, RequestStep, string | RegExp][] = [
    ["another status", { status: 500 }, health(), "status: found 500, expected 200"],
    [
      "none of several statuses",
      { status: 500 },
      health({ status: [200, 204] }),
      "status: found 500, expected 200 or 204",
    ],
    [
      "another value at a JSON path",
      HEALTHY,
      health({ json: { version: "v9" } }),
      'version: found "v1.2.3", expected "v9"',
    ],
    [
      "a value of another type",
      HEALTHY,
      health({ json: { "checks.0.ms": "3" } }),
      'checks.0.ms: found 3, expected "3"',
    ],
    [
      "nothing at a JSON path",
      HEALTHY,
      health({ json: { "checks.1": { present: true } } }),
      "checks.1: found nothing, expected a value",
    ],
    [
      "a body that is no JSON",
      { text: "<html>" },
      health({ json: { version: "v1" } }),
      'version: found a body that is no JSON, expected "v1"',
    ],
    [
      "a body whose JSON is broken further on",
      { text: '{"version":"v1.2.3", nothing' },
      health({ json: { version: "v1.2.3" } }),
      'version: found a body that is no JSON, expected "v1.2.3"',
    ],
    [
      "a body without a text",
      { text: "down" },
      health({ contains: "up" }),
      'body: found a body without it, expected "up" in it',
    ],
    [
      "a body with what it must not have",
      { text: "<script>1" },
      health({ lacks: "<script>" }),
      'body: found a body with it, expected no "<script>" in it',
    ],
    [
      "no header",
      {},
      health({ headers: { "X-Frame-Options": { present: true } } }),
      "header X-Frame-Options: found nothing, expected a value",
    ],
    [
      "another header value",
      { headers: { "x-frame-options": "ALLOW" } },
      health({ headers: { "X-Frame-Options": "DENY" } }),
      'header X-Frame-Options: found "ALLOW", expected "DENY"',
    ],
    [
      "a late answer",
      { afterMs: 120 },
      health({}, { within: 100 }),
      /time: found \d{3} ms, expected less than 100 ms/,
    ],
    [
      "nothing to save",
      HEALTHY,
      health({}, { save: { token: "token" } }),
      "token, for {token}: found nothing, expected a value",
    ],
  ];

  for (const [what, answer, step, fault] of FAULTS) {
    it(`K15 K16 fails at ${what}, and says what was found and what was expected`, async () => {
      const { code, summary, output } = await run({ "GET /health": answer }, [step]);
      assert.equal(code, 99, output);
      assert.equal(summary.passed, false);
      assert.equal(summary.faults.length, 1, output);
      const [found = ""] = summary.faults;
      if (typeof fault === "string") assert.equal(found, `Health Check: ${fault}`);
      else assert.match(found, fault);
      assert.ok(output.includes(found), output);
    });
  }

  it("K16 stops at the first step that fails, and shows which were not reached", async () => {
    const steps = [
      health(),
      health({ status: 201 }, { name: "Crear producto" }),
      health({}, { name: "Listar productos" }),
    ];
    const { code, output, summary, received } = await run({ "GET /health": HEALTHY }, steps);
    assert.equal(code, 99);
    assert.equal(received.length, 2);
    assert.deepEqual(summary.steps, {
      passed: ["Health Check"],
      failed: ["Crear producto"],
      notReached: ["Listar productos"],
    });
    assert.match(output, /✅ Health Check +║\n║ {3}❌ Crear producto +║\n║ {3}· {2}Listar productos/);
  });

  it("K16 chains what a step saved into paths, headers and bodies, with its type, and one unique text through all steps", async () => {
    const steps: Step[] = [
      {
        name: "Registro",
        method: "POST",
        path: "/users",
        body: { email: "{unique}@example.com", password: "{env.PASSWORD}" },
        expect: { status: 201 },
        save: { token: "auth.token", id: "id" },
      },
      {
        name: "Perfil",
        method: "GET",
        path: "/users/{id}?q={token}",
        headers: { authorization: "Bearer {token}" },
        expect: { status: 200, json: { id: "{id}", email: "{unique}@example.com" } },
      },
      {
        name: "Compra",
        method: "POST",
        path: "/orders",
        body: { user: "{id}", note: "user {id}" },
        expect: { status: 201 },
      },
    ];
    let email = "";
    const routes: Routes = {
      "POST /users": ({ body }) => {
        ({ email } = withEmail.parse(JSON.parse(body)));
        return { status: 201, json: { id: 7, auth: { token: "a/b c" } } };
      },
      "GET /users/7": () => ({ json: { id: 7, email } }),
      "POST /orders": { status: 201 },
    };
    const { code, output, received } = await run(routes, steps, { secrets: { PASSWORD: "hunter22" } });
    assert.equal(code, 0, output);
    const [registered, profile, order] = received;
    assert.match(registered?.body ?? "", /"password":"hunter22"/);
    assert.equal(registered?.headers["content-type"], "application/json");
    assert.equal(profile?.path, "/users/7?q=a%2Fb%20c");
    assert.equal(profile.headers.authorization, "Bearer a/b c");
    assert.equal(order?.body, '{"user":7,"note":"user 7"}');
  });

  it("K16 a token that the login does not give breaks the chain there", async () => {
    const steps: Step[] = [
      { name: "Login", method: "POST", path: "/login", expect: { status: 200 }, save: { token: "token" } },
      health({}, { headers: { authorization: "Bearer {token}" } }),
    ];
    const { code, summary, received } = await run({ "POST /login": { json: { ok: true } } }, steps);
    assert.equal(code, 99);
    assert.deepEqual(asked(received), ["POST /login"]);
    assert.deepEqual(summary.faults, ["Login: token, for {token}: found nothing, expected a value"]);
  });

  it("K19 follows no redirect and keeps no cookie from step to step", async () => {
    const steps = [
      health({ status: 301, headers: { location: "https://" } }),
      health({ status: 301 }, { name: "otra vez" }),
    ];
    const moved: Answer = {
      status: 301,
      headers: { location: "https://127.0.0.1:1/", "set-cookie": "session=1" },
    };
    const { code, output, received } = await run({ "GET /health": moved }, steps);
    assert.equal(code, 0, output);
    assert.deepEqual(
      received.map(({ headers }) => headers.cookie),
      [undefined, undefined],
    );
  });

  it("K14 a step with patience is tried again until it passes", async () => {
    let calls = 0;
    const starting = () => ({ status: (calls += 1) < 3 ? 503 : 200 });
    const { code, output, summary } = await run({ "GET /health": starting }, [health({}, { patience: 20 })]);
    assert.equal(code, 0, output);
    assert.deepEqual(summary.faults, []);
    assert.equal(calls, 3);
  });

  it("K14 a server that is not there fails, and patience has an end", async () => {
    const plan: SmokePlan = {
      kind: "smoke",
      baseUrl: "http://127.0.0.1:1",
      steps: [health({}, { patience: 1 })],
    };
    const { code, summary } = await runK6(plan);
    assert.equal(code, 99);
    assert.match(
      summary.faults.join(),
      /^Health Check: request: found .*connection refused, expected an answer$/,
    );
  });

  it("G5 a race with exactly one winner passes", async () => {
    const { code, output, received } = await run({ "POST /buy": racing(1, 409) }, [buy]);
    assert.equal(code, 0, output);
    const copies = received.map(({ body }) => body).sort();
    assert.deepEqual(
      copies,
      [1, 2, 3, 4, 5].map((copy) => `{"copy":${copy}}`),
    );
  });

  it("G5 the copies of a race are under way together", async () => {
    let open = 0;
    let most = 0;
    const slow = () => {
      most = Math.max(most, (open += 1));
      setTimeout(() => (open -= 1), 200);
      return { status: most === 1 && open === 1 ? 201 : 409, afterMs: 200 };
    };
    const { output } = await run({ "POST /buy": slow }, [{ ...buy, race: { ...buy.race, copies: 20 } }]);
    assert.equal(most, 20, output);
  });

  const RACES: readonly [string, () => Answer, RegExp][] = [
    ["two winners", racing(2, 409), /race: found 2 \(of [\d, ]+\), expected exactly one 201$/],
    ["no winner", racing(0, 409), /race: found 0 \(of 409, 409, 409, 409, 409\), expected exactly one 201$/],
    [
      "a loser with another status",
      racing(1, 500),
      /race: found 500, 500, 500, 500, expected the rest 400 or 409$/,
    ],
  ];

  for (const [what, answer, fault] of RACES) {
    it(`G5 a race with ${what} fails`, async () => {
      const { code, summary } = await run({ "POST /buy": answer }, [buy]);
      assert.equal(code, 99);
      assert.match(summary.faults.join(), fault);
    });
  }

  it("K19 a flood passes where some are turned away, or where a header names the limit", async () => {
    let calls = 0;
    const limited = () => ({ status: (calls += 1) > 5 ? 429 : 401 });
    assert.equal((await run({ "POST /login": limited }, [guess])).code, 0);
    const named: Answer = { status: 401, headers: { "RateLimit-Limit": "5" } };
    assert.equal((await run({ "POST /login": named }, [guess])).code, 0);
  });

  it("K19 a flood that nothing stops fails", async () => {
    const { code, summary } = await run({ "POST /login": { status: 401 } }, [guess]);
    assert.equal(code, 99);
    assert.deepEqual(summary.faults, [
      "Rate limiting activo: flood: found 401 alone, expected some 403 or 429 or a header ratelimit-limit",
    ]);
  });

  it("D11 K19 prints neither a secret of the environment nor what could be a token, even where an answer repeats it", async () => {
    const echo: Answer = { json: { you: "my hunter22 pass", token: JWT } };
    const step = health({ json: { you: "nobody", token: "{env.PASSWORD}" } });
    const { code, output, summary } = await run({ "GET /health": echo }, [step], {
      secrets: { PASSWORD: "hunter22" },
    });
    assert.equal(code, 99);
    for (const text of [output, JSON.stringify(summary)]) {
      assert.doesNotMatch(text, /hunter22/);
      assert.ok(!text.includes(JWT));
    }
    assert.deepEqual(summary.faults, [
      'Health Check: you: found "my {env.PASSWORD} pass", expected "nobody"',
      'Health Check: token: found 63 characters without a space, expected "{env.PASSWORD}"',
    ]);
  });

  it("E6 a plan without a step fails: nothing was shown", async () => {
    assert.equal((await run({}, [])).code, 99);
  });

  it("E6 the summary fits into a Pod's status, however much is wrong", async () => {
    const json = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`métrica.${index}`, "válido"]),
    );
    const { summary, bytes } = await run({ "GET /health": HEALTHY }, [health({ json })]);
    assert.ok(bytes <= 4096 && bytes > 3900, String(bytes));
    assert.equal(summary.passed, false);
    assert.ok(summary.faults.length > 10);
  });
});
