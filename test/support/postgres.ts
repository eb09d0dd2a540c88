/** A real PostgreSQL for tests, on a free loopback port, with its programs. */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { accessSync, chownSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { waitUntil } from "./cluster";

const run = promisify(execFile);

/** PostgreSQL refuses to run as root: there it runs as `nobody`. */
const SERVER_USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
/** Where Debian keeps the server's programs; others have them on PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of initdb, postgres, psql, pg_dump and pg_restore. Errors: there is none, with what to install. */
async function programs(): Promise<string> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const folders = [
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => path.join(DEBIAN, version, "bin")),
    ...(process.env.PATH ?? "").split(path.delimiter),
  ];
  const found = folders.find((folder) =>
    ["initdb", "postgres", "pg_dump"].every((name) => has(folder, name)),
  );
  if (found === undefined) {
    throw new Error(
      "no PostgreSQL server is installed; these tests need one (Debian: apt-get install postgresql-15)",
    );
  }
  return found;
}

function has(folder: string, program: string): boolean {
  try {
    accessSync(path.join(folder, program));
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A running server; it ends with this process at the latest. */
export class Postgres {
  private constructor(
    /** Folder of the programs, for PATH. */
    readonly bin: string,
    private readonly port: number,
    private readonly folder: string,
    private readonly server: ChildProcess,
  ) {}

  static async start(): Promise<Postgres> {
    const bin = await programs();
    const folder = await mkdtemp(path.join(tmpdir(), "golive-postgres-"));
    if (SERVER_USER.uid !== undefined) chownSync(folder, SERVER_USER.uid, SERVER_USER.gid);
    const data = path.join(folder, "data");
    const init = ["--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"];
    execFileSync(path.join(bin, "initdb"), init, { ...SERVER_USER, cwd: folder, stdio: "pipe" });
    const port = await freePort();
    const options = ["-D", data, "-p", String(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-F"];
    const server = spawn(path.join(bin, "postgres"), options, {
      ...SERVER_USER,
      cwd: folder,
      stdio: "ignore",
    });
    process.once("exit", () => server.kill("SIGKILL"));
    const postgres = new Postgres(bin, port, folder, server);
    await waitUntil("PostgreSQL", () =>
      postgres.sql("postgres", "SELECT 1").then(
        () => true,
        () => false,
      ),
    );
    return postgres;
  }

  url(database: string): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Runs SQL by psql and gives what it printed: rows by line, columns by `|`. */
  async sql(database: string, text: string): Promise<string> {
    const options = ["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1"];
    const { stdout } = await run(path.join(this.bin, "psql"), [...options, "-c", text, this.url(database)]);
    return stdout.trim();
  }

  /** Makes a database and fills it. */
  async database(name: string, ...statements: readonly string[]): Promise<void> {
    await this.sql("postgres", `CREATE DATABASE ${name}`);
    for (const statement of statements) await this.sql(name, statement);
  }

  /** SIGINT: connections are closed, data is written. */
  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGINT");
    await gone;
    await rm(this.folder, { recursive: true });
  }
}
