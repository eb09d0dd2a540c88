/** Names of objects, for who declares them and who watches them: neither can drift from the other. Pure. */
import { waveName } from "../components/waves/table";
import { type S5_APIS, s5Versioned } from "../settings";

/** Kometa's Deployment and Service, as the document's `kubectl` commands have it. */
export const KOMETA = {
  service: "kometa-marketplace",
  /** Jobs and CronJobs, named after the release. */
  smoke: (release: string) => `${release}-smoke`,
  load: (release: string) => `${release}-load`,
} as const;

/** ListaCompra's Deployments, as the document's `kubectl scale` has the first, and what runs by the clock or once. */
export const LISTACOMPRA = {
  api: "listacompra-api",
  worker: "listacompra-worker",
  migration: (system: string) => `${system}-migration`,
  verification: (system: string) => `${system}-verification`,
  smoke: (system: string) => `${system}-smoke`,
  backup: (system: string) => `${system}-pgbackrest`,
  /** Its database's Secret, and the key of the URL. */
  database: { secret: "listacompra-database", key: "DATABASE_URL" },
  /** Name of its backups in pgBackRest. */
  stanza: "listacompra",
} as const;

/** Guelaguetza's Deployment and Service, as the document's `pm2 restart` has it. */
export const GUELAGUETZA = {
  service: "guelaguetza-backend",
  /** Its database's Secret, and the key of the URL. */
  database: { secret: "guelaguetza-database", key: "DATABASE_URL" },
  databasePort: 5432,
  migration: (system: string) => `${system}-migration`,
  /** The migration's resources by name, as Pulumi's `--target` takes them. */
  migrationResources: (system: string) => [`${system}-migration`, `${system}-migration-backups`],
  smoke: (system: string) => `${system}-smoke`,
  backup: (system: string) => `${system}-pg-dump`,
} as const;

/** The CronJob that restores a system's latest backup, and how often. */
export const restoreDrillName = (system: string) => `${system}-restore-drill`;
export const RESTORE_DRILL_SECONDS = 7 * 86_400;

/** ENOVA's chat; the others' names are the settings', which check them (`ENOVA_SERVICES`). */
export const ENOVA = {
  chat: "chat",
  chatIngress: (system: string) => `${system}-chat`,
  /** The Ingress that each host has alone where another controller moves the weights: it copies the whole of it. */
  door: (system: string, part: "frontend" | "gateway") => `${system}-${part === "gateway" ? "api" : part}`,
  stress: (system: string) => `${system}-stress`,
} as const;

/** S5's waves, in the order of the document. */
export const S5_WAVES = ["migrations", "auth", "catalog", "orders", "frontend", "smoke", "traffic"] as const;
export type S5Wave = (typeof S5_WAVES)[number];
type S5Api = (typeof S5_APIS)[number];

const waveOf = (system: string, wave: S5Wave) => waveName(system, S5_WAVES.indexOf(wave), wave);

/** Name of the Job that verifies a wave. */
export const verificationName = (system: string, wave: S5Wave) => `${waveOf(system, wave)}-verification`;

const oneWith = (name: string, ...ends: readonly string[]) => [name, ...ends.map((end) => `${name}-${end}`)];

/** What a release of a service declares, by name, as Pulumi's `--target` takes it. */
export const releaseResources = (...releases: readonly string[]): readonly string[] =>
  releases.flatMap((release) => oneWith(release, "environment*"));

/** The Secret of S5's database, and the key of the URL. */
export const S5_DATABASE = (system: string) => ({ secret: `${system}-database`, key: "DATABASE_URL" });

/** Resources of S5's waves by name, as Pulumi's `--target` takes them. */
export const S5_RESOURCES = {
  /** An API of the version of that tag, and its verification. */
  api: (system: string, api: S5Api, release: string, tag: string) => [
    ...releaseResources(s5Versioned(release, tag)),
    s5Versioned(verificationName(system, api), tag),
  ],
  /** An API in whatever versions, their verifications, and the groups of both. */
  versions: (system: string, api: S5Api, release: string) => [
    waveOf(system, api),
    `${release}-*`,
    `${verificationName(system, api)}*`,
  ],
  site: (system: string, site: S5Site) => oneWith(siteName(system, site), "*"),
  /** The group of a wave. */
  group: (system: string, wave: S5Wave) => [waveOf(system, wave)],
  /** An API's public door. */
  door: (release: string) => oneWith(release, "certificate"),
  verification: (system: string, wave: S5Wave) => oneWith(verificationName(system, wave)),
} as const;

/** S5's sites: what is looked at before the public sees it, and what the public sees. */
export const S5_SITES = ["candidate", "frontend"] as const;
export type S5Site = (typeof S5_SITES)[number];

/** A site's resources are named after it. */
export const siteName = (system: string, site: S5Site) => `${system}-${site}`;

/** Name of the Job that empties a site's caches, and of the role by which it may. */
export const invalidationName = (site: string) => `${site}-invalidation`;
