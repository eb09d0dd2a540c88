import assert from "node:assert/strict";
import path from "node:path";
import { z } from "zod";
import { recoveryOf } from "../../../cli/recover/database";
import { repositoryRoot } from "../../../engine/cache";
import { recoveryPlan } from "../../../rollout/plans/recovery";
import { readStackFile } from "../../../settings";
import { databaseOf, type SystemDatabase } from "../../../systems/databases";

const settings = readStackFile(path.join(repositoryRoot, "Pulumi.production.yaml"));

function of(system: string): SystemDatabase {
  const database = databaseOf(settings, system);
  assert.ok(database, system);
  return database;
}

const spec = z.object({
  template: z.object({
    spec: z.object({
      initContainers: z.array(z.object({ name: z.string(), command: z.array(z.string()) })),
      containers: z.array(z.object({ name: z.string(), command: z.array(z.string()) })),
    }),
  }),
});
const stepsOf = (job: unknown) => {
  const { initContainers, containers } = spec.parse(job).template.spec;
  return [...initContainers, ...containers];
};

/** What is applied once a person has restored. */
function migrateOf(system: string): unknown {
  const { restore } = of(system);
  assert.ok(typeof restore === "object");
  return restore.migrate;
}

const bound = { stack: "production", system: "x", version: "v1", images: [] };
const ids = (system: string, options: Parameters<typeof recoveryOf>[1]) =>
  recoveryPlan({ bound, ...recoveryOf(of(system), options) }).steps.map(({ id }) => id);

describe("the databases of the systems", () => {
  it("G14 Guelaguetza's recovery is what was asked for, between maintenance on and off", () => {
    assert.deepEqual(ids("guelaguetza", { reverse: "v1.1.0" }), [
      "maintenance on",
      "schema",
      "verify",
      "maintenance off",
    ]);
    assert.deepEqual(ids("guelaguetza", { restore: "v1.1.0", stop: true }), [
      "maintenance on",
      "stop",
      "data",
      "start",
      "maintenance off",
    ]);
  });

  it("L19 ListaCompra's writers stop, a person restores on the host, and pending migrations are applied", () => {
    assert.deepEqual(ids("listacompra", { restore: "latest" }), ["stop", "data", "migrate", "start"]);
    assert.deepEqual(of("listacompra").writers, { "listacompra-api": 2, "listacompra-worker": 2 });
  });

  it("S7 S5's migrations go back, and it has no backup to put back", () => {
    assert.deepEqual(ids("s5", { reverse: "v2.1.0" }), ["schema"]);
    assert.throws(() => ids("s5", { restore: "v2.1.0" }), { name: "UserError", message: /no backups/ });
    assert.throws(() => ids("s5", {}), { name: "UserError", message: /expected --reverse VERSION/ });
    assert.equal(databaseOf(settings, "enova"), undefined);
  });

  it("G4 G14 before the column there are no questions about it, and every Job has the lock of the database", () => {
    const { restore, reverse } = of("guelaguetza");
    assert.ok(typeof restore === "function");
    const since = settings.systems.guelaguetza?.migration.versionColumnSince ?? "";
    const asked = (dump: string) =>
      stepsOf(restore(dump)).find(({ name }) => name === "verify")?.command ?? [];
    assert.ok(asked("v9.9.9").includes("Product has the column version"));
    assert.ok(!asked(`${since}-20261128T030405Z.dump`).includes("Product has the column version"));
    assert.ok(asked(since).includes("no product has a negative stock"));
    for (const job of [restore(since), reverse(since), migrateOf("listacompra")])
      assert.equal(stepsOf(job)[0]?.name, "lock");
  });

  it("L7 D11 no Job of a recovery holds a value of a secret: the journal keeps it", () => {
    for (const system of ["guelaguetza", "listacompra", "s5"]) {
      const { reverse } = of(system);
      for (const job of [reverse("v1"), migrateOf("listacompra")])
        assert.doesNotMatch(JSON.stringify(job), /postgres(ql)?:\/\//);
    }
  });
});
