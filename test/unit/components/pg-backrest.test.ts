import assert from "node:assert/strict";
import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { backupSchedules } from "../../../components/backup/schedule";
import { PgBackRest, type PgBackRestArgs } from "../../../components/pg-backrest";

const ARGS: PgBackRestArgs = {
  name: "shop-pgbackrest",
  namespace: "shop",
  stanza: "shop",
  database: { host: "db.example.com", dataPath: "/var/lib/postgresql/15/main" },
  tlsSecret: "shop-pgbackrest-tls",
  repository: {
    bucket: "shop-backups",
    region: "us-east-1",
    keepFull: 7,
    cipher: { secret: "shop-pgbackrest", key: "cipher" },
  },
  serviceAccount: "shop-backups",
  limits: { cpu: "500m", memory: "512Mi" },
};

/** Times of a cron text, as a library reads it, in the week that begins on Monday 5 January 2026. */
function timesOf(cron: string): string[] {
  const currentDate = new Date("2026-01-04T23:59:59Z");
  const endDate = new Date("2026-01-11T23:59:59Z");
  const times: string[] = [];
  const found = CronExpressionParser.parse(cron, { currentDate, endDate, tz: "UTC" });
  while (found.hasNext()) times.push(found.next().toDate().toISOString().slice(0, 16));
  return times;
}

const cronJob = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    schedule: z.string(),
    timeZone: z.string(),
    concurrencyPolicy: z.string(),
    jobTemplate: z.object({
      spec: z.object({
        activeDeadlineSeconds: z.number(),
        template: z.object({
          spec: z.object({
            serviceAccountName: z.string(),
            initContainers: z.array(z.object({ command: z.array(z.string()) })),
            containers: z.array(z.object({ command: z.array(z.string()), env: z.unknown() })),
          }),
        }),
      }),
    }),
  }),
});

const declared = (args: Partial<PgBackRestArgs> = {}) =>
  record("test", () => Promise.resolve(new PgBackRest("shop", { ...ARGS, ...args })));

const cronJobs = async (args: Partial<PgBackRestArgs> = {}) =>
  (await declared(args))
    .filter(({ type }) => type === "kubernetes:batch/v1:CronJob")
    .map(({ inputs }) => cronJob.parse(inputs));

const HOURS = fc.integer({ min: 0, max: 23 });

describe("PgBackRest", () => {
  it("L14 backs up at 00, 06, 12 and 18 h: full at midnight, incremental at the others", () => {
    const { full, incremental, check, verify } = backupSchedules();
    assert.deepEqual(timesOf(full).slice(0, 2), ["2026-01-05T00:00", "2026-01-06T00:00"]);
    assert.deepEqual(timesOf(incremental).slice(0, 4), [
      "2026-01-05T06:00",
      "2026-01-05T12:00",
      "2026-01-05T18:00",
      "2026-01-06T06:00",
    ]);
    assert.equal(timesOf(check).length, 7 * 24);
    assert.deepEqual(timesOf(verify), ["2026-01-11T03:30"]);
  });

  it("L14 begins one backup every six hours, whatever the hour of the full one, and never two at once", () => {
    fc.assert(
      fc.property(HOURS, (hour) => {
        const { full, incremental } = backupSchedules(hour);
        const times = [...timesOf(full), ...timesOf(incremental)].sort();
        assert.equal(timesOf(full).length, 7);
        assert.equal(times.length, 28);
        const gaps = times
          .slice(1)
          .map((time, i) => Date.parse(`${time}Z`) - Date.parse(`${times[i] ?? ""}Z`));
        assert.deepEqual([...new Set(gaps)], [6 * 3_600_000]);
      }),
    );
  });

  it("L14 ends a backup before the next begins, and makes the stanza first", async () => {
    const jobs = await cronJobs();
    assert.deepEqual(
      jobs.map(({ metadata }) => metadata.name),
      ["check", "full", "incremental", "verify"].map((kind) => `shop-pgbackrest-${kind}`),
    );
    for (const { spec } of jobs) {
      assert.equal(spec.concurrencyPolicy, "Forbid");
      assert.equal(spec.timeZone, "Etc/UTC");
      assert.ok(spec.jobTemplate.spec.activeDeadlineSeconds <= 6 * 3600);
    }
    const { initContainers, containers, serviceAccountName } =
      jobs[1]?.spec.jobTemplate.spec.template.spec ?? assert.fail();
    assert.equal(serviceAccountName, "shop-backups");
    assert.deepEqual(
      [...initContainers, ...containers].map(({ command }) => command),
      [
        ["pgbackrest", "--stanza=shop", "stanza-create"],
        ["pgbackrest", "--stanza=shop", "backup", "--type=full"],
      ],
    );
  });

  it("L14 keeps the passphrase in its Secret, and every other option in the file", async () => {
    const registered = await declared();
    const file = JSON.stringify(registered.find(({ type }) => type.endsWith(":ConfigMap"))?.inputs.data);
    for (const option of [
      "repo1-s3-bucket=shop-backups",
      "repo1-s3-key-type=web-id",
      "repo1-cipher-type=aes-256-cbc",
      "repo1-retention-full=7",
      "pg1-host=db.example.com",
      "pg1-host-type=tls",
    ]) {
      assert.ok(file.includes(option), `${option} is missing from ${file}`);
    }
    assert.doesNotMatch(file, /cipher-pass|retention-diff/);
    assert.match(
      JSON.stringify(registered),
      /"PGBACKREST_REPO1_CIPHER_PASS","valueFrom":\{"secretKeyRef":\{"key":"cipher","name":"shop-pgbackrest"/,
    );
  });
});
