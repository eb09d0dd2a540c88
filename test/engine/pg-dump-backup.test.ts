import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { record } from "../../cli/recorder";
import { PgDumpBackup } from "../../components/pg-dump-backup";
import { type Ended, runPod } from "../support/pod";
import { Postgres } from "../support/postgres";

const run = promisify(execFile);

const PARTIAL = "shop-pg-dump.partial";

/**
 * Stands in for AWS's command line, whose image cannot be had here: a bucket is a folder. It does what the script asks of
 * it and refuses anything else.
 */
const AWS = `#!/bin/sh
set -eu
echo "stand-in for aws" >&2
case "$1 $2" in
  "s3 cp") object=$BUCKETS/\${5#s3://}; mkdir -p "$(dirname "$object")"; cp "$4" "$object"; \${AFTER_COPY:-true} "$object" ;;
  "s3api list-objects-v2") cd "$BUCKETS/$4" && find . -type f -printf '%P\\t%s\\n' ;;
  "s3api head-object") echo $(($(wc -c <"$BUCKETS/$4/$6"))) ;;
  *) echo "not known: $*" >&2; exit 2 ;;
esac
`;

const cronJob = z.object({ spec: z.object({ jobTemplate: z.unknown() }) });

/** The Job that the declared CronJob makes. */
async function jobOf(): Promise<unknown> {
  const registered = await record("test", () =>
    Promise.resolve(
      new PgDumpBackup("shop", {
        name: "shop-pg-dump",
        namespace: "shop",
        database: { secret: "shop-database", key: "DATABASE_URL" },
        bucket: { name: "shop-backups", region: "us-east-1" },
        serviceAccount: "shop-backups",
        limits: { cpu: "500m", memory: "512Mi" },
        storage: "1Gi",
      }),
    ),
  );
  const found = registered.find(({ type }) => type === "kubernetes:batch/v1:CronJob");
  return cronJob.parse(found?.inputs).spec.jobTemplate;
}

const codes = (ended: readonly Ended[]) => ended.map(({ name, code }) => `${name} ${code}`);
const said = (ended: readonly Ended[]) => ended.at(-1)?.log ?? "";

/** What the containers of the declared CronJob do to a real PostgreSQL; `test/support/pod.ts` runs them. */
describe("a dump of PostgreSQL on time", () => {
  let postgres: Postgres;
  let job: unknown;
  let folder: string;

  before(async () => {
    postgres = await Postgres.start();
    await postgres.database(
      "shop",
      "CREATE TABLE product (id int PRIMARY KEY, stock int NOT NULL)",
      "INSERT INTO product SELECT id, id FROM generate_series(1, 20000) AS id",
    );
    job = await jobOf();
  });
  after(() => postgres.stop());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-dump-"));
    for (const name of ["backups", "tmp", "bin", "s3"]) await mkdir(path.join(folder, name));
    const script = AWS.replaceAll("$BUCKETS", path.join(folder, "s3"));
    await writeFile(path.join(folder, "bin", "aws"), script);
    await chmod(path.join(folder, "bin", "aws"), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const dump = (...only: string[]) =>
    runPod(job, {
      secrets: { "shop-database/DATABASE_URL": postgres.url("shop") },
      folders: { "/backups": path.join(folder, "backups"), "/tmp": path.join(folder, "tmp") },
      path: [path.join(folder, "bin"), postgres.bin],
      ...(only.length === 0 ? {} : { only }),
    });
  const uploaded = () => readdir(path.join(folder, "s3", "shop-backups", "pg_dump")).catch(() => []);

  it("G2 dumps, checks, uploads with the SHA-256, and what is in the bucket restores", async () => {
    const ended = await dump();
    assert.deepEqual(codes(ended), ["backup 0", "check-backup 0", "upload 0"], said(ended));
    const [made = "", sum = ""] = (await uploaded()).sort();
    assert.match(made, /^shop-pg-dump-\d{8}T\d{6}Z\.dump$/);
    assert.equal(sum, `${made}.sha256`);
    const at = (name: string) => path.join(folder, "s3", "shop-backups", "pg_dump", name);
    const digest = createHash("sha256")
      .update(await readFile(at(made)))
      .digest("hex");
    assert.equal(await readFile(at(sum), "utf8"), `${digest}  ${made}\n`);
    await postgres.database("restored");
    await run(path.join(postgres.bin, "pg_restore"), ["--dbname", postgres.url("restored"), at(made)]);
    assert.equal(
      await postgres.sql("restored", "SELECT count(*), sum(stock) FROM product"),
      "20000|200010000",
    );
  });

  it("L14 G2 keeps a dump that shrank, and fails so that no other is made", async () => {
    assert.deepEqual(codes(await dump()), ["backup 0", "check-backup 0", "upload 0"]);
    const bucket = path.join(folder, "s3", "shop-backups", "pg_dump");
    const [made = ""] = await uploaded();
    const { size } = await stat(path.join(bucket, made));
    await writeFile(path.join(bucket, "shop-pg-dump-20260101T000000Z.dump"), Buffer.alloc(size * 2));
    await rm(path.join(folder, "backups", made));
    assert.deepEqual(codes(await dump()), ["backup 0", "check-backup 0", "upload 0"], "half of it will do");
    await writeFile(path.join(bucket, "shop-pg-dump-20260102T000000Z.dump"), Buffer.alloc(size * 2 + 2));
    await rm(path.join(folder, "backups"), { recursive: true });
    await mkdir(path.join(folder, "backups"));
    const ended = await dump();
    assert.deepEqual(codes(ended), ["backup 0", "check-backup 0", "upload 3"]);
    assert.match(said(ended), /shrunk: \d+ bytes, less than half of the \d+ of one of the last dumps/);
    const policy = z.object({ spec: z.object({ podFailurePolicy: z.unknown() }) }).parse(job);
    assert.deepEqual(policy.spec.podFailurePolicy, {
      rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [3] } }],
    });
  });

  it("G2 uploads no empty dump", async () => {
    await writeFile(path.join(folder, "backups", PARTIAL), "");
    const ended = await dump("check-backup", "upload");
    assert.deepEqual(codes(ended), ["check-backup 1"]);
    assert.match(said(ended), /no backup: .* is empty/);
    assert.deepEqual(await uploaded(), []);
  });

  it("G2 uploads no dump that cannot be read: no dump at all, or one cut short", async () => {
    await dump("backup");
    const file = path.join(folder, "backups", PARTIAL);
    const whole = await readFile(file);
    for (const [bytes, reason] of [
      [Buffer.from("not a dump of PostgreSQL"), /has no table of contents/],
      [whole.subarray(0, whole.length - 200), /cannot be read to its end/],
    ] as const) {
      await writeFile(file, bytes);
      const ended = await dump("check-backup", "upload");
      assert.deepEqual(codes(ended), ["check-backup 1"]);
      assert.match(said(ended), reason);
    }
    assert.deepEqual(await uploaded(), []);
  });

  it("G2 fails where the database does not answer, and where the bucket holds less than was sent", async () => {
    const gone = await runPod(job, {
      secrets: { "shop-database/DATABASE_URL": postgres.url("nowhere") },
      folders: { "/backups": path.join(folder, "backups"), "/tmp": path.join(folder, "tmp") },
      path: [postgres.bin],
    });
    assert.deepEqual(codes(gone), ["backup 1"]);
    const script = AWS.replaceAll("$BUCKETS", path.join(folder, "s3"));
    await writeFile(path.join(folder, "bin", "aws"), script.replace("${AFTER_COPY:-true}", "truncate -s 10"));
    const ended = await dump();
    assert.deepEqual(codes(ended), ["backup 0", "check-backup 0", "upload 1"]);
    assert.match(said(ended), /s3:\/\/shop-backups\/pg_dump\/.*: 10 bytes, expected \d+/);
  });
});
