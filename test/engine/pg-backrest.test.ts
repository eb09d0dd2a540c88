import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { hostConfig, podConfig } from "../../components/backup/pgbackrest-config";

const REPOSITORY = {
  bucket: "shop-backups",
  region: "us-east-1",
  path: "/pgbackrest",
  keepFull: 14,
  keepDifferential: 2,
};
const DATABASE = { host: "db.example.com", dataPath: "/var/lib/postgresql/15/main", tlsPort: 18_432 };

/** What pgbackrest says; undefined where it is not installed. */
function pgbackrest(args: readonly string[]): Promise<string | undefined> {
  const env = { PATH: process.env.PATH, PGBACKREST_REPO1_CIPHER_PASS: "passphrase" };
  return new Promise((resolve) => {
    execFile("pgbackrest", [...args], { env }, (error, stdout, stderr) =>
      resolve(error?.code === "ENOENT" ? undefined : stdout + stderr),
    );
  });
}

/** Nobody answers: the file has been read by then. */
const PING = ["server-ping", "--io-timeout=1"];

/** The real pgbackrest reads both files; it warns of an option that it does not know, and uses the rest. */
describe("pgBackRest's configuration", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-pgbackrest-"));
    if ((await pgbackrest(["version"])) !== undefined) return;
    throw new Error("no pgbackrest is installed; these tests need it (Debian: apt-get install pgbackrest)");
  });
  after(() => rm(folder, { recursive: true }));

  async function says(command: readonly string[], text: string): Promise<string> {
    const file = path.join(folder, "pgbackrest.conf");
    await writeFile(file, text);
    return (await pgbackrest([`--config=${file}`, ...command])) ?? "";
  }

  it("L14 is read by the pods' pgbackrest without a warning, up to the role that only EKS gives", async () => {
    const text = podConfig("shop", REPOSITORY, DATABASE);
    const said = await says(["info"], text);
    assert.doesNotMatch(said, /WARN/);
    assert.match(
      said,
      /'repo1-s3-key-type' is 'web-id' but 'AWS_ROLE_ARN' and 'AWS_WEB_IDENTITY_TOKEN_FILE'/,
    );
    assert.match(await says(["info"], text.replace("repo1-bundle", "repo1-bundel")), /WARN.*'repo1-bundel'/);
  });

  it("L14 is read by the database host's pgbackrest without a warning", async () => {
    const text = hostConfig("shop", REPOSITORY, { ...DATABASE, host: "localhost" }, "shop");
    assert.doesNotMatch(await says(PING, text), /WARN/);
    assert.match(await says(PING, text.replace("tls-server-auth", "tls-server-aut")), /WARN/);
  });
});
