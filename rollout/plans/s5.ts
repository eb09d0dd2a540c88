/** S5's waves: Migrations → Auth → Catalog → Orders → Frontend → smoke test → traffic (rows S3–S8). Pure. */
import type { Parsed } from "../../settings/parsed";
import type { S5Wave } from "../../systems/names";
import { backedUpElsewhere, forward, frontend, migration, service, smoke, traffic } from "../graph";
import type { ChangeStep, Plan, Step } from "../plan";
import {
  change,
  EXPECTED,
  type Move,
  NOTHING,
  planOf,
  schemaStays,
  resources,
  soakAt,
  SYSTEM,
  toNew,
  toOld,
  verifyAfter,
  type Walk,
} from "./walk";

/** The resources of a wave, by name: on the way there the new version's, on the way back both, and no test. */
export type WaveResources = (wave: S5Wave, way: "there" | "back") => readonly string[];

/**
 * A release wave by wave: each is an `up` of its own resources alone, and what serves is not touched before the last. One that
 * fails ends the walk: the waves before it stay or go back as `goBack` says, those after it are never begun.
 */
export function s5Plan(walk: Walk, named: WaveResources): Parsed<Plan> {
  const moved = (key: string): readonly Move[] => walk.moves.filter((move) => move.key === key);
  const wave = (name: S5Wave, title: string, more: Partial<ChangeStep> = {}): readonly Step[] => {
    const moves = moved(name);
    const [move] = moves;
    if (move === undefined) return [];
    const step: ChangeStep = {
      kind: "change",
      id: name,
      title,
      change: change(toNew(moves), resources(...named(name, "there"))),
      undo: change(toOld(moves), resources(...named(name, "back"))),
      service: move.service,
      expectedSeconds: EXPECTED.pods,
      ...more,
    };
    return [step];
  };
  const schema = migration(
    wave("migrations", "schema migrations", {
      undo: change(toOld(moved("migrations")), NOTHING),
      service: undefined,
      schema: { worksWith: walk.worksWith },
      backNeeds: schemaStays(walk),
      expectedSeconds: EXPECTED.migration,
    }),
    backedUpElsewhere(),
  );
  const auth = service("auth", wave("auth", "Auth beside the version that serves"), schema);
  const catalog = service("catalog", wave("catalog", "Catalog beside the version that serves"), schema, auth);
  const orders = service(
    "orders",
    wave("orders", "Orders beside the version that serves"),
    schema,
    auth,
    catalog,
  );
  const site = frontend(wave("frontend", "Frontend where only its test sees it"), orders);
  const bare = (name: S5Wave, title: string): ChangeStep => ({
    kind: "change",
    id: name,
    title,
    change: change([], resources(...named(name, "there"))),
    expectedSeconds: EXPECTED.traffic,
  });
  const tested = smoke([bare("smoke", "smoke test of everything together")], site);
  const open = traffic(
    [
      {
        ...bare("traffic", "traffic to everything new, caches emptied"),
        undo: change([], resources(...named("traffic", "back"))),
        percent: 100,
      },
      ...verifyAfter(walk, "traffic"),
      soakAt(walk, 100),
      {
        kind: "change",
        id: "tidy",
        title: "what served before goes",
        change: change([], SYSTEM),
        expectedSeconds: EXPECTED.traffic,
      },
    ],
    tested,
  );
  return planOf(walk, forward(open));
}
