/** A system as its rules, dashboards, routes and runbooks see it: what runs where, who answers for it, what watches it. Pure. */
import type { Contacts } from "../settings";
import type { Overrides } from "./objectives/overrides";
import type { Window } from "./promql/expression";

/** The two languages of texts that people read. */
export const LANGUAGES = ["es", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in both languages. */
export type Text = Readonly<Record<Language, string>>;

/** What carries a host's requests, and so whose metrics tell of them. */
export type TrafficSource = "ingress-nginx" | "alb" | "gateway-api";

/** The requests of one host and path. */
export interface WatchedTraffic {
  readonly source: TrafficSource;
  readonly host: string;
  /** Path below which they are, e.g. `/chat`. */
  readonly path: string;
  /** Name of the Ingress or HTTPRoute that holds the stable side; the canary's requests are counted under it too (P2). */
  readonly route: string;
  /** Service and port on the new side of a canary; absent where there is none now. */
  readonly canary?: { readonly service: string; readonly port: number };
  /**
   * Upper bounds, in seconds, of the buckets that the router runs with (`golive:router.timeBuckets`).
   * Absent: those of the metric in the catalogue.
   */
  readonly buckets?: readonly number[];
}

/** A workload of the system. */
export interface WatchedService {
  /** Name of its Deployment, its Service and its container. */
  readonly name: string;
  /** Name of its Helm release, which is not always that of the Deployment. */
  readonly release: string;
  /** What `golive version --of` calls it. Absent: the system has one version, of all its images. */
  readonly versionOf?: string;
  readonly image: { readonly repository: string; readonly tag: string };
  readonly port: number;
  readonly healthPath: string;
  /** Absent: no host reaches it. */
  readonly traffic?: WatchedTraffic;
  /** Whether pods are added by load, up to a number. */
  readonly autoscaled: boolean;
  /** Path of its own metrics. Absent: it exports none. */
  readonly metricsPath?: string;
}

/** A backup that runs by the clock. */
export interface WatchedBackup {
  /** Name of its CronJob. */
  readonly cronJob: string;
  /** Seconds between two of its runs. */
  readonly everySeconds: number;
  /** Where its dumps lie, e.g. `s3://bucket/pg_dump`. Absent: its tool alone knows. */
  readonly dumps?: string;
}

/** How a stack is watched: its Prometheus, Alertmanager, Grafana and Loki. */
export interface Platform {
  readonly prometheus: {
    /** Namespace of Prometheus, whose pods scrape. */
    readonly namespace: string;
    /** `matchLabels` of its rule selector; golive's PrometheusRules carry `labels`. */
    readonly ruleSelector: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    readonly scrapeInterval: Window;
    readonly retention: Window;
    /** Address of its API, where readings are taken. Absent: none is. */
    readonly url?: string;
  };
  /** Loki. Absent: no log is read before a step. */
  readonly loki?: { readonly url: string };
  /** Host and port of the blackbox exporter that asks the hosts' health paths from outside. */
  readonly prober: string;
  readonly alertmanager: {
    /** `matchLabels` of its configuration selector; golive's AlertmanagerConfigs carry `labels`. */
    readonly configSelector: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    /** Whether the operator adds `namespace="<of the AlertmanagerConfig>"` to each route. */
    readonly matcherStrategy: "OnNamespace" | "None";
    /** Address of its API. Absent: no alert is asked for before a step. */
    readonly url?: string;
  };
  readonly grafana: {
    readonly url?: string;
    readonly delivery: "sidecar" | "operator";
    /** Names of the data sources. */
    readonly prometheus: string;
    readonly loki: string;
  };
  /** Jaeger's pages, without a final slash. Absent: the runbooks open a port to them. */
  readonly jaeger?: string;
  /** URL below which the runbook pages lie, without a final slash. */
  readonly runbooks: string;
  /** Language of annotations and messages; pages come in both. */
  readonly language: Language;
  /** Receiver to the most calls on the four simulated days. Absent: no budget is agreed on. */
  readonly budget?: Readonly<Record<string, number>>;
}

/** A system of a stack. */
export interface Watched {
  /** Its key in the stack file, e.g. `enova`. */
  readonly system: string;
  /** Its name to people, e.g. `ENOVA`. */
  readonly title: string;
  readonly stack: string;
  readonly namespace: string;
  readonly services: readonly WatchedService[];
  readonly backups: readonly WatchedBackup[];
  /** Names of its CronJobs' and Jobs' owners that an alert tells of when one fails. */
  readonly jobs: readonly string[];
  /** Whether it has a database that golive's SQL exporter asks. */
  readonly database: boolean;
  /** Its migrations' Jobs are named `<this>-<hash>`. Absent: it has none. */
  readonly migration?: string;
  /** Addresses that turn maintenance on and off, by POST. Absent: it has no such mode. */
  readonly maintenance?: { readonly enable: string; readonly disable: string };
  /** Phase of its canary, as the stack file has it. Absent: it has no canary. */
  readonly canaryPhase?: string;
  /** Where its traces go. Absent: nowhere. */
  readonly traces?: "jaeger" | "new-relic";
  /** What the stack changes of its objectives (`golive:<system>.objectives`). @default - nothing */
  readonly overrides?: Overrides;
  readonly contacts: Contacts;
  readonly platform: Platform;
}
