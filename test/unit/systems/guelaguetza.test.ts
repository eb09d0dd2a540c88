import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { repositoryRoot } from "../../../engine/cache";
import { planProblems } from "../../../k6/problems";
import {
  parseStackText,
  parseTag,
  readStackFile,
  SettingsError,
  type StackSettings,
  valueOf,
} from "../../../settings";
import { Guelaguetza } from "../../../systems/guelaguetza";
import { smokePlan, TOKENS } from "../../../systems/guelaguetza-smoke";
import { useHelm } from "../../support/helm";

const settingsOf = (stack: string): StackSettings =>
  readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));

function guelaguetzaOf(stack: StackSettings) {
  const { guelaguetza } = stack.systems;
  assert.ok(guelaguetza);
  return guelaguetza;
}

const declared = (stack: StackSettings, tag?: string): Promise<readonly Registration[]> => {
  const settings = guelaguetzaOf(stack);
  const image = tag === undefined ? settings.image : { ...settings.image, tag: valueOf(parseTag(tag)) };
  return record(stack.stack, () =>
    Promise.resolve(new Guelaguetza("guelaguetza", { ...settings, image }, stack)),
  );
};

const job = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(z.object({ name: z.string(), command: z.array(z.string()) })),
        containers: z.array(z.object({ name: z.string(), command: z.array(z.string()) })),
      }),
    }),
  }),
});

const find = (registered: readonly Registration[], type: string, name: string) =>
  registered.find((one) => one.type === type && one.name === name)?.inputs;

async function migrationOf(stack: StackSettings, tag?: string) {
  const inputs = find(await declared(stack, tag), "kubernetes:batch/v1:Job", "guelaguetza-migration");
  const { initContainers, containers } = job.parse(inputs).spec.template.spec;
  return [...initContainers, ...containers];
}

describe("Guelaguetza", () => {
  before(useHelm);

  it("G2 G3 G4 backs up, checks, migrates, asks for the status and verifies, in this order", async () => {
    for (const stack of ["staging", "production"]) {
      const steps = await migrationOf(settingsOf(stack));
      assert.deepEqual(
        steps.map(({ name }) => name),
        [
          ...["lock", "read", "begin", "backup", "check-backup", "maintenance", "maintenance-on"],
          ...["migrate", "status", "verify", "maintenance-off", "receipt"],
        ],
      );
      const commandOf = (step: string) => steps.find(({ name }) => name === step)?.command ?? [];
      assert.match(commandOf("migrate").at(-1) ?? "", /\nexec npx --no-install prisma migrate deploy$/);
      assert.deepEqual(commandOf("status").slice(-4), ["--no-install", "prisma", "migrate", "status"]);
      assert.ok(
        commandOf("maintenance-on").includes("http://guelaguetza-backend:3000/admin/maintenance/enable"),
        commandOf("maintenance-on").at(-1),
      );
    }
  });

  it("G4 asks that every version is 1 right after the column is added, and never again", async () => {
    const staging = settingsOf("staging");
    const asked = async (tag?: string) =>
      (await migrationOf(staging, tag)).find(({ name }) => name === "verify")?.command ?? [];
    assert.ok((await asked()).includes("every product has version 1"));
    const later = await asked("v1.2.0");
    assert.ok(!later.includes("every product has version 1"));
    for (const invariant of [
      "Product has the column version",
      "no product's version is below 1",
      "no product has a negative stock",
    ]) {
      assert.ok(later.includes(invariant), invariant);
    }
  });

  it("G2 dumps each night into the stack's own bucket, by a role of the backup's pods alone", async () => {
    const registered = await declared(settingsOf("production"));
    assert.ok(find(registered, "aws:s3/bucket:Bucket", "guelaguetza-production-backups"));
    const cron = JSON.stringify(find(registered, "kubernetes:batch/v1:CronJob", "guelaguetza-pg-dump"));
    assert.match(cron, /"schedule":"15 2 \* \* \*"/);
    assert.match(cron, /"serviceAccountName":"guelaguetza-backup"/);
    const role = find(registered, "aws:iam/role:Role", "guelaguetza-backup");
    assert.match(JSON.stringify(role), /system:serviceaccount:guelaguetza-production:guelaguetza-backup/);
  });

  it("G5 tries checkout, stock and race on staging; G11 health and a checkout on production", () => {
    const namesOf = (stack: string) =>
      smokePlan(guelaguetzaOf(settingsOf(stack))).steps.map(({ name }) => name);
    assert.deepEqual(namesOf("staging"), [
      "health",
      "producto al carrito",
      "checkout normal",
      "más unidades de las disponibles al carrito",
      "stock insuficiente",
      "producto al carrito, una vez",
      "checkouts simultáneos",
    ]);
    assert.deepEqual(namesOf("production"), ["health", "producto al carrito", "checkout normal"]);
  });

  it("G5 G11 has plans that k6 can run, whose tokens come from a Secret", async () => {
    const secrets = Object.values(TOKENS);
    for (const stack of ["staging", "production"]) {
      const plan = smokePlan(guelaguetzaOf(settingsOf(stack)));
      assert.deepEqual(planProblems(plan, { names: secrets, secrets }), []);
    }
    const smoke = find(await declared(settingsOf("staging")), "kubernetes:batch/v1:Job", "guelaguetza-smoke");
    assert.match(
      JSON.stringify(smoke),
      /"BUYER_TOKEN","valueFrom":\{"secretKeyRef":\{"key":"BUYER_TOKEN","name":"guelaguetza-test-accounts"/,
    );
  });

  it("G10 says where maintenance is turned on and off", async () => {
    const stack = settingsOf("production");
    let outputs: object = {};
    await record("production", () => {
      ({ outputs } = new Guelaguetza("guelaguetza", guelaguetzaOf(stack), stack));
      return Promise.resolve();
    });
    assert.deepEqual("maintenance" in outputs ? outputs.maintenance : undefined, {
      enable: "https://api.example.com/admin/maintenance/enable",
      disable: "https://api.example.com/admin/maintenance/disable",
    });
  });

  it("L5 lets devops onto staging and release-manager onto production", async () => {
    for (const [stack, role, other] of [
      ["staging", "devops", "release-manager"],
      ["production", "release-manager", "devops"],
    ] as const) {
      const roles = (await declared(settingsOf(stack)))
        .filter(({ type }) => type === "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
        .map(({ name }) => name);
      assert.ok(roles.includes(`guelaguetza-${role}`));
      assert.ok(!roles.includes(`guelaguetza-${other}`));
    }
  });

  it("G2 asks for the cluster's identity provider where a bucket is named, in the stack file", () => {
    const file = path.join(repositoryRoot, "Pulumi.staging.yaml");
    const text = readFileSync(file, "utf8").replace(/^ *oidcProvider:.*\n/m, "");
    assert.throws(
      () => parseStackText({ stack: "staging", file: "Pulumi.staging.yaml", text }),
      (error: unknown) =>
        error instanceof SettingsError &&
        /golive:guelaguetza\.backup\.bucket: .*golive:aws\.oidcProvider/.test(error.message),
    );
  });
});
