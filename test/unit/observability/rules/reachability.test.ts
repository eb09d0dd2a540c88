import assert from "node:assert/strict";
import fc from "fast-check";
import type { Objective } from "../../../../observability/objectives/objective";
import type { Override } from "../../../../observability/objectives/overrides";
import { rulesOf } from "../../../../observability/rules";
import { BURNS } from "../../../../observability/rules/burns";
import {
  bucketsFor,
  burnProblems,
  neededBuckets,
  reachabilityProblems,
} from "../../../../observability/rules/reachability";
import type { Watched } from "../../../../observability/watched";
import { ENOVA, EVERY_WATCHED, GUELAGUETZA, KOMETA, LISTACOMPRA } from "../../../support/watched";

const problems = (watched: Watched) => reachabilityProblems(watched, rulesOf(watched));
const overridden = (
  watched: Watched,
  id: string,
  override: Omit<Extract<Override, { kind: "changed" }>, "kind">,
) => ({
  ...watched,
  overrides: { [id]: { kind: "changed" as const, ...override } },
});
const withBuckets = (watched: Watched, buckets: readonly number[]): Watched => ({
  ...watched,
  services: watched.services.map((service) =>
    service.traffic === undefined ? service : { ...service, traffic: { ...service.traffic, buckets } },
  ),
});
const withPrometheus = (watched: Watched, own: Partial<Watched["platform"]["prometheus"]>): Watched => ({
  ...watched,
  platform: { ...watched.platform, prometheus: { ...watched.platform.prometheus, ...own } },
});
const DEFAULT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

describe("thresholds that could never be reached", () => {
  it("K24 L18 E9 none of the documents' is one, with the buckets that the stacks set", () => {
    assert.deepEqual(EVERY_WATCHED.flatMap(problems), []);
  });

  it("L18 a bound within a bucket is told with the buckets to set, which golive knows itself", () => {
    assert.deepEqual(problems(withBuckets(LISTACOMPRA, DEFAULT)), [
      "listacompra: listacompra/latency: 0.35 s lies within a bucket of api.listacompra.app and not at its edge, so it " +
        "cannot be told from its neighbours; set golive:router.timeBuckets to [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, " +
        "0.5, 1, 2.5, 5, 10]",
    ]);
    assert.ok(neededBuckets(LISTACOMPRA).includes(0.35));
    assert.deepEqual(neededBuckets(KOMETA), []);
    const all = bucketsFor(EVERY_WATCHED);
    assert.deepEqual(
      [LISTACOMPRA, ENOVA].flatMap((watched) => problems(withBuckets(watched, all))),
      [],
    );
  });

  it("E9 a bound beyond the last bucket is told", () => {
    const [first] = problems(overridden(ENOVA, "latency", { limit: 30 }));
    assert.match(
      first ?? "",
      /^enova: enova\/latency: 30 s lies beyond the last bucket \(10 s\) of \S+ and \S+, so it can never be exceeded; set golive:router\.timeBuckets to \[.*10, 30\]$/,
    );
  });

  it("K24 a burn that not even all events would make is told with the target that works, and no other is", () => {
    const [one, ...more] = problems(overridden(KOMETA, "availability", { limit: 0.1 }));
    assert.deepEqual(more, []);
    assert.match(
      one ?? "",
      /^kometa: kometa\/availability: its fastest burn rate, 14\.4 times 10 %, is 100 % .*set a target of 93\.1 % or more \(limit 0\.069 or less\)$/,
    );
    const target = fc.integer({ min: 1, max: 99_999 }).map((parts) => parts / 100_000);
    fc.assert(
      fc.property(target, (share) => {
        const level: NonNullable<Objective["level"]> = { target: share, periodDays: 30, name: "Burn" };
        const objective: Objective = {
          id: "a/b",
          rows: [],
          signal: "errorRatio",
          limit: { above: 1 - share },
          window: "5m",
          level,
        };
        const found = burnProblems(objective);
        const reached = BURNS.every(({ factor }) => factor * (1 - share) < 1);
        assert.equal(found.length, reached ? 0 : 1);
        const [, works] = /a target of ([\d.]+) %/.exec(found[0] ?? "") ?? [];
        if (works === undefined) return;
        const mended = { ...objective, level: { ...level, target: Number(works) / 100 } };
        assert.deepEqual(burnProblems(mended), []);
      }),
    );
  });

  it("E9 a range of under four scrapes, and one that Prometheus no longer keeps, are told with what works", () => {
    const [rare] = problems(withPrometheus(ENOVA, { scrapeInterval: "2m" }));
    assert.match(rare ?? "", /^enova: \w+: 5m is less than 4 scrapes of 2m, .*; set a window of 8m or more$/);
    const short = problems(withPrometheus(KOMETA, { retention: "10d" }));
    assert.deepEqual(short, [
      "kometa: service:slo_bad_events:ratio30d: it reads 30d, and Prometheus keeps 10d; set " +
        "golive:observability.prometheus.retention to 30d or more, as Prometheus itself has it",
    ]);
    assert.deepEqual(problems(withPrometheus(KOMETA, { retention: "30d" })), []);
  });

  it("L18 G12 what a service counts itself is told where nobody reads its metrics", () => {
    const blind = (watched: Watched): Watched => ({
      ...watched,
      services: watched.services.map(({ name, release, image, port, healthPath, autoscaled, traffic }) => ({
        name,
        release,
        image,
        port,
        healthPath,
        autoscaled,
        ...(traffic === undefined ? {} : { traffic }),
      })),
    });
    assert.ok(
      problems(blind(LISTACOMPRA)).includes(
        "listacompra: listacompra/worker: listacompra-worker counts it itself, and the stack names no path of its metrics; " +
          "set metrics of the service",
      ),
    );
    assert.equal(
      problems(blind(GUELAGUETZA)).filter((problem) => problem.includes("guelaguetza-backend counts it"))
        .length,
      6,
    );
  });
});
