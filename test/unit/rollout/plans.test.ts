import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";
import { backNeeds, stepsBack } from "../../../rollout/back";
import type { Plan } from "../../../rollout/plan";
import { canaryPlan } from "../../../rollout/plans/canary";
import { plainPlan } from "../../../rollout/plans/plain";
import { s5Plan } from "../../../rollout/plans/s5";
import type { Move, Walk } from "../../../rollout/plans/walk";
import { summary } from "../../../rollout/summary";
import { timeline } from "../../../rollout/timeline";
import type { Parsed } from "../../../settings/parsed";
import { entryLine } from "../../../cli/rollout/text";
import { errors, fail, Journal } from "./fixtures";

const move = (system: string, key: string, service = key): Move => {
  const tag = `${system}${key === "" ? "" : `.${key}`}.image.tag`;
  return { key, service, to: [{ path: tag, value: "v2" }], back: [{ path: tag, value: "v1" }] };
};

const walk = (system: string, moves: readonly Move[], more: Partial<Walk> = {}): Walk => ({
  bound: { stack: "staging", system, version: "v2", images: [`${system}:v2`] },
  from: "v1",
  moves,
  rulesAt: () => [errors],
  verify: [{ ...errors, id: "health", source: "health", query: "https://example.com/health" }],
  soakSeconds: (percent) => ({ 10: 1800, 50: 900 })[percent] ?? 900,
  intervalSeconds: 30,
  verifySeconds: 300,
  approvals: [],
  goBack: "failed",
  patience: { insufficientSeconds: 1800, brokenSeconds: 600 },
  worksWith: [],
  ...more,
});

function valueOf(parsed: Parsed<Plan>): Plan {
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

const ids = ({ steps }: Plan): readonly string[] => steps.map(({ id }) => id);

const enova = (more: Partial<Walk> = {}, phase = "legacy", ladder = [10, 50, 100]) =>
  canaryPlan(walk("enova", [move("enova", "frontend"), move("enova", "gateway")], more), {
    phase,
    ladder,
  });

const S5_KEYS = ["migrations", "auth", "catalog", "orders", "frontend"];
const s5 = (more: Partial<Walk> = {}, keys = S5_KEYS) =>
  valueOf(
    s5Plan(
      walk(
        "s5",
        keys.map((key) => move("s5", key)),
        more,
      ),
      (wave, way) => [`${wave} ${way}`],
    ),
  );

/** The walk until a step's change fails; then the way back to its end. */
function failing(plan: Plan, step: string): Journal {
  const journal = new Journal(plan);
  for (;;) {
    const action = journal.until(["apply"]);
    if (action.kind === "apply" && action.step.id === step) break;
    journal.do(action, () => fail);
  }
  journal.add(
    { kind: "change begun", step },
    { kind: "change failed", step, message: "Orders is not ready" },
  );
  journal.until(["finished"]);
  return journal;
}

const resources = (...names: readonly string[]) => ({ kind: "resources", names });
const tagOf = (key: string, value: string) => ({ path: `s5.${key}.image.tag`, value });
const undosOf = ({ state }: Journal) => stepsBack(state).map(({ undo }) => undo);
const undone = ({ entries }: Journal) =>
  entries.flatMap(({ event }) => (event.kind === "undo done" ? [event.step, ...(event.also ?? [])] : []));
/** Undos that were begun: an `up` each. */
const ups = ({ entries }: Journal) => entries.filter(({ event }) => event.kind === "undo begun").length;
const begun = ({ entries }: Journal) =>
  entries.flatMap(({ event }) => (event.kind === "change begun" ? [event.step] : []));

describe("the plan of ENOVA", () => {
  it("E3 is 10 % for 30 minutes, 50 % for 15, 100 %, complete", () => {
    const plan = valueOf(enova());
    assert.deepEqual(ids(plan), [
      "release",
      "weight 10",
      "soak 10",
      "weight 50",
      "soak 50",
      "weight 100",
      "soak 100",
      "complete",
      "verify complete",
    ]);
    const start = Date.UTC(2026, 10, 24, 3);
    const at = (id: string) => timeline(plan, start).find(({ step }) => step.id === id)?.from ?? 0;
    assert.equal((at("weight 50") - at("soak 10")) / 60_000, 30);
    assert.equal((at("weight 100") - at("soak 50")) / 60_000, 15);
  });

  it("E3 begins at the phase that the stack file has", () => {
    assert.deepEqual(ids(valueOf(enova({ moves: [] }, "50"))).slice(0, 2), ["weight 50", "soak 50"]);
    const [release] = valueOf(enova({}, "50")).steps;
    assert.match(release?.title ?? "", /in place of what has 50 % of the requests/);
  });

  it("E3 E4 once it is complete a release takes its place, and is soaked as at 100 %", () => {
    const plan = valueOf(enova({}, "complete"));
    assert.deepEqual(ids(plan), ["release", "verify release", "soak 100"]);
    const journal = new Journal(plan);
    journal.until(["finished"], fail);
    assert.deepEqual(undone(journal), ["release"]);
  });

  it("E5 goes back by one change of the traffic, then of the versions", () => {
    const journal = new Journal(valueOf(enova()));
    journal.until(["finished"], fail);
    assert.deepEqual(undone(journal), ["weight 10", "release"]);
    const complete = new Journal(valueOf(enova()));
    complete.until(["finished"]);
    complete.add({ kind: "rolling back", cause: { kind: "asked", by: "ana" }, reason: "late" });
    const back = stepsBack(complete.state);
    assert.deepEqual(
      back.map(({ id }) => id),
      ["complete", "release"],
    );
    const settings = back.map(({ undo }) => ("settings" in undo ? undo.settings : []));
    assert.deepEqual(settings[0], [
      { path: "enova.canary.phase", value: "rollback" },
      { path: "enova.legacy.retired", value: false },
    ]);
  });

  it("S8 blue and green is the ladder of one weight", () => {
    assert.deepEqual(ids(valueOf(enova({}, "legacy", [100]))).slice(0, 3), [
      "release",
      "weight 100",
      "soak 100",
    ]);
  });

  it("L9 G16 asks for approval before the step that the settings name, and for none before another", () => {
    const approvals = [{ before: "weight 50", roles: ["sre-lead", "product-owner"], quorum: 2 }];
    assert.equal(ids(valueOf(enova({ approvals })))[3], "approval of weight 50");
    const unknown = enova({ approvals: [{ before: "weight 60", roles: ["qa"], quorum: 1 }] });
    assert.ok("problem" in unknown && unknown.problem.endsWith("found weight 60"));
  });

  it("E3 without a rule there is no plan", () => {
    const blind = enova({ rulesAt: () => [] });
    assert.ok(
      "problem" in blind && blind.problem.startsWith("expected at least one rule for readings at 10 %"),
    );
  });
});

describe("the plan of S5", () => {
  it("S3 is Migrations → Auth → Catalog → Orders → Frontend → smoke test → traffic", () => {
    assert.deepEqual(ids(s5()), [
      "migrations",
      "auth",
      "catalog",
      "orders",
      "frontend",
      "smoke",
      "traffic",
      "verify traffic",
      "soak 100",
      "tidy",
    ]);
  });

  it("S3 leaves out the waves of what stays, and keeps the order whatever order they are named in", () => {
    assert.deepEqual(ids(s5({}, ["orders", "auth"])).slice(0, 3), ["auth", "orders", "smoke"]);
  });

  it("S7 with a failing Orders Auth and Catalog stay, Frontend is not touched, the CDN not invalidated", () => {
    const journal = failing(s5(), "orders");
    assert.deepEqual(undone(journal), ["orders"]);
    assert.deepEqual(undosOf(journal), [
      { settings: [tagOf("orders", "v1")], scope: resources("orders back") },
    ]);
    assert.deepEqual(begun(journal), ["migrations", "auth", "catalog", "orders"]);
  });

  it("S7 with a failing Orders Auth and Catalog go back, by one up and the last first, where the plan says all", () => {
    const journal = failing(s5({ goBack: "all" }), "orders");
    assert.deepEqual(undone(journal), ["orders", "catalog", "auth"]);
    assert.equal(ups(journal), 1);
    assert.deepEqual(undosOf(journal), [
      {
        settings: ["orders", "catalog", "auth"].map((key) => tagOf(key, "v1")),
        scope: resources("orders back", "catalog back", "auth back"),
      },
    ]);
    assert.ok(!begun(journal).includes("frontend") && !begun(journal).includes("traffic"));
  });

  it("S8 with a failing smoke test there is no traffic, and all goes back", () => {
    const journal = failing(s5(), "smoke");
    assert.deepEqual(undone(journal), ["frontend", "orders", "catalog", "auth"]);
    assert.ok(!begun(journal).includes("traffic"));
  });

  it("S7 with errors of one API after the traffic that API alone goes back, traffic first", () => {
    const plan = s5({ rulesAt: () => [{ ...errors, service: "catalog" }] });
    const journal = new Journal(plan);
    const [traffic] = plan.steps.filter(({ id }) => id === "traffic");
    assert.ok(traffic);
    while (!journal.state.passed.includes("verify traffic"))
      journal.do(journal.next(), ({ id }) => ({
        kind: id === "health" ? "pass" : "fail",
        value: 0,
        samples: 500,
      }));
    journal.until(["finished"], fail);
    assert.deepEqual(undone(journal), ["traffic", "catalog"]);
    assert.deepEqual(undosOf(journal), [
      { settings: [tagOf("catalog", "v1")], scope: resources("traffic back", "catalog back") },
    ]);
  });

  it("S7 whichever wave fails, all that goes back is one up, and nothing of it twice", () => {
    for (const goBack of ["failed", "all"] as const) {
      for (const step of ["auth", "catalog", "orders", "frontend", "smoke", "traffic"]) {
        const journal = failing(s5({ goBack }), step);
        assert.equal(ups(journal), 1, `${step}, ${goBack}`);
        const back = undone(journal);
        assert.equal(new Set(back).size, back.length);
        const isOfOne = goBack === "failed" && step !== "smoke" && step !== "traffic";
        const undoable = begun(journal).filter((id) => id !== "migrations" && id !== "smoke");
        assert.deepEqual(back, isOfOne ? [step] : undoable.reverse(), `${step}, ${goBack}`);
      }
    }
  });

  it("S3 a migration that failed is in the stack file no more, or the next rollout would leave it out", () => {
    const journal = failing(s5(), "migrations");
    assert.deepEqual(undosOf(journal), [
      { settings: [tagOf("migrations", "v1")], scope: { kind: "nothing" } },
    ]);
  });

  it("S7 says what the schema needs, unless all that go back work with it", () => {
    const needs = (worksWith: readonly string[], step = "orders", goBack: "failed" | "all" = "failed") =>
      backNeeds(failing(s5({ worksWith, goBack }), step).state).length;
    assert.equal(needs([]), 1);
    assert.equal(needs(["auth"]), 1);
    assert.equal(needs(["orders"]), 0);
    assert.equal(needs(["orders"], "orders", "all"), 1);
    assert.equal(needs(["orders", "auth", "catalog"], "orders", "all"), 0);
    // A schema that is not whole is nobody's.
    assert.equal(needs(["orders", "auth", "catalog"], "migrations"), 1);
    const { state, entries } = failing(s5(), "orders");
    assert.deepEqual(summary(state).stillDue, backNeeds(state));
    const last = entries.at(-1);
    assert.match(
      (last && entryLine(last, state)) ?? "",
      /rolled back to v1; still due: the schema stays; .*golive recover database s5 --stack staging --reverse v2/,
    );
  });

  it("S7 reverses the schema only for a service that goes back and does not work with it", () => {
    const reversible = (worksWith: readonly string[]): Plan => {
      const plan = s5({ worksWith });
      const reverse = { settings: [tagOf("migrations", "v1")], scope: { kind: "system" as const } };
      return {
        ...plan,
        steps: plan.steps.map((step) =>
          step.id === "migrations" && step.kind === "change"
            ? { ...step, schema: { worksWith, reverse } }
            : step,
        ),
      };
    };
    assert.deepEqual(undone(failing(reversible(["orders"]), "orders")), ["orders"]);
    assert.deepEqual(undone(failing(reversible(["auth"]), "orders")), ["orders", "migrations"]);
  });
});

describe("the plan of a release in place", () => {
  const moves = [move("guelaguetza", "", "guelaguetza-backend")];
  const migrating = { resources: ["guelaguetza-migration"], keepsOut: true };

  it("G9 G14 Guelaguetza backs up and migrates before its release; back goes the release alone", () => {
    const plan = valueOf(
      plainPlan(walk("guelaguetza", moves), { releases: ["guelaguetza-backend"], migrating }),
    );
    assert.deepEqual(ids(plan), ["migration", "release", "verify release", "soak 100"]);
    const journal = new Journal(plan);
    journal.until(["finished"], fail);
    assert.deepEqual(undone(journal), ["release"]);
    assert.ok(summary(journal.state).downtimeSeconds > 0);
    assert.match(
      backNeeds(journal.state).join(),
      /^the schema stays; .*golive recover database \w+ --stack staging --reverse v2/,
    );
  });

  it("G10 G14 G17 with a failing migration the release is not touched; users were kept out while it ran, by its own Job", () => {
    const plan = valueOf(
      plainPlan(walk("guelaguetza", moves), { releases: ["guelaguetza-backend"], migrating }),
    );
    const journal = failing(plan, "migration");
    assert.deepEqual(undone(journal), ["migration"]);
    assert.deepEqual(undosOf(journal), [
      {
        settings: [{ path: "guelaguetza.image.tag", value: "v1" }],
        scope: { kind: "nothing" },
      },
    ]);
    assert.equal(journal.state.down.since, undefined);
  });

  it("K22 L12 Kometa and ListaCompra are released, verified and watched; back goes what holds the pods", () => {
    for (const system of ["kometa", "listacompra"]) {
      const plan = valueOf(plainPlan(walk(system, [move(system, "", system)]), { releases: [system] }));
      assert.deepEqual(ids(plan), ["release", "verify release", "soak 100"]);
      const journal = new Journal(plan);
      journal.until(["wait"]);
      journal.until(["finished"], fail);
      const [back] = stepsBack(journal.state);
      assert.ok(back && "scope" in back.undo);
      assert.deepEqual(back.undo.scope, resources(system));
    }
  });
});

describe("the order of a release", () => {
  const ROOT = path.resolve(__dirname, "../../..");
  const FILE = path.join(ROOT, "rollout", "wrong-order.ts");
  const PARTS = `
import * as g from "./graph";
const receipt = g.migration([], g.backup([]));
const auth = g.service("auth", [], receipt);
const live = g.frontend([], auth);
const passed = g.smoke([], live);
`;
  const ORDERS: readonly (readonly [title: string, right: string, wrong: string])[] = [
    ["a migration without a backup", "g.migration([], g.backup([]));", "g.migration([], auth);"],
    ["a service without its migration", 'g.service("a", [], receipt);', 'g.service("a", [], auth);'],
    ["a frontend without its services", "g.frontend([], auth);", "g.frontend([]);"],
    ["a smoke test before the frontend", "g.smoke([], live);", "g.smoke([], auth);"],
    ["traffic before the smoke test", "g.traffic([], passed);", "g.traffic([], live);"],
  ];

  /** Lines of the snippets that have an error. */
  function errorsOf(snippets: readonly string[]): readonly number[] {
    const text = PARTS + snippets.join("\n");
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ES2022,
    };
    const host = ts.createCompilerHost(options);
    const program = ts.createProgram([FILE], options, {
      ...host,
      fileExists: (file) => file === FILE || host.fileExists(file),
      readFile: (file) => (file === FILE ? text : host.readFile(file)),
      getSourceFile: (file, language, ...rest) =>
        file === FILE
          ? ts.createSourceFile(file, text, language, true)
          : host.getSourceFile(file, language, ...rest),
    });
    const source = program.getSourceFile(FILE);
    assert.ok(source);
    const first = PARTS.split("\n").length - 1;
    return program
      .getSemanticDiagnostics(source)
      .map(({ start = 0 }) => source.getLineAndCharacterOfPosition(start).line - first);
  }

  it("S3 does not compile where it is wrong", function () {
    this.timeout(120_000);
    assert.deepEqual(errorsOf(ORDERS.map(([, right]) => right)), []);
    assert.deepEqual(
      errorsOf(ORDERS.map(([, , wrong]) => wrong)),
      ORDERS.map((_, line) => line),
    );
  });
});
