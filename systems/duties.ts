/**
 * Which rows of the requirements each component serves, by system: the last column of docs/systems.md. Pure.
 * A test asks that every resource has some, and that each is a row of docs/requirements.md.
 */

/** Ids of rows by system; `others` for the systems that are not named. */
type Ids = Readonly<Record<string, readonly string[]>>;

/** What a component is for. */
export interface Duty {
  /** What it is, in a word or two. */
  readonly what: string;
  readonly ids: Ids;
}

const duty = (what: string, ids: Readonly<Record<string, string>>): Duty => ({
  what,
  ids: Object.fromEntries(Object.entries(ids).map(([system, rows]) => [system, rows.split(" ")])),
});

/** Component to duty. What a system declares without a component stands under the system's own class. */
export const DUTIES: Readonly<Record<string, Duty>> = {
  AdmissionPolicies: duty("rules at the API server", { others: "K5 K12" }),
  AlertRouting: duty("where alerts go", {
    kometa: "K28 K29",
    listacompra: "L17",
    s5: "S10",
    guelaguetza: "G6",
    enova: "E9",
    others: "K28",
  }),
  ApplicationSecret: duty("secret values", {
    enova: "E2",
    guelaguetza: "G3 G11",
    kometa: "K29",
    listacompra: "L6 L7",
    s5: "S3",
  }),
  CanaryIngress: duty("share of the traffic", { enova: "E1 E3 E5" }),
  CdnInvalidation: duty("emptied caches", { others: "S5" }),
  CommandJob: duty("smoke tests", { listacompra: "L8" }),
  ContainerRepository: duty("image repository", { others: "K3" }),
  Dashboards: duty("dashboards", {
    kometa: "K24 K26",
    listacompra: "L16 L18",
    guelaguetza: "G7",
    s5: "S10",
    enova: "E7 E8",
    others: "K24",
  }),
  K6CronJob: duty("load test on demand", { kometa: "K17 K18" }),
  K6Job: duty("smoke or load test", {
    kometa: "K14 K15 K16 K17 K18 K19 K20",
    enova: "E6",
    guelaguetza: "G5 G11",
    listacompra: "L8",
    s5: "S4 S6 S8",
  }),
  LoadBalancerIngress: duty("public entrance", { others: "K2 K8 K19" }),
  LogRules: duty("alerts on logs", {
    kometa: "K21 K26",
    guelaguetza: "G6 G13",
    enova: "E10",
    others: "K26",
  }),
  MigrationJob: duty("migration", { guelaguetza: "G2 G3 G4 G10", listacompra: "L8 L11", s5: "S3 S4" }),
  Namespace: duty("namespace and its limits", { others: "K1" }),
  PgBackRest: duty("backups", { others: "L14" }),
  PgDumpBackup: duty("backups", { others: "G2" }),
  PrivateBucket: duty("bucket", { guelaguetza: "G2", listacompra: "L6 L14" }),
  PrometheusRules: duty("alerts", {
    kometa: "K21 K24 K25",
    listacompra: "L14 L18",
    guelaguetza: "G6 G13",
    s5: "S7",
    enova: "E4 E7 E9",
    others: "K25",
  }),
  ReleaseRecord: duty("record of the release", { guelaguetza: "K27 G16 G17", others: "K27" }),
  RestoreDrill: duty("restore of the latest backup", { guelaguetza: "G2 G4", others: "L14" }),
  Scrape: duty("what reads metrics", {
    kometa: "K21",
    listacompra: "L18",
    guelaguetza: "G7",
    s5: "S10",
    enova: "E7",
    others: "K21",
  }),
  ServiceAccountRole: duty("AWS role of pods", { guelaguetza: "G2", listacompra: "L6 L14", s5: "S5" }),
  ServiceIngress: duty("public entrance", { enova: "E1", s5: "S8", others: "K8" }),
  ServiceRelease: duty("service", { kometa: "K2 K4 K5 K6 K7 K9", s5: "S3 K9", others: "K9" }),
  SqlExporter: duty("metrics of the database", { guelaguetza: "G6 G7" }),
  StaticSite: duty("site behind CloudFront", { others: "S3 S5" }),
  TeamAccess: duty("who may do what", { others: "L5" }),
  Telemetry: duty("collector of traces, metrics and logs", { kometa: "K29", others: "L15" }),
};

/** The rows that a component serves in a system; none where nobody said. */
export function idsOf(component: string, system: string): readonly string[] {
  const ids = DUTIES[component]?.ids;
  return ids?.[system] ?? ids?.["others"] ?? [];
}
