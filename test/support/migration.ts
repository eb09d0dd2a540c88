/** A database of a test's own, and the migration Job of the component run against it. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { record } from "../../cli/recorder";
import { MigrationJob, type MigrationJobArgs } from "../../components/migration-job";
import { reversalSpec } from "../../components/migration/pod";
import { questionsSpec, restoreSpec } from "../../components/migration/restore";
import type { MigrationTool } from "../../components/migration/tools";
import { type Ended, runPod, type Surroundings } from "./pod";
import { Postgres } from "./postgres";

/** A release of a shop whose migrations are plain SQL. */
export const RELEASE: MigrationJobArgs = {
  name: "shop-migration",
  namespace: "shop",
  version: "v1.2.0",
  image: "registry.example.com/shop:v1.2.0",
  tool: "sql",
  database: { secret: "shop-database", key: "url" },
  limits: { cpu: "200m", memory: "256Mi" },
  waitSeconds: 2,
};

/** Inputs of the Job that the component declares. */
async function jobOf(args: Partial<MigrationJobArgs>): Promise<unknown> {
  const registered = await record("test", () =>
    Promise.resolve(new MigrationJob("shop", { ...RELEASE, ...args })),
  );
  return registered.find(({ type }) => type === "kubernetes:batch/v1:Job")?.inputs;
}

/** The steps that were run one after the other, each with its code. */
export const codes = (ended: readonly Ended[]) =>
  ended.filter(({ beside }) => !beside).map(({ name, code }) => `${name} ${code}`);

/** What a step said; of no name: the last one's. */
export const logOf = (ended: readonly Ended[], name?: string): string =>
  ended.findLast((one) => (name === undefined ? !one.beside : one.name === name))?.log ?? "";

/** What of a run is unlike others. */
export interface Exception extends Partial<
  Pick<Surroundings, "only" | "before" | "begun" | "cwd" | "environment">
> {
  /** Of the database's URL. */
  readonly query?: string;
  /** Folders of programs that the application's image has. */
  readonly programs?: readonly string[];
}

const MOUNTS = ["/backups", "/migrations", "/tmp"] as const;
type Mount = (typeof MOUNTS)[number];

export class MigrationShop {
  private pods = 0;

  private constructor(
    private readonly postgres: Postgres,
    readonly name: string,
    private readonly folder: string,
  ) {}

  /** Makes the database `name` by these statements, and folders for its backups and migrations below `folder`. */
  static async open(
    postgres: Postgres,
    name: string,
    folder: string,
    statements: readonly string[],
  ): Promise<MigrationShop> {
    await postgres.database(name, ...statements);
    const shop = new MigrationShop(postgres, name, path.join(folder, name));
    for (const mount of MOUNTS) await mkdir(shop.at(mount), { recursive: true });
    return shop;
  }

  at(mount: Mount, file = ""): string {
    return path.join(this.folder, mount, file);
  }

  /** Runs the Job in a new pod: its folder /state is empty, or, where not all of the steps run, as if those before them had. */
  async migrate(
    args: Partial<MigrationJobArgs> = {},
    { query = "", ...around }: Exception = {},
  ): Promise<readonly Ended[]> {
    return this.run(await jobOf(args), query, around);
  }

  /** Takes a version's migrations back. */
  reverse(version = RELEASE.version, tool: MigrationTool = "sql"): Promise<readonly Ended[]> {
    const { name, limits } = RELEASE;
    const database = { secret: "shop-database", key: "url" };
    return this.run({ spec: reversalSpec({ name, version, tool, limits, database, waitSeconds: 2 }) });
  }

  /** Puts a backup back, by its name or its version's latest. */
  restore(dump = RELEASE.version, verify: MigrationJobArgs["verify"] = []): Promise<readonly Ended[]> {
    const { name, limits } = RELEASE;
    const database = { secret: "shop-database", key: "url" };
    const args = { name, limits, database, backups: "backups", waitSeconds: 2, lockSeconds: 1 };
    return this.run({ spec: restoreSpec({ ...args, dump, verify }) });
  }

  /** Asks, and changes nothing. */
  ask(verify: NonNullable<MigrationJobArgs["verify"]>): Promise<readonly Ended[]> {
    const database = { secret: "shop-database", key: "url" };
    return this.run({ spec: questionsSpec({ limits: RELEASE.limits, database, verify }) });
  }

  private async run(
    inputs: unknown,
    query = "",
    { programs = [], ...around }: Omit<Exception, "query"> = {},
  ) {
    const state = path.join(this.folder, `state${(this.pods += 1)}`);
    await mkdir(state);
    if (around.only !== undefined) await writeFile(path.join(state, "done"), "f");
    const mounts: Record<string, string> = { "/state": state };
    for (const mount of MOUNTS) mounts[mount] = this.at(mount);
    return runPod(inputs, {
      secrets: { "shop-database/url": `${this.url}${query}` },
      folders: mounts,
      path: [this.postgres.bin, ...programs],
      ...around,
    });
  }

  /** A checksum of each table's rows, whatever their order, without these columns. */
  async checksums(...without: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const names = await this.sql(
      "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname",
    );
    const sums: Record<string, string> = {};
    for (const table of names.split("\n")) {
      const row = `to_jsonb(t) - '{${without.join(",")}}'::text[]`;
      sums[table] = await this.sql(
        `SELECT md5(string_agg((${row})::text, ',' ORDER BY (${row})::text)) FROM public."${table}" t`,
      );
    }
    return sums;
  }

  /** The last step verify of a Job that asks these. */
  async verify(verify: MigrationJobArgs["verify"], query?: string): Promise<Ended> {
    const [ended] = await this.migrate(
      { verify },
      { only: ["verify"], ...(query !== undefined && { query }) },
    );
    if (ended === undefined) throw new Error("the Job has no step verify");
    return ended;
  }

  get url(): string {
    return this.postgres.url(this.name);
  }

  sql(text: string): Promise<string> {
    return this.postgres.sql(this.name, text);
  }

  backups(): Promise<readonly string[]> {
    return readdir(this.at("/backups"));
  }

  file(mount: Mount, file: string, content: string | Buffer): Promise<void> {
    return writeFile(this.at(mount, file), content);
  }

  remove(mount: Mount, file: string): Promise<void> {
    return rm(this.at(mount, file));
  }

  /** The rows of the receipts, oldest first: version, the step at which it failed, whether it has finished. */
  async runs(): Promise<readonly string[]> {
    if ((await this.sql("SELECT to_regclass('golive.migration_run') IS NULL")) === "t") return [];
    const text = await this.sql(
      `SELECT concat_ws(' ', version, coalesce('failed in ' || step, CASE WHEN finished_at IS NULL THEN 'begun' ELSE 'finished' END))
       FROM golive.migration_run ORDER BY id`,
    );
    return text.split("\n");
  }
}

/** What a `describe` of migrations works on. */
export interface Shops {
  readonly postgres: Postgres;
  /** For what is not the databases' own. */
  readonly folder: string;
  /** A shop with a database of its own, made by these statements. */
  open(statements: readonly string[]): Promise<MigrationShop>;
}

/** A PostgreSQL and a folder beside it, there from the first test of the `describe` that calls this to its last. */
export function shops(): Shops {
  let made: { readonly postgres: Postgres; readonly folder: string } | undefined;
  let count = 0;
  const there = () => {
    if (made === undefined) throw new Error("PostgreSQL is there in tests and hooks alone");
    return made;
  };
  before(async () => {
    made = {
      postgres: await Postgres.start(),
      folder: await mkdtemp(path.join(tmpdir(), "golive-migrations-")),
    };
  });
  after(async () => {
    const { postgres, folder } = there();
    await postgres.stop();
    await rm(folder, { recursive: true });
  });
  return {
    get postgres() {
      return there().postgres;
    },
    get folder() {
      return there().folder;
    },
    open(statements) {
      const { postgres, folder } = there();
      return MigrationShop.open(postgres, `shop${(count += 1)}`, folder, statements);
    },
  };
}
