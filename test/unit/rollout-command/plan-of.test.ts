import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { planOf } from "../../../cli/rollout/plan-of";
import type { SystemName } from "../../../cli/rollout/session";
import { repositoryRoot } from "../../../engine/cache";
import type { Plan } from "../../../rollout/plan";
import { readStackFile, type StackSettings } from "../../../settings";

/** A stack file whose images go by their tags: the digest of a new build would be the release record's to say. */
function byTags(stack: string): StackSettings {
  const text = readFileSync(path.join(repositoryRoot, `Pulumi.${stack}.yaml`), "utf8");
  const folder = mkdtempSync(path.join(tmpdir(), "golive-plan-"));
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  try {
    writeFileSync(file, text.replaceAll(/,?\s+digest: sha256:[0-9a-f]{64}(?:,(?=\s*\n\s*\}))?/g, ""));
    return readStackFile(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PRODUCTION = byTags("production");
const DEVELOP = byTags("develop");
const of = (system: SystemName): StackSettings => (system === "kometa" ? DEVELOP : PRODUCTION);

const NEW = "v9.9.9";

/** Production with ENOVA at a phase. */
function at(phase: string): StackSettings {
  const { enova } = PRODUCTION.systems;
  if (enova === undefined) throw new Error("production has no enova");
  const systems = { ...PRODUCTION.systems, enova: { ...enova, canary: { ...enova.canary, phase } } };
  return { ...PRODUCTION, systems };
}

const plan = (system: SystemName, to?: string, settings = of(system)): Plan =>
  planOf({ settings, system, stack: settings.stack }, { loki: "http://127.0.0.1:3100" }, to);

/** What each system's release is, step by step. */
const STEPS: readonly (readonly [SystemName, readonly string[]])[] = [
  ["kometa", ["release", "verify release", "soak 100"]],
  ["listacompra", ["migration", "release", "verify release", "soak 100"]],
  [
    "guelaguetza",
    ["maintenance on", "migration", "release", "maintenance off", "verify release", "soak 100"],
  ],
  [
    "s5",
    [
      ...["migrations", "auth", "catalog", "orders", "frontend", "smoke", "traffic"],
      ...["verify traffic", "soak 100", "tidy"],
    ],
  ],
  [
    "enova",
    ["release", "weight 10", "soak 10", "weight 50", "soak 50", "weight 100", "soak 100", "complete"],
  ],
];

const canaryRules = ({ steps }: Plan): readonly string[] =>
  steps.flatMap((step) => ("rules" in step ? step.rules : [])).map(({ query }) => query);

describe("the plan of each system", () => {
  for (const [system, ids] of STEPS) {
    it(`D5 E3 S3 K14 L8 G10 ${system} is released step by step, and read before it ends`, () => {
      const { steps } = plan(system, NEW, system === "enova" ? at("legacy") : of(system));
      assert.deepEqual(
        steps.map(({ id }) => id),
        ids,
      );
      const soaks = steps.flatMap((step) => (step.kind === "soak" ? [step] : []));
      assert.ok(soaks.length > 0 && soaks.every(({ rules }) => rules.length > 0));
    });
  }

  it("S7 the services whose version before works with the schema are those of the settings, and the frontend", () => {
    const { s5, guelaguetza } = PRODUCTION.systems;
    assert.ok(s5 && guelaguetza);
    const worksWith = (system: SystemName, systems: Partial<StackSettings["systems"]>) => {
      const { steps } = plan(system, NEW, { ...PRODUCTION, systems: { ...PRODUCTION.systems, ...systems } });
      const changes = steps.filter((step) => step.kind === "change");
      const named = changes.flatMap(({ schema }) => schema?.worksWith ?? []);
      return changes.flatMap(({ id, service }) =>
        service !== undefined && named.includes(service) ? [id] : [],
      );
    };
    assert.deepEqual(worksWith("s5", {}), ["frontend"]);
    const upon = { ...s5, rollout: { ...s5.rollout, worksWith: ["orders" as const] } };
    assert.deepEqual(worksWith("s5", { s5: upon }), ["orders", "frontend"]);
    assert.deepEqual(worksWith("guelaguetza", {}), []);
    const alone = { ...guelaguetza, rollout: { ...guelaguetza.rollout, worksWith: ["guelaguetza"] } };
    assert.deepEqual(worksWith("guelaguetza", { guelaguetza: alone }), ["release"]);
  });

  it("E3 E4 ENOVA once complete is released in its place, and read as what everybody gets", () => {
    const complete = plan("enova", NEW, at("complete"));
    assert.deepEqual(
      complete.steps.map(({ id }) => id),
      ["release", "soak 100"],
    );
    assert.equal(complete.from, PRODUCTION.systems.enova?.frontend.image.tag);
    assert.ok(canaryRules(plan("enova", NEW, at("50"))).some((query) => /canary!=""/.test(query)));
    assert.ok(canaryRules(complete).every((query) => !/canary!=""/.test(query)));
  });

  it("E4 ENOVA is judged beside the stable side as long as that answers: by both in one query", () => {
    const { steps } = plan("enova", NEW, at("legacy"));
    const compared = steps.flatMap((step) =>
      step.kind === "soak"
        ? [
            [
              step.id,
              step.rules.filter(({ objective }) => objective === "enova/canary-error-excess"),
            ] as const,
          ]
        : [],
    );
    assert.deepEqual(
      compared.map(([id, rules]) => [id, rules.length]),
      [
        ["soak 10", 2],
        ["soak 50", 2],
        ["soak 100", 0],
      ],
    );
    for (const { query, onFail } of compared.flatMap(([, rules]) => rules)) {
      assert.match(query, /canary!="".* - .*canary=""/);
      assert.equal(onFail, "roll back");
    }
  });

  it("E3 what runs already is no release: only beside an old version the file's own is one", () => {
    assert.equal(plan("enova", undefined, at("legacy")).from, "v1.0.0");
    const own = { name: "UserError", message: /--to VERSION: the stack file's own, v\d/ };
    assert.throws(() => plan("enova", undefined, at("complete")), own);
    assert.throws(() => plan("kometa"), own);
  });
});
