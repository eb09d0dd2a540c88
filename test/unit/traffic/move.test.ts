import assert from "node:assert/strict";
import fc from "fast-check";
import { percentOf, type Phase } from "../../../components/traffic/ladder";
import { moveOf, standName, type Stand } from "../../../components/traffic/move";
import { changedAt, ingressStand, routeStand, weightOf } from "../../../systems/gate-objects";

const LADDER = [10, 50, 100];
const at = (percent: number): Phase & Stand => ({ kind: "weight", percent });
const legacy = { kind: "legacy" } as const;
const complete = { kind: "complete" } as const;

const MOVES: readonly (readonly [string, Stand, Phase, string])[] = [
  ["the first step", legacy, at(10), "raise"],
  ["the next step", at(10), at(50), "raise"],
  ["the last step", at(100), complete, "raise"],
  ["over one step", at(10), at(100), "jump over 50"],
  ["over the first step", legacy, at(50), "jump over 10"],
  ["from half to complete", at(50), complete, "jump over 100"],
  ["from nothing moved to complete", legacy, complete, "jump over 10"],
  ["the same", at(50), at(50), "same"],
  ["from complete to the last weight", complete, at(100), "back"],
  ["from complete to half", complete, at(50), "back"],
  ["a smaller share", at(50), at(10), "back"],
  ["emergency", at(100), { kind: "rollback" }, "back"],
  ["emergency from complete", complete, { kind: "rollback" }, "back"],
  ["a host that nobody asked yet", { kind: "nothing" }, complete, "first"],
  ["from a weight that the ladder lost", at(25), at(50), "raise"],
];

describe("a move of traffic", () => {
  for (const [what, from, to, expected] of MOVES) {
    it(`E3 E5 ${what} is ${expected}`, () => {
      const move = moveOf(from, to, LADDER);
      assert.equal(move.kind === "jump" ? `jump over ${move.next}` : move.kind, expected);
    });
  }

  it("E5 whatever the ladder, less for the new version is never refused, and more is one step or a jump", () => {
    const ladders = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
      .map((some) => [...some.sort((a, b) => a - b), 100]);
    const phases = (ladder: readonly number[]): readonly (Phase & Stand)[] => [
      legacy,
      ...ladder.map(at),
      complete,
    ];
    fc.assert(
      fc.property(
        ladders.chain((ladder) =>
          fc.tuple(
            fc.constant(ladder),
            fc.constantFrom(...phases(ladder)),
            fc.constantFrom(...phases(ladder)),
          ),
        ),
        ([ladder, from, to]) => {
          const all = phases(ladder).map(standName);
          const steps = all.indexOf(standName(to)) - all.indexOf(standName(from));
          const expected = steps < 0 ? "back" : steps === 0 ? "same" : steps === 1 ? "raise" : "jump";
          assert.equal(moveOf(from, to, ladder).kind, expected);
          if (percentOf(to) < percentOf(from)) assert.equal(moveOf(from, to, ladder).kind, "back");
        },
      ),
    );
  });
});

const ingress = (weight: string | undefined, times: readonly object[] = []) => ({
  metadata: {
    annotations: { ...(weight === undefined ? {} : { "nginx.ingress.kubernetes.io/canary-weight": weight }) },
    creationTimestamp: "2026-11-28T20:00:00Z",
    managedFields: times,
  },
});

describe("where traffic stands", () => {
  const resource = (name: string, outputs: unknown) => ({
    urn: `urn:pulumi:staging::golive::golive:systems:Enova$golive:components:CanaryIngress$kubernetes:networking.k8s.io/v1:Ingress::${name}`,
    outputs,
  });

  it("E3 an Ingress says its weight, and when somebody last changed it: a change of its status is none", () => {
    const object = ingress("50", [
      { time: "2026-11-28T21:00:00Z", manager: "pulumi" },
      { time: "2026-11-28T22:00:00Z", manager: "nginx", subresource: "status" },
    ]);
    assert.equal(weightOf(object), 50);
    assert.equal(changedAt(object)?.toISOString(), "2026-11-28T21:00:00.000Z");
    assert.equal(changedAt(ingress("50"))?.toISOString(), "2026-11-28T20:00:00.000Z");
    assert.deepEqual(
      [weightOf(ingress(undefined)), weightOf(ingress("50%")), weightOf(undefined)],
      [undefined, undefined, undefined],
    );
  });

  it("E3 the state says where the Ingresses stand", () => {
    const [main, share] = [
      resource("enova-stable", ingress(undefined)),
      resource("enova-canary", ingress("100")),
    ];
    const done = resource("enova-complete", ingress(undefined));
    assert.deepEqual(ingressStand("enova", []).stand, { kind: "nothing" });
    assert.deepEqual(ingressStand("enova", [main]).stand, legacy);
    assert.deepEqual(ingressStand("enova", [main, share]).stand, at(100));
    assert.deepEqual(ingressStand("enova", [done]).stand, complete);
    assert.deepEqual(ingressStand("enova", [main, share, done]).stand, at(100));
  });

  it("E3 an HTTPRoute says it by its backends, beside what it is changed to", () => {
    const route = (...backendRefs: readonly object[]) => ({ spec: { rules: [{ backendRefs }] } });
    const [old, now] = [{ name: "old" }, { name: "new" }];
    const shared = route({ ...old, weight: 90 }, { ...now, weight: 10 });
    assert.deepEqual(routeStand(route(old), shared), legacy);
    assert.deepEqual(routeStand(shared, route(now)), at(10));
    assert.deepEqual(routeStand(route(now), shared), complete);
    assert.deepEqual(routeStand(undefined, shared), { kind: "nothing" });
    assert.deepEqual(routeStand(route(old), route(now)), legacy);
  });
});
