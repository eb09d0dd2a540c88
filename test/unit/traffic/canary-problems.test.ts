import assert from "node:assert/strict";
import {
  canaryProblems,
  describeProblem,
  type GivenCanary,
} from "../../../components/traffic/canary-problems";

const GOOD: GivenCanary = {
  routes: [
    { host: "a.example.com", stable: { service: "a-old", port: 80 }, canary: { service: "a", port: 80 } },
    { host: "b.example.com", stable: { service: "b-old", port: 80 }, canary: { service: "b", port: 80 } },
  ],
  phase: "10",
  ladder: [10, 50, 100],
  ingresses: { stable: "old", canary: "share", complete: "now" },
  router: { kind: "ingress-nginx", className: "nginx" },
};
const GATEWAY = {
  kind: "gateway-api",
  gateway: { name: "public", namespace: "gateways", listener: "https" },
} as const;

const withRoute = (change: Partial<GivenCanary["routes"][number]>): Partial<GivenCanary> => ({
  routes: GOOD.routes.map((route, index) => (index === 1 ? { ...route, ...change } : route)),
});

/** Each trap of ingress-nginx's canary that a caller could fall into, and what is said instead. */
const TRAPS: readonly (readonly [string, Partial<GivenCanary>, RegExp])[] = [
  [
    "E1 two canaries on one host and path",
    withRoute({ host: "a.example.com" }),
    /routes\[1\]: expected one canary for a\.example\.com\/:.*oldest alone/,
  ],
  [
    "E1 a Service on both sides",
    withRoute({ canary: { service: "b-old", port: 80 } }),
    /routes\[1\]\.canary\.service: expected another Service than the stable one/,
  ],
  [
    "E1 a stable Service of two routes",
    withRoute({ stable: { service: "a-old", port: 80 } }),
    /routes\[1\]\.stable\.service: expected a Service of this route's own; a-old is in routes\[0\] too/,
  ],
  [
    "E1 a canary Service of two routes",
    withRoute({ canary: { service: "a", port: 80 } }),
    /routes\[1\]\.canary\.service: .*ties a canary to the Service/,
  ],
  [
    "E1 one route's stable Service as another's canary",
    withRoute({ canary: { service: "a-old", port: 80 } }),
    /routes\[1\]\.canary\.service: .*own/,
  ],
  [
    "E1 a Service with the name that the canary makes",
    withRoute({ stable: { service: "a-canary", port: 80 } }),
    /expected no other Service named a-canary/,
  ],
  [
    "E1 a Service whose canary's name would be too long",
    withRoute({ canary: { service: "x".repeat(57), port: 80 } }),
    /expected at most 56 characters/,
  ],
  [
    "E1 a wildcard host",
    withRoute({ host: "*.example.com" }),
    /routes\[1\]\.host: .*never through a wildcard or an alias/,
  ],
  [
    "E1 a path that is not absolute",
    withRoute({ path: "api" }),
    /routes\[1\]\.path: expected an absolute path/,
  ],
  ["E1 no route", { routes: [] }, /routes: expected at least one host/],
  [
    "E1 one name for canary and main",
    { ingresses: { stable: "share", canary: "share" } },
    /ingresses\.canary: expected a name that no main Ingress has/,
  ],
  ["E3 a phase that is not of the ladder", { phase: "20" }, /phase: expected one of legacy, 10, 50, 100/],
  [
    "E3 a ladder that falls",
    { ladder: [50, 10, 100], phase: "50" },
    /ladder\[1\]: expected more than the weight before it, 50/,
  ],
  [
    "E5 a header whose value is never",
    { by: { kind: "header", name: "X-New", value: "never" } },
    /by\.value: .*no longer takes never as a refusal/,
  ],
  [
    "E1 a header whose value is always",
    { by: { kind: "header", name: "X-New", value: "always" } },
    /by\.value: .*without a value, always/,
  ],
  ["E1 a header that nginx drops", { by: { kind: "header", name: "X_New" } }, /by\.name: .*nginx drops/],
  [
    "E1 a cookie that nginx cannot read",
    { by: { kind: "cookie", name: "new-one" } },
    /by\.name: .*nginx variable/,
  ],
  [
    "E1 a session cookie of another spelling",
    { affinity: { cookie: "a b" } },
    /affinity\.cookie: expected letters/,
  ],
  [
    "E1 a cookie on the Gateway API",
    { router: GATEWAY, by: { kind: "cookie", name: "new" } },
    /by\.kind: expected header: an HTTPRoute matches headers, not cookies/,
  ],
  [
    "E1 sessions on the Gateway API",
    { router: GATEWAY, affinity: { cookie: "s" } },
    /affinity: expected none: session persistence/,
  ],
];

describe("what a canary is refused for", () => {
  it("E1 nothing, where nothing is wrong, on either router", () => {
    assert.deepEqual(canaryProblems(GOOD), []);
    assert.deepEqual(canaryProblems({ ...GOOD, router: GATEWAY }), []);
  });

  for (const [title, change, says] of TRAPS) {
    it(title, () => {
      const problems = canaryProblems({ ...GOOD, ...change }).map(describeProblem);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", says);
    });
  }

  it("E1 says everything at once", () => {
    const change = { ...withRoute({ host: "*.b" }), phase: "20", ladder: [50, 10] };
    assert.deepEqual(
      canaryProblems({ ...GOOD, ...change }).map(({ path }) => path.join(".")),
      ["ladder.1", "phase", "routes.1.host"],
    );
  });
});
