import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { planOf } from "../../../cli/rollout/plan-of";
import type { SystemName } from "../../../cli/rollout/session";
import { repositoryRoot } from "../../../engine/cache";
import { refuseUnasked } from "../../../cli/rollout/begin";
import { declaredResources } from "../../../cli/inventory";
import type { Change, Plan } from "../../../rollout/plan";
import { parseTag } from "../../../settings/image";
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
  ["listacompra", ["release", "verify release", "soak 100"]],
  ["guelaguetza", ["migration", "release", "verify release", "soak 100"]],
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

  it("S3 each wave of S5 names all that the program declares in it, and nothing of another wave", async () => {
    const { s5 } = PRODUCTION.systems;
    const before = parseTag("v2.0.0");
    assert.ok(s5 && "value" in before);
    const older = (api: typeof s5.auth) => ({ ...api, image: { ...api.image, tag: before.value } });
    const old = { ...s5, auth: older(s5.auth), catalog: older(s5.catalog), orders: older(s5.orders) };
    const release = { ...PRODUCTION, systems: { ...PRODUCTION.systems, s5: old } };
    const { steps } = plan("s5", s5.auth.image.tag, release);
    const declared = (await declaredResources("production")).flatMap(({ item }) =>
      item.system === "s5" && item.wave !== undefined ? [{ ...item, wave: item.wave.name }] : [],
    );
    const wavesOf = (change: Change | undefined) => [
      ...new Set(declared.filter((item) => covers(change, item.name)).map(({ wave }) => wave)),
    ];
    for (const wave of ["auth", "catalog", "orders", "smoke", "traffic"]) {
      const step = steps.find(({ id }) => id === wave);
      assert.ok(step?.kind === "change");
      assert.deepEqual(wavesOf(step.change), [wave]);
      assert.deepEqual(
        declared.filter((item) => item.wave === wave && !covers(step.change, item.name)),
        [],
      );
      if (step.service === undefined) continue;
      const back = declared.filter((item) => covers(step.undo, item.name));
      const others = back.filter((item) => !["auth", "catalog", "orders"].includes(item.wave));
      // Of the same name but for its end, and left as it is.
      assert.deepEqual(new Set(others.map(({ type }) => type.split(":").pop())), new Set(["Certificate"]));
      assert.deepEqual(
        back.filter((item) => item.wave === wave).length,
        declared.filter((item) => item.wave === wave).length,
      );
    }
  });

  it("S7 S5's rules are of the pods that its steps release, and a part left behind by a release that failed is no obstacle", () => {
    const { s5 } = PRODUCTION.systems;
    assert.ok(s5);
    const left = parseTag("v9.9.8");
    assert.ok("value" in left);
    const auth = { ...s5.auth, image: { ...s5.auth.image, tag: left.value } };
    const mixed = { ...PRODUCTION, systems: { ...PRODUCTION.systems, s5: { ...s5, auth } } };
    const { from, steps } = plan("s5", NEW, mixed);
    assert.equal(from, "migrations v2.1.0, auth v9.9.8, catalog v2.1.0, orders v2.1.0, frontend v2.1.0");
    const services = steps.flatMap((step) => (step.kind === "change" ? (step.service ?? []) : []));
    const read = steps.flatMap((step) => ("rules" in step ? step.rules : [])).map(({ service }) => service);
    assert.deepEqual(services, [
      ...["auth", "catalog", "orders"].map((api) => `s5-${api}-v9-9-9`),
      "frontend",
    ]);
    assert.ok(read.every((service) => service !== undefined && services.includes(service)));
  });

  it("K21 G13 lines of a log are counted by their service's own, not by the fewest requests of the settings", () => {
    for (const system of ["kometa", "guelaguetza", "listacompra"] as const) {
      const rules = plan(system, NEW).steps.flatMap((step) => ("rules" in step ? step.rules : []));
      const logs = rules.filter(({ source }) => source === "loki");
      assert.ok(
        logs.length > 0 && logs.every((rule) => rule.emptyIsZero === true && rule.minimumSamples === 1),
      );
    }
  });

  it("E4 K21 a rollout is not begun where one of its rules has nobody to ask", () => {
    const of = plan("kometa", NEW);
    const prometheus = "http://127.0.0.1:9090";
    assert.throws(() => refuseUnasked(of, { prometheus }), {
      name: "UserError",
      message:
        /kometa asks what has no address\n {2}loki is asked for critical errors of kometa-marketplace: set .*--loki URL$/,
    });
    assert.doesNotThrow(() => refuseUnasked(of, { prometheus, loki: "http://127.0.0.1:3100" }));
  });
});

/** Whether the `up` of a change names a resource. */
const covers = (change: Change | undefined, name: string): boolean =>
  change !== undefined &&
  "scope" in change &&
  change.scope.kind === "resources" &&
  change.scope.names.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(name));
