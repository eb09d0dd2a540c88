import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { record } from "../../cli/recorder";
import { RestoreDrill, type RestoreDrillArgs } from "../../components/restore-drill";
import { type Ended, runPod } from "../support/pod";
import { Postgres } from "../support/postgres";

const run = promisify(execFile);

/** Stands in for AWS's command line, whose image cannot be had here: a bucket is a folder. */
const AWS = `#!/bin/sh
set -eu
echo "stand-in for aws" >&2
case "$1 $2" in
  "s3api list-objects-v2") cd "$BUCKETS/$4" && find . -type f | sed 's|^\\./||' ;;
  "s3 cp") cp "$BUCKETS/\${4#s3://}" "$5" ;;
  *) echo "not known: $*" >&2; exit 2 ;;
esac
`;

/** PostgreSQL's server refuses to run as root, and no pod does: here it runs as \`nobody\`. */
const asNobody = (program: string) =>
  `#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups ${program} "$@"\n`;

const HOUR = 3600;

const cronJob = z.object({ spec: z.object({ schedule: z.string(), jobTemplate: z.unknown() }) });

/** The Job that the declared CronJob makes. */
async function jobOf(change: Partial<RestoreDrillArgs> = {}): Promise<unknown> {
  const registered = await record("test", () =>
    Promise.resolve(
      new RestoreDrill("shop", {
        name: "shop-restore-drill",
        namespace: "shop",
        from: { kind: "pg_dump", bucket: { name: "shop-backups", region: "us-east-1" } },
        queries: [
          { name: "products", sql: "SELECT count(*) FROM product", equals: 20_000 },
          { name: "no negative stock", sql: "SELECT count(*) FROM product WHERE stock < 0", equals: 0 },
        ],
        serviceAccount: "shop-restore-drill",
        limits: { cpu: "500m", memory: "512Mi" },
        storage: "2Gi",
        recoveryTimeSeconds: HOUR,
        recoveryPointSeconds: 26 * HOUR,
        ...change,
      }),
    ),
  );
  const found = registered.find(({ type }) => type === "kubernetes:batch/v1:CronJob");
  return cronJob.parse(found?.inputs).spec.jobTemplate;
}

const codes = (ended: readonly Ended[]) => ended.map(({ name, code }) => `${name} ${code}`);
const said = (ended: readonly Ended[]) => ended.map(({ log }) => log).join("");

/** What the containers of the declared CronJob do with real dumps and a real PostgreSQL; \`test/support/pod.ts\` runs them. */
describe("a restore drill", () => {
  let postgres: Postgres;
  let folder: string;
  let bucket: string;

  before(async () => {
    postgres = await Postgres.start();
    await postgres.database(
      "shop",
      "CREATE TABLE product (id int PRIMARY KEY, stock int NOT NULL)",
      "INSERT INTO product SELECT id, id FROM generate_series(1, 20000) AS id",
    );
    await postgres.database("empty");
  });
  after(() => postgres.stop());

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-drill-"));
    bucket = path.join(folder, "s3", "shop-backups", "pg_dump");
    await mkdir(bucket, { recursive: true });
    for (const name of ["scratch", "tmp", "bin"]) await mkdir(path.join(folder, name));
    await chmod(folder, 0o755);
    await chmod(path.join(folder, "scratch"), 0o777);
    const programs: Readonly<Record<string, string>> = {
      aws: AWS.replaceAll("$BUCKETS", path.join(folder, "s3")),
      ...(process.getuid?.() === 0 && {
        initdb: asNobody(path.join(postgres.bin, "initdb")),
        pg_ctl: asNobody(path.join(postgres.bin, "pg_ctl")),
      }),
    };
    for (const [name, text] of Object.entries(programs)) {
      await writeFile(path.join(folder, "bin", name), text);
      await chmod(path.join(folder, "bin", name), 0o755);
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A dump of a database in the bucket, under a time. */
  async function dumped(database: string, time: string): Promise<string> {
    const file = path.join(bucket, `shop-pg-dump-${time}.dump`);
    await run(path.join(postgres.bin, "pg_dump"), [
      "--format=custom",
      "--file",
      file,
      postgres.url(database),
    ]);
    const { stdout } = await run("sha256sum", [path.basename(file)], { cwd: bucket });
    await writeFile(`${file}.sha256`, stdout);
    return file;
  }

  const report = () => readFile(path.join(folder, "report"), "utf8");

  async function drill(change: Partial<RestoreDrillArgs> = {}): Promise<readonly Ended[]> {
    await writeFile(path.join(folder, "report"), "");
    return runPod(await jobOf(change), {
      secrets: {},
      folders: {
        "/scratch": path.join(folder, "scratch"),
        "/tmp": path.join(folder, "tmp"),
        "/dev/termination-log": path.join(folder, "report"),
      },
      path: [path.join(folder, "bin"), postgres.bin],
    });
  }

  const left = async () => (await readdir(path.join(folder, "scratch"))).filter((name) => name === "data");

  it("L14 G2 G4 restores the newest dump, asks it, says time and point, and leaves no database", async () => {
    await dumped("empty", "20260101T000000Z");
    await dumped("shop", "20260102T000000Z");
    const ended = await drill();
    assert.deepEqual(codes(ended), ["fetch 0", "restore 0"], said(ended));
    assert.match(said(ended), /ok: products: 20000\nok: no negative stock: 0\n/);
    assert.match(
      await report(),
      /^restore_drill recovery_time_seconds=\d+ recovery_point_seconds=\d+ tables=1 failed=0 backup=shop-pg-dump-20260102T000000Z\.dump\n$/,
    );
    assert.deepEqual(await left(), []);
  });

  it("L14 G4 fails where the restored database answers otherwise, and says which question", async () => {
    await dumped("shop", "20260102T000000Z");
    const ended = await drill({
      queries: [
        { name: "products", sql: "SELECT count(*) FROM product", equals: 20_001 },
        { name: "orders", sql: 'SELECT count(*) FROM "Order"', equals: 0 },
      ],
    });
    assert.deepEqual(codes(ended), ["fetch 0", "restore 3"]);
    assert.match(said(ended), /failed: products: expected 20001, found 20000/);
    assert.match(said(ended), /failed: orders: no answer/);
    assert.match(await report(), /failed=2 .*\nthe restored database does not answer as it should\n$/);
    assert.deepEqual(await left(), []);
  });

  it("L14 fails where the dump was changed, is missing, or holds nothing", async () => {
    assert.deepEqual(codes(await drill()), ["fetch 1"]);
    await dumped("empty", "20260101T000000Z");
    const empty = await drill({ queries: [] });
    assert.deepEqual(codes(empty), ["fetch 0", "restore 3"]);
    assert.match(await report(), /the backup holds no table/);
    const file = await dumped("shop", "20260102T000000Z");
    await writeFile(file, (await readFile(file)).subarray(0, 2000));
    const cut = await drill();
    assert.deepEqual(codes(cut), ["fetch 1"]);
    assert.match(said(cut), /FAILED/);
  });

  it("L14 fails where recovery time or recovery point are longer than allowed, and says both all the same", async () => {
    await dumped("shop", "20260102T000000Z");
    const slow = await drill({ recoveryTimeSeconds: -1 });
    assert.deepEqual(codes(slow), ["fetch 0", "restore 3"]);
    assert.match(await report(), /recovery_time_seconds=\d+ .*\nthe recovery took longer than -1 s\n$/);
    const old = await drill({ recoveryPointSeconds: -HOUR });
    assert.deepEqual(codes(old), ["fetch 0", "restore 3"]);
    assert.match(await report(), /recovery_point_seconds=\d+ .*\nthe backup was older than -3600 s\n$/);
    assert.deepEqual(await left(), []);
  });
  describe("of pgBackRest", () => {
    const CIPHER = "a passphrase";
    let cluster: string;

    /** PostgreSQL's and pgBackRest's programs as the database's host runs them. */
    const asHost = (program: string, ...words: readonly string[]) =>
      run(program, [...words], {
        ...(process.getuid?.() === 0 && { uid: 65534, gid: 65534 }),
        cwd: cluster,
        env: { PATH: `${postgres.bin}:${process.env.PATH ?? ""}`, PGBACKREST_REPO1_CIPHER_PASS: CIPHER },
      });
    const backrest = (...words: readonly string[]) =>
      asHost(
        "pgbackrest",
        "--no-config",
        "--stanza=shop",
        `--repo1-path=${cluster}/repository`,
        "--repo1-cipher-type=aes-256-cbc",
        `--pg1-path=${cluster}/data`,
        `--pg1-socket-path=${cluster}`,
        "--pg1-user=postgres",
        `--lock-path=${cluster}/lock`,
        "--log-level-file=off",
        ...words,
      );
    const psql = (sql: string) =>
      asHost("psql", "--host", cluster, "--username=postgres", "--dbname=postgres", "--command", sql);

    before(async () => {
      cluster = await mkdtemp(path.join(tmpdir(), "golive-cluster-"));
      if (process.getuid?.() === 0) await chown(cluster, 65534, 65534);
      await asHost("initdb", "--pgdata=data", "--username=postgres", "--auth=trust", "--no-sync");
      const archive = `pgbackrest --no-config --stanza=shop --repo1-path=${cluster}/repository --repo1-cipher-type=aes-256-cbc --pg1-path=${cluster}/data --lock-path=${cluster}/lock --log-level-file=off archive-push %p`;
      await writeFile(
        path.join(cluster, "data", "postgresql.conf"),
        `listen_addresses = ''\nunix_socket_directories = '${cluster}'\narchive_mode = on\narchive_command = '${archive}'\n`,
      );
      await asHost("pg_ctl", "--pgdata=data", "--log=log", "--wait", "start");
      await psql("CREATE TABLE product AS SELECT id, id AS stock FROM generate_series(1, 20000) AS id");
      await backrest("stanza-create");
      await backrest("--type=full", "--archive-copy", "--start-fast", "backup");
      await psql("DELETE FROM product WHERE id > 100");
      await backrest("--type=incr", "--archive-copy", "--start-fast", "backup");
    });
    after(async () => {
      await asHost("pg_ctl", "--pgdata=data", "--mode=immediate", "stop");
      await rm(cluster, { recursive: true });
    });

    /** The repository is a folder: what says of S3 is left out, and says so. */
    const PGBACKREST = `#!/bin/sh
echo "stand-in for S3" >&2
n=$#
while [ $n -gt 0 ]; do
  case $1 in
    --repo1-s3-*) ;;
    --repo1-type=s3) set -- "$@" --repo1-type=posix ;;
    --repo1-path=*) set -- "$@" "--repo1-path=$REPOSITORY" ;;
    *) set -- "$@" "$1" ;;
  esac
  shift
  n=$((n - 1))
done
exec PREFIX /usr/bin/pgbackrest "$@"
`;

    async function restored(queries: RestoreDrillArgs["queries"], passphrase = CIPHER) {
      const nobody = process.getuid?.() === 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";
      const text = PGBACKREST.replace("$REPOSITORY", `${cluster}/repository`).replace("PREFIX", nobody);
      await writeFile(path.join(folder, "bin", "pgbackrest"), text);
      await chmod(path.join(folder, "bin", "pgbackrest"), 0o755);
      await writeFile(path.join(folder, "report"), "");
      const repository = {
        bucket: "shop-backups",
        region: "us-east-1",
        cipher: { secret: "shop-backup", key: "passphrase" },
      };
      const job = await jobOf({
        from: { kind: "pgBackRest", stanza: "shop", database: "postgres", repository },
        queries,
      });
      return runPod(job, {
        secrets: { "shop-backup/passphrase": passphrase },
        folders: {
          "/scratch": path.join(folder, "scratch"),
          "/tmp": path.join(folder, "tmp"),
          "/dev/termination-log": path.join(folder, "report"),
        },
        path: [path.join(folder, "bin"), postgres.bin],
      });
    }

    it("L14 G4 restores the newest backup without any WAL but its own, asks it, and leaves nothing", async () => {
      const ended = await restored([{ name: "products", sql: "SELECT count(*) FROM product", equals: 100 }]);
      assert.deepEqual(codes(ended), ["fetch 0", "restore 0"], said(ended));
      assert.match(said(ended), /ok: products: 100\n/);
      assert.match(
        await report(),
        /^restore_drill recovery_time_seconds=\d+ recovery_point_seconds=\d+ tables=1 failed=0 backup=\d{8}-\d{6}F_\d{8}-\d{6}I\n$/,
      );
      assert.deepEqual(await left(), []);
    });

    it("L14 fails with another passphrase, and where the cluster answers otherwise", async () => {
      assert.deepEqual(codes(await restored([], "another")), ["fetch 1"]);
      const ended = await restored([
        { name: "products", sql: "SELECT count(*) FROM product", equals: 20_000 },
      ]);
      assert.deepEqual(codes(ended), ["fetch 0", "restore 3"]);
      assert.match(said(ended), /failed: products: expected 20000, found 100/);
    });
  });
});
