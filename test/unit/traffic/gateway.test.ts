import assert from "node:assert/strict";
import fc from "fast-check";
import { httpRoutes, type Canary } from "../../../components/traffic/canary";
import type { Phase } from "../../../components/traffic/ladder";

const ROUTER = {
  kind: "gateway-api",
  gateway: { name: "public", namespace: "gateways", listener: "https" },
} as const;
const CANARY: Omit<Canary, "phase"> = {
  routes: [
    { host: "a.example.com", stable: { service: "a-old", port: 80 }, canary: { service: "a", port: 81 } },
    {
      host: "a.example.com",
      path: "/b",
      stable: { service: "b-old", port: 80 },
      canary: { service: "b", port: 80 },
    },
  ],
};

const routesOf = (phase: Phase, more: Partial<Canary> = {}) =>
  httpRoutes({ ...CANARY, ...more, phase }, ROUTER, "shop");
const weightsOf = (phase: Phase) =>
  routesOf(phase).flatMap(({ spec }) =>
    spec.rules.map(({ backendRefs }) =>
      Object.fromEntries(backendRefs.map(({ name, weight }) => [name, weight])),
    ),
  );

describe("a canary on the Gateway API", () => {
  it("E1 is one HTTPRoute a host, on the Gateway's HTTPS listener", () => {
    const gateway = { group: "gateway.networking.k8s.io", kind: "Gateway" };
    assert.deepEqual(
      routesOf({ kind: "legacy" }).map(({ metadata, spec }) => ({
        ...metadata,
        hostnames: spec.hostnames,
        parentRefs: spec.parentRefs,
        matches: spec.rules.map(({ matches }) => matches),
      })),
      [
        {
          name: "a.example.com",
          namespace: "shop",
          hostnames: ["a.example.com"],
          parentRefs: [{ ...gateway, name: "public", namespace: "gateways", sectionName: "https" }],
          matches: ["/", "/b"].map((value) => [{ path: { type: "PathPrefix", value } }]),
        },
      ],
    );
  });

  it("E1 E5 sends all to one side before, after and back", () => {
    assert.deepEqual(weightsOf({ kind: "legacy" }), [{ "a-old": 1 }, { "b-old": 1 }]);
    assert.deepEqual(weightsOf({ kind: "rollback" }), weightsOf({ kind: "legacy" }));
    assert.deepEqual(weightsOf({ kind: "complete" }), [{ a: 1 }, { b: 1 }]);
  });

  it("E1 E3 splits by weights whose sum is 100, at every weight", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (percent) => {
        assert.deepEqual(weightsOf({ kind: "weight", percent }), [
          { "a-old": 100 - percent, a: percent },
          { "b-old": 100 - percent, b: percent },
        ]);
      }),
    );
  });

  it("E1 sends a header's requests past the weights, as ingress-nginx would", () => {
    const headers = (value?: string) =>
      routesOf({ kind: "weight", percent: 10 }, { by: { kind: "header", name: "X-New", value } })
        .flatMap(({ spec }) => spec.rules)
        .flatMap(({ matches, backendRefs }) =>
          matches.map(({ path, headers: sent }) => [
            path.value,
            sent?.[0]?.value,
            backendRefs.map(({ name }) => name).join(),
          ]),
        )
        .filter(([path]) => path === "/")
        .map(([, ...rest]) => rest);
    assert.deepEqual(headers(), [
      ["always", "a"],
      ["never", "a-old"],
      [undefined, "a-old,a"],
    ]);
    assert.deepEqual(headers("yes"), [
      ["yes", "a"],
      [undefined, "a-old,a"],
    ]);
  });
});
