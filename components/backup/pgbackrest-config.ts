/** Configuration of pgBackRest, for the pods that make backups and for the database's host. Pure. https://pgbackrest.org/configuration.html */

/** Where backups and archived WAL go. */
export interface Repository {
  readonly bucket: string;
  readonly region: string;
  /** Folder of the bucket. */
  readonly path: string;
  /** Full backups that are kept, with what depends on them. */
  readonly keepFull: number;
  /** Differential backups that are kept, for who makes such by hand. @default - as long as their full backup */
  readonly keepDifferential?: number | undefined;
}

/** The database's host, where `pgbackrest server` answers. */
export interface DatabaseHost {
  readonly host: string;
  /** Folder of the cluster's data on that host. */
  readonly dataPath: string;
  /** Port of pgBackRest's TLS server. @default 8432 */
  readonly tlsPort?: number | undefined;
  /** Port of PostgreSQL on that host. @default 5432 */
  readonly port?: number | undefined;
  /** Role that connects on that host. @default "postgres" */
  readonly user?: string | undefined;
}

/** pgBackRest has no image of its own; this is the community's. https://github.com/woblerr/docker-pgbackrest */
export const PGBACKREST_IMAGE = "docker.io/woblerr/pgbackrest:2.51";
export const CONFIG_FOLDER = "/etc/pgbackrest";
export const TLS_FOLDER = "/etc/pgbackrest-tls";
export const TLS_PORT = 8432;
/** Files of a certificate as cert-manager names them in its Secret. */
const TLS_FILES = { ca: "ca.crt", cert: "tls.crt", key: "tls.key" } as const;

type Options = Readonly<Record<string, string | number | undefined>>;

const section = (name: string, options: Options) =>
  [
    `[${name}]`,
    ...Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${String(value)}`],
    ),
    "",
  ].join("\n");

const tlsFiles = (prefix: string, folder: string): Options =>
  Object.fromEntries(
    Object.entries(TLS_FILES).map(([kind, file]) => [`${prefix}-${kind}-file`, `${folder}/${file}`]),
  );

/** The repository as both sides must have it; its cipher's passphrase comes by a variable, never by a file. */
const repository = (
  { bucket, region, path }: Pick<Repository, "bucket" | "region" | "path">,
  keyType: "web-id" | "auto",
): Options => ({
  "repo1-type": "s3",
  "repo1-s3-bucket": bucket,
  "repo1-s3-region": region,
  "repo1-s3-endpoint": `s3.${region}.amazonaws.com`,
  "repo1-s3-key-type": keyType,
  "repo1-path": path,
  "repo1-cipher-type": "aes-256-cbc",
});

/**
 * What the pods read: the repository on S3 by the pods' own IAM role, what is kept, and the database's host over TLS with
 * a client certificate.
 *
 * @see L14 of the requirements
 */
export function podConfig(stanza: string, repo: Repository, database: DatabaseHost): string {
  const { host, dataPath, tlsPort = TLS_PORT, port = 5432, user = "postgres" } = database;
  const global = section("global", {
    ...repository(repo, "web-id"),
    "repo1-retention-full-type": "count",
    "repo1-retention-full": repo.keepFull,
    "repo1-retention-diff": repo.keepDifferential,
    "repo1-bundle": "y",
    // The WAL that makes a backup consistent lies in it too: a restore drill has nobody to ask for it.
    "archive-copy": "y",
    "compress-type": "zst",
    "process-max": 2,
    "start-fast": "y",
    "stop-auto": "y",
    "lock-path": "/tmp/pgbackrest",
    "log-level-console": "info",
    "log-level-file": "off",
  });
  const cluster = section(stanza, {
    "pg1-host": host,
    "pg1-host-type": "tls",
    "pg1-host-port": tlsPort,
    ...tlsFiles("pg1-host", TLS_FOLDER),
    "pg1-path": dataPath,
    "pg1-port": port,
    "pg1-user": user,
  });
  return `${global}\n${cluster}`;
}

/**
 * What the database's host must have in its own pgbackrest.conf, beside `archive_mode = on` and
 * `archive_command = 'pgbackrest --stanza=<stanza> archive-push %p'`: it archives WAL to the same repository, by its
 * machine's IAM role, and its TLS server lets the one client in, by the common name of its certificate.
 */
export function hostConfig(stanza: string, repo: Repository, database: DatabaseHost, client: string): string {
  const { dataPath, tlsPort = TLS_PORT, port = 5432 } = database;
  const global = section("global", {
    ...repository(repo, "auto"),
    "compress-type": "zst",
    "tls-server-address": "*",
    "tls-server-port": tlsPort,
    "tls-server-auth": `${client}=${stanza}`,
    ...tlsFiles("tls-server", TLS_FOLDER),
  });
  return `${global}\n${section(stanza, { "pg1-path": dataPath, "pg1-port": port })}`;
}

/** The repository as words of a command, for who restores from it and has no configuration. */
export const repositoryWords = (repo: Pick<Repository, "bucket" | "region" | "path">): readonly string[] =>
  Object.entries(repository(repo, "web-id")).map(([key, value]) => `--${key}=${String(value)}`);
