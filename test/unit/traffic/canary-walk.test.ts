import assert from "node:assert/strict";
import fc from "fast-check";
import {
  canaryServiceName,
  pathOf,
  type Canary,
  type CanaryRoute,
  type IngressNames,
} from "../../../components/traffic/canary";
import { canaryProblems } from "../../../components/traffic/canary-problems";
import { parsePhase, percentOf, phaseNames, type Phase } from "../../../components/traffic/ladder";
import type { Selection } from "../../../components/traffic/nginx";
import { applied, declared, operations, type Operation } from "../../support/canary-operations";
import {
  admits,
  answer,
  type Answer,
  type ModelCluster,
  type ModelRequest,
} from "../../support/ingress-nginx";

const route = (index: number): CanaryRoute => ({
  host: `host-${index % 2}.example.com`,
  ...(index < 2 ? {} : { path: `/part-${index}` }),
  stable: { service: `old-${index}`, port: 80 },
  canary: { service: `new-${index}`, port: 80 },
});

const routes = fc
  .integer({ min: 1, max: 4 })
  .map((count) => Array.from({ length: count }, (_, index) => route(index)));
const ladder = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 })
  .map((weights) => [...weights.sort((a, b) => a - b), 100]);
const names = fc.constantFrom(
  { stable: "shop-legacy", canary: "shop-canary", complete: "shop" },
  { stable: "shop", canary: "shop-canary" },
);
const by = fc.constantFrom<(Selection | undefined)[]>(
  undefined,
  { kind: "header", name: "X-New" },
  { kind: "header", name: "X-New", value: "yes" },
  { kind: "cookie", name: "new" },
);
const affinity = fc.constantFrom(undefined, { cookie: "session" });

const walk = fc.record({ routes, ladder, names, by, affinity }).chain((given) =>
  fc.record({
    given: fc.constant(given),
    phases: fc.array(fc.constantFrom(...phaseNames(given.ladder)), { minLength: 2, maxLength: 6 }),
  }),
);

function phaseOf(name: string, weights: readonly number[]): Phase {
  const parsed = parsePhase(name, weights);
  assert.ok("value" in parsed);
  return parsed.value;
}

/** Percent of an answer that the new version's pods give; every other percent must be the old one's. */
function percentNew(given: Answer, { stable, canary }: CanaryRoute): number {
  assert.ok(typeof given === "object", `the host answers ${JSON.stringify(given)}`);
  const made = `${canary.service}-canary`;
  const unknown = Object.keys(given).filter((name) => ![stable.service, canary.service, made].includes(name));
  assert.deepEqual(unknown, []);
  return (given[canary.service] ?? 0) + (given[made] ?? 0);
}

type Objects = ReturnType<typeof declared>;

const clusterOf = (objects: Objects, all: readonly CanaryRoute[]): ModelCluster => ({
  ingresses: objects.flatMap((object) => ("ingress" in object ? [object.ingress] : [])),
  // Releases are there in every phase; the share's Services are declared.
  ready: new Set([
    ...all.flatMap(({ stable, canary }) => [stable.service, canary.service]),
    ...objects.flatMap((object) => ("service" in object ? [object.service] : [])),
  ]),
});

const requestOf = (place: CanaryRoute, more: Partial<ModelRequest> = {}): ModelRequest => ({
  host: place.host,
  path: pathOf(place),
  ...more,
});

/** What every state of the way must hold, and what its end must. Gives the objects there, from the oldest to the newest. */
function checkedStep(canary: Canary, next: Canary, names: IngressNames, before: Objects): Objects {
  const all = canary.routes;
  const [from, to] = [percentOf(canary.phase), percentOf(next.phase)];
  let objects = before;
  for (const operation of operations(declared(canary, names), declared(next, names))) {
    checkAdmitted(objects, operation, all);
    objects = applied(objects, operation);
    for (const place of all) {
      const seen = percentNew(answer(clusterOf(objects, all), requestOf(place)), place);
      assert.ok([from, to].includes(seen), `${seen} % on the way from ${from} to ${to}`);
    }
  }
  for (const place of all) {
    assert.equal(percentNew(answer(clusterOf(objects, all), requestOf(place)), place), to);
  }
  return objects;
}

function checkAdmitted(objects: Objects, { op, object }: Operation, all: readonly CanaryRoute[]): void {
  if (op === "delete" || !("ingress" in object)) return;
  assert.ok(admits(clusterOf(objects, all).ingresses, object.ingress), `${object.ingress.name} is refused`);
}

describe("a canary's way from phase to phase", () => {
  it("E1 E3 E5 is answered by a ready Service at every moment, with the share of the phase before or after, for every ladder", () => {
    fc.assert(
      fc.property(walk, ({ given, phases }) => {
        const [first = "legacy", ...rest] = phases;
        const canaryIn = (name: string): Canary => ({ ...given, phase: phaseOf(name, given.ladder) });
        let canary = canaryIn(first);
        let objects = declared(canary, given.names);
        for (const name of rest) {
          const next = canaryIn(name);
          objects = checkedStep(canary, next, given.names, objects);
          canary = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("E3 a step between weights changes one annotation of one object, unless sessions move at the last", () => {
    fc.assert(
      fc.property(fc.record({ routes, ladder, names, by }), (given) => {
        const weights = given.ladder.map((weight) => ({
          ...given,
          phase: phaseOf(String(weight), given.ladder),
        }));
        for (const [index, next] of weights.slice(1).entries()) {
          const canary = weights[index] ?? next;
          const steps = operations(declared(canary, given.names), declared(next, given.names));
          assert.deepEqual(
            steps.map(({ op, object }) => `${op} ${object.key}`),
            ["update canary"],
          );
        }
      }),
    );
  });

  it("E5 a rollback from any weight deletes the share and changes nothing else, whoever was on it", () => {
    fc.assert(
      fc.property(fc.record({ routes, ladder, names, by }), (given) => {
        for (const weight of given.ladder) {
          const canary = { ...given, phase: phaseOf(String(weight), given.ladder) };
          const back: Canary = { ...given, phase: { kind: "rollback" } };
          const [before, after] = [declared(canary, given.names), declared(back, given.names)];
          const steps = operations(before, after);
          assert.ok(steps.every(({ op }) => op === "delete"));
          assert.equal(steps[0]?.object.key, "canary");
          const objects = steps.reduce(applied, before);
          for (const place of given.routes) {
            for (const more of escapes(place)) {
              const seen = answer(clusterOf(objects, given.routes), requestOf(place, more));
              assert.equal(percentNew(seen, place), 0);
            }
          }
        }
      }),
    );
  });

  /** Requests that a weight of 0 would leave on the new version. */
  const escapes = (place: CanaryRoute): Partial<ModelRequest>[] => [
    { headers: { "X-New": "always" } },
    { headers: { "X-New": "yes" } },
    { cookies: { new: "always" } },
    { session: { cookie: "session", service: canaryServiceName(place) } },
  ];

  it("E3 at the last weight a session that began on the old version is on the new one", () => {
    fc.assert(
      fc.property(fc.record({ routes, ladder, names }), (given) => {
        const phase = phaseOf("100", given.ladder);
        const objects = declared({ ...given, phase, affinity: { cookie: "session" } }, given.names);
        for (const place of given.routes) {
          const session = { cookie: "session", service: place.stable.service };
          const seen = answer(clusterOf(objects, given.routes), requestOf(place, { session }));
          assert.equal(percentNew(seen, place), 100);
        }
      }),
    );
  });

  it("E1 what is walked here is what the component takes", () => {
    fc.assert(
      fc.property(fc.record({ routes, ladder, names, by, affinity }), ({ names: ingresses, ...given }) => {
        const router = { kind: "ingress-nginx", className: "nginx" } as const;
        assert.deepEqual(canaryProblems({ ...given, phase: "legacy", ingresses, router }), []);
      }),
    );
  });
});
