/** S5's waves: Migrations → Auth → Catalog → Orders → Frontend → smoke test → traffic (rows S3–S8). Pure. */
import { waveName } from "../../components/waves/table";
import type { Parsed } from "../../settings/parsed";
import { S5_WAVES, type S5Wave } from "../../systems/names";
import { backedUpElsewhere, forward, frontend, migration, service, smoke, traffic } from "../graph";
import type { ChangeStep, Plan, Scope, Step } from "../plan";
import {
  change,
  EXPECTED,
  type Move,
  planOf,
  soakAt,
  SYSTEM,
  toNew,
  toOld,
  verifyAfter,
  type Walk,
  waves,
} from "./walk";

/** A version of the migrations' schema is reversed by none of the document's commands but `db-migrate down`. */
const REVERSE =
  "the schema stays; where a version before cannot work with it, run db-migrate down by hand (S7)";

/**
 * A release wave by wave: each is an `up` of its own resources alone, and what serves is not touched before the last. One that
 * fails ends the walk: the waves before it stay or go back as `goBack` says, those after it are never begun.
 */
export function s5Plan(walk: Walk): Parsed<Plan> {
  const { system } = walk.bound;
  const scopeOf = (...names: readonly S5Wave[]): Scope =>
    waves(...names.map((name) => waveName(system, S5_WAVES.indexOf(name), name)));
  const moved = (key: string): readonly Move[] => walk.moves.filter((move) => move.key === key);
  const wave = (name: S5Wave, title: string, more: Partial<ChangeStep> = {}): readonly Step[] => {
    const moves = moved(name);
    const [move] = moves;
    if (move === undefined) return [];
    const step: ChangeStep = {
      kind: "change",
      id: name,
      title,
      change: change(toNew(moves), scopeOf(name)),
      undo: change(toOld(moves), scopeOf("traffic", name)),
      service: move.service,
      expectedSeconds: EXPECTED.pods,
      ...more,
    };
    return [step];
  };
  const schema = migration(
    wave("migrations", "schema migrations", {
      undo: undefined,
      service: undefined,
      schema: { worksWith: walk.worksWith },
      backNeeds: REVERSE,
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
  const tested = smoke([bare("smoke", "smoke test of everything together", scopeOf("smoke"))], site);
  const open = traffic(
    [
      { ...bare("traffic", "traffic to everything new, caches emptied", scopeOf("traffic")), percent: 100 },
      ...verifyAfter(walk, "traffic"),
      soakAt(walk, 100),
      bare("tidy", "what served before goes", SYSTEM),
    ],
    tested,
  );
  return planOf(walk, forward(open));
}

/** A change of no value: what the file says already, of more resources. */
const bare = (id: string, title: string, scope: Scope): ChangeStep => ({
  kind: "change",
  id,
  title,
  change: change([], scope),
  expectedSeconds: EXPECTED.traffic,
});
