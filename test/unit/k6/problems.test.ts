import assert from "node:assert/strict";
import fc from "fast-check";
import type { K6Plan, LoadPlan, RequestStep, SmokePlan, Step } from "../../../k6/plan";
import { planProblems } from "../../../k6/problems";

const step = (name: string, more: Partial<RequestStep> = {}): RequestStep => ({
  name,
  method: "GET",
  path: "/health",
  expect: { status: 200 },
  ...more,
});

const smoke = (...steps: readonly Step[]): SmokePlan => ({
  kind: "smoke",
  baseUrl: "https://shop.example.com",
  steps,
});

const load = (more: Partial<LoadPlan> = {}): LoadPlan => ({
  kind: "load",
  baseUrl: "https://shop.example.com",
  users: 50,
  durationSeconds: 1800,
  steps: [step("Listar productos")],
  thresholds: { p95Ms: 5000 },
  ...more,
});

const race = (copies: number): Step => ({
  name: "Carrera",
  race: { copies, request: { method: "POST", path: "/buy/{copy}" } },
  expect: { exactlyOne: 201, rest: [409] },
});

const problemsOf = (plan: K6Plan) =>
  planProblems(plan, { names: ["USER", "PASSWORD"], secrets: ["PASSWORD"] });

describe("the problems of a k6 plan", () => {
  it("K16 K18 finds none in plans that can be run", () => {
    const login = step("Login", { body: { password: "{env.PASSWORD}" }, save: { token: "token" } });
    const use = step("Perfil", { path: "/users/{unique}", headers: { authorization: "Bearer {token}" } });
    assert.deepEqual(problemsOf(smoke(login, use, race(2))), []);
    assert.deepEqual(problemsOf(load({ before: [login], steps: [use] })), []);
    const websocket = { path: "/chat", headers: { cookie: "{token}" }, message: "{id}" };
    assert.deepEqual(problemsOf(load({ before: [login], websocket })), []);
  });

  const MISTAKES: readonly [string, K6Plan, string][] = [
    ["no step", smoke(), "steps: found none, expected at least one"],
    ["two steps of one name", smoke(step("Login"), step("Login")), 'step "Login": expected each name once'],
    [
      "a variable that no step saves",
      smoke(step("Perfil", { path: "/users/{id}" })),
      'step "Perfil": {id} is saved by no earlier step',
    ],
    [
      "a variable saved too late",
      smoke(step("Perfil", { path: "/{id}" }), step("Login", { save: { id: "id" } })),
      'step "Perfil": {id} is saved',
    ],
    [
      "an unknown variable in what is expected",
      smoke(step("Perfil", { expect: { status: 200, json: { a: "{who}" } } })),
      'step "Perfil": {who} is saved',
    ],
    [
      "a copy outside a race",
      smoke(step("Compra", { path: "/{copy}" })),
      'step "Compra": {copy} is saved by no earlier step',
    ],
    [
      "a variable of a user in the WebSocket, which is none of theirs",
      load({
        steps: [step("Login", { save: { token: "token" } })],
        websocket: { path: "/{token}", message: "" },
      }),
      "websocket: {token} is saved",
    ],
    [
      "a variable that the environment lacks",
      smoke(step("Login", { body: "{env.EMAIL}" })),
      "{env.EMAIL}: expected a variable of the environment",
    ],
    [
      "a secret in an address",
      smoke(step("Login", { path: "/login?p={env.PASSWORD}" })),
      "{env.PASSWORD}: expected no secret in an address",
    ],
    [
      "a race of one",
      smoke(race(1)),
      'step "Carrera": copies: found 1, expected a whole number from 2 to 100',
    ],
    ["a race of a crowd", smoke(race(101)), 'step "Carrera": copies: found 101'],
    [
      "patience in a load",
      load({ steps: [step("Health", { patience: 3 })] }),
      'step "Health": patience: expected none in the steps of a load',
    ],
    ["no threshold", load({ thresholds: {} }), "thresholds: found none, expected at least one"],
    [
      "a threshold on a WebSocket that is not there",
      load({ thresholds: { websocketP95Ms: 100 } }),
      "thresholds.websocketP95Ms: expected no limit on what the plan does not do",
    ],
    [
      "a threshold on requests that are not made",
      load({ steps: [], websocket: { path: "/", message: "" } }),
      "thresholds.p95Ms: expected no limit",
    ],
    ["no users", load({ users: 0 }), "users: found 0, expected a whole number at least 1"],
    ["no time", load({ durationSeconds: 0.5 }), "durationSeconds: found 0.5"],
    [
      "a ramp longer than the load",
      load({ durationSeconds: 60, rampUpSeconds: 90 }),
      "rampUpSeconds: found 90, expected a whole number from 0 to 60",
    ],
  ];

  for (const [what, plan, problem] of MISTAKES) {
    it(`K16 K18 finds ${what}`, () => {
      const found = problemsOf(plan);
      assert.equal(found.length, 1, found.join("\n"));
      assert.ok(found[0]?.startsWith(problem), found[0]);
    });
  }

  it("K16 a chain of any length is sound in its own order, and broken where a saving step is left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), (length, seed) => {
        const chain = Array.from({ length }, (_, index) =>
          step(`Paso ${index}`, {
            path: index === 0 ? "/" : `/{v${index - 1}}`,
            save: { [`v${index}`]: "id" },
          }),
        );
        assert.deepEqual(problemsOf(smoke(...chain)), []);
        const gone = seed % (length - 1);
        const broken = problemsOf(smoke(...chain.filter((_, index) => index !== gone)));
        assert.deepEqual(broken, [
          `step "Paso ${gone + 1}": {v${gone}} is saved by no earlier step; save it there, or correct the name`,
        ]);
      }),
    );
  });
});
