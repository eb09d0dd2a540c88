import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { literal, runOnce } from "../../../components/jobs/once";
import { MigrationJob, type MigrationJobArgs } from "../../../components/migration-job";
import { expanded } from "../../support/pod";

const ARGS: MigrationJobArgs = {
  name: "shop-migration",
  namespace: "shop",
  version: "v1.2.0",
  image: "registry.example.com/shop:v1.2.0",
  tool: "prisma",
  database: { secret: "shop-database", key: "url" },
  backup: { storage: "10Gi" },
  verify: [{ name: "no negative stock", sql: "SELECT count(*) FROM product WHERE stock < 0", equals: 0 }],
  limits: { cpu: "200m", memory: "256Mi" },
};

const step = z.object({
  name: z.string(),
  image: z.string(),
  restartPolicy: z.string().optional(),
  command: z.array(z.string()),
  env: z.unknown(),
});
const job = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()) }),
  spec: z.object({
    template: z.object({
      spec: z.object({ initContainers: z.array(step), containers: z.array(step), volumes: z.unknown() }),
    }),
  }),
});

const declared = (args: Partial<MigrationJobArgs> = {}) =>
  record("test", () => Promise.resolve(new MigrationJob("shop", { ...ARGS, ...args })));

async function jobOf(args: Partial<MigrationJobArgs> = {}) {
  const found = (await declared(args)).find(({ type }) => type === "kubernetes:batch/v1:Job");
  return { inputs: found?.inputs, ...job.parse(found?.inputs) };
}

const stepsOf = async (args: Partial<MigrationJobArgs> = {}) => {
  const { initContainers, containers } = (await jobOf(args)).spec.template.spec;
  return [...initContainers, ...containers];
};

describe("MigrationJob", () => {
  it("L11 G2 G3 declares the steps in their order, each a container of its own, the last after all others", async () => {
    const { spec } = await jobOf();
    assert.deepEqual(
      spec.template.spec.initContainers.map(({ name }) => name),
      ["lock", "read", "begin", "backup", "check-backup", "migrate", "status", "verify"],
    );
    assert.deepEqual(
      spec.template.spec.containers.map(({ name }) => name),
      ["receipt"],
    );
  });

  it("G10 is let in again by who is there before users are kept out, and runs beside the steps as the lock does", async () => {
    const maintenance = { enable: "http://shop/on", disable: "http://shop/off" };
    const steps = await stepsOf({ maintenance });
    assert.deepEqual(steps.map(({ name }) => name).slice(5), [
      "maintenance",
      "maintenance-on",
      "migrate",
      "status",
      "verify",
      "maintenance-off",
      "receipt",
    ]);
    assert.deepEqual(
      steps.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
      ["lock", "maintenance"],
    );
    for (const { name, image, env } of steps.filter((one) => one.name.startsWith("maintenance"))) {
      assert.match(image, /^docker\.io\/curlimages\/curl:/, name);
      assert.deepEqual(env, [{ name: "HOME", value: "/tmp" }]);
    }
  });

  it("G2 declares a volume for the backups, and none without a backup", async () => {
    const claims = async (args?: Partial<MigrationJobArgs>) =>
      (await declared(args)).filter(({ type }) => type === "kubernetes:core/v1:PersistentVolumeClaim");
    assert.deepEqual(
      (await claims()).map(({ inputs }) => inputs.metadata),
      [
        {
          name: "shop-migration-backups",
          namespace: "shop",
          annotations: { "pulumi.com/skipAwait": "true" },
        },
      ],
    );
    assert.deepEqual(await claims({ backup: undefined }), []);
  });

  it("G3 S3 runs the commands of the documents with the application's image", async () => {
    const commands = async (tool: MigrationJobArgs["tool"]) => {
      const steps = (await stepsOf({ tool, backup: undefined, verify: [] })).slice(3, -1);
      // After the script, its name, and how long a statement may wait and run.
      return steps.map(({ image, command }) => {
        const [lock, statement, way, ...words] = command.slice(4);
        return [image, lock, statement, way, words.join(" ").split("exec ").at(-1)].join(" ");
      });
    };
    const { image } = ARGS;
    assert.deepEqual(await commands("prisma"), [
      `${image} 5s 60s url npx --no-install prisma migrate deploy`,
      `${image} 5s 60s url npx --no-install prisma migrate status`,
    ]);
    assert.deepEqual(await commands("db-migrate"), [
      `${image} 5s 60s environment npx --no-install db-migrate up`,
    ]);
  });

  it("L11 never runs twice by itself: one pod, one try, a deadline, no time to live, replaced once failed", async () => {
    const { inputs, metadata } = await jobOf({ deadlineSeconds: 120 });
    assert.deepEqual(metadata.annotations, {
      "pulumi.com/replaceUnready": "true",
      "golive.dev/version": "v1.2.0",
    });
    const spec = z.record(z.string(), z.unknown()).parse(inputs?.spec);
    assert.deepEqual(
      { ...spec, template: undefined },
      { backoffLimit: 0, activeDeadlineSeconds: 120, template: undefined },
    );
    const kept = await jobOf({ deadlineSeconds: 120, keepSeconds: 3600 });
    assert.match(JSON.stringify(kept.inputs), /"ttlSecondsAfterFinished":3600/);
    assert.equal(kept.metadata.name, metadata.name);
  });

  it("L11 has one Job for what is the same, another for another version, image, query or limit", async () => {
    const nameOf = async (args?: Partial<MigrationJobArgs>) => (await jobOf(args)).metadata.name;
    const changes: Partial<MigrationJobArgs>[] = [
      {},
      { version: "v1.3.0" },
      { image: "registry.example.com/shop:v1.3.0" },
      { verify: [] },
      { limits: { cpu: "300m", memory: "256Mi" } },
    ];
    const names: string[] = [];
    for (const change of changes) names.push(await nameOf(change));
    assert.equal(new Set(names).size, changes.length);
    assert.equal(await nameOf(), names[0]);
    for (const name of names) assert.match(name, /^shop-migration-[0-9a-f]{8}$/);
  });

  it("D11 gives the database's URL by reference alone", async () => {
    const [first] = await stepsOf();
    assert.deepEqual(first?.env, [
      { name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "shop-database", key: "url" } } },
      { name: "HOME", value: "/tmp" },
    ]);
  });

  it("L11 names Jobs whose pods' names are labels, and refuses a name that is too long for it", () => {
    const once = (name: string) =>
      runOnce({ name, app: "a", version: "1", deadlineSeconds: 1, pod: {} }).name;
    assert.equal(once("a".repeat(48)).length + "-abcde".length, 63);
    assert.throws(() => once("a".repeat(49)), /at most 48 characters; a{49} has 49/);
  });

  it("L11 hands a container its words as they are, whatever Kubernetes reads in them", () => {
    const word = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "'") });
    fc.assert(fc.property(word, (text) => assert.equal(expanded(literal(text), { A: "found" }), text)));
  });
});
