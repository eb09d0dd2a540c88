/** The five systems as `systems/watched` gives them, for unit tests that need no stack file: one of each, of the stack where most of it is. */
import { contacts } from "../../settings/contacts";
import type { Platform, Watched, WatchedService } from "../../observability/watched";

/** kube-prometheus-stack and Loki as their charts set them up. */
export const PLATFORM: Platform = {
  prometheus: {
    namespace: "monitoring",
    ruleSelector: { release: "kube-prometheus-stack" },
    labels: { release: "kube-prometheus-stack" },
    scrapeInterval: "30s",
    retention: "45d",
  },
  prober: "prometheus-blackbox-exporter.monitoring.svc:9115",
  alertmanager: {
    configSelector: { release: "kube-prometheus-stack" },
    labels: { release: "kube-prometheus-stack" },
    matcherStrategy: "OnNamespace",
  },
  grafana: {
    url: "https://grafana.example.com",
    delivery: "sidecar",
    prometheus: "Prometheus",
    loki: "Loki",
  },
  runbooks: "https://github.com/example/golive/blob/main/docs/runbooks",
  language: "es",
};

const PORT = 3000;

const service = (
  name: string,
  repository: string,
  tag: string,
  own: Partial<WatchedService> = {},
): WatchedService => ({
  name,
  release: name,
  image: { repository, tag },
  port: PORT,
  healthPath: "/health",
  autoscaled: false,
  metricsPath: "/metrics",
  ...own,
});

/** The controller's own, and that of ListaCompra's objective, as the stack files set them. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5, 1, 2.5, 5, 10];

const nginx = (host: string, route: string, path = "/") =>
  ({ source: "ingress-nginx", host, path, route, buckets: BUCKETS }) as const;

const team = (...roles: readonly string[]) => roles.map((role) => ({ role, name: "TBD", contact: "TBD" }));

/** Behind an ALB, with the whole of an escalation. */
export const KOMETA: Watched = {
  system: "kometa",
  title: "Kometa Marketplace",
  stack: "develop",
  namespace: "kometa-develop",
  services: [
    service("kometa-marketplace", "kometa-marketplace", "v1.0-develop-11", {
      release: "kometa-develop",
      traffic: { source: "alb", host: "marketplace.kometadeveloper.xyz", path: "/", route: "kometa-develop" },
    }),
  ],
  backups: [],
  jobs: ["kometa-develop-smoke", "kometa-develop-load"],
  database: false,
  traces: "new-relic",
  contacts: contacts.parse({
    channels: {
      slack: "#kometa-marketplace",
      email: "marketplace-alerts@kometa.com",
      pagerDuty: "Marketplace Service",
    },
    people: team("Tech Lead", "DevOps", "QA"),
    escalation: [
      { to: "Equipo de desarrollo", after: "30m" },
      { to: "Tech Lead", after: "1h" },
      { to: "CTO", after: "2h" },
    ],
  }),
  platform: PLATFORM,
};

/** An API, a worker without a host, backups, Loki and Jaeger. */
export const LISTACOMPRA: Watched = {
  system: "listacompra",
  title: "ListaCompra",
  stack: "production",
  namespace: "production",
  services: [
    service("listacompra-api", "listacompra", "v1.0.0", {
      release: "listacompra",
      traffic: nginx("api.listacompra.app", "listacompra-api"),
    }),
    service("listacompra-worker", "listacompra", "v1.0.0", { port: 3001 }),
  ],
  backups: [
    { cronJob: "listacompra-pgbackrest-full", everySeconds: 86_400 },
    { cronJob: "listacompra-pgbackrest-incremental", everySeconds: 21_600 },
  ],
  jobs: ["listacompra-migration", "listacompra-verification", "listacompra-smoke"],
  database: false,
  migration: "listacompra-migration",
  traces: "jaeger",
  contacts: contacts.parse({
    channels: { slack: "#alerts-listacompra", email: "devops@listacompra.app" },
    people: [{ role: "Equipo DevOps", name: "TBD", contact: "devops@listacompra.app" }],
  }),
  platform: PLATFORM,
};

/** With a database that is asked. */
export const GUELAGUETZA: Watched = {
  system: "guelaguetza",
  title: "Guelaguetza",
  stack: "production",
  namespace: "guelaguetza-production",
  services: [
    service("guelaguetza-backend", "guelaguetza-backend", "v1.1.0", {
      traffic: nginx("api.example.com", "guelaguetza-backend"),
    }),
  ],
  backups: [
    {
      cronJob: "guelaguetza-pg-dump",
      everySeconds: 86_400,
      dumps: "s3://guelaguetza-production-backups/pg_dump",
    },
  ],
  jobs: ["guelaguetza-migration", "guelaguetza-smoke"],
  database: true,
  migration: "guelaguetza-migration",
  maintenance: {
    enable: "https://api.example.com/admin/maintenance/enable",
    disable: "https://api.example.com/admin/maintenance/disable",
  },
  contacts: contacts.parse({ people: team("Backend Lead", "DevOps", "Product Owner") }),
  platform: PLATFORM,
};

/** Three APIs, each under a name of its version; the frontend is a site of CloudFront's. */
export const S5: Watched = {
  system: "s5",
  title: "S5",
  stack: "production",
  namespace: "s5-production",
  services: ["auth", "catalog", "orders"].map((api) =>
    service(`s5-${api}-v2-1-0`, `s5/${api}`, "v2.1.0", {
      versionOf: api,
      traffic: nginx(`${api}.s5.example.com`, `s5-${api}`),
    }),
  ),
  backups: [],
  jobs: ["s5-1-migrations-verification", "s5-6-smoke-verification", "s5-7-traffic-verification"],
  database: false,
  migration: "s5-1-migrations-verification",
  contacts: contacts.parse({
    channels: { slack: "#deployments", pagerDuty: "S5 Production", opsgenie: "s5" },
    people: team("Equipo de DevOps", "Equipo de Desarrollo"),
    urls: {
      grafana: "https://grafana.example.com",
      dashboards: { "S5 (Datadog)": "https://app.datadoghq.com/dashboard/s5" },
      logs: { ELK: "https://kibana.example.com/app/discover" },
    },
  }),
  platform: PLATFORM,
};

const ENOVA_LEGACY = "enova-legacy";

/** In the middle of a canary: the old versions hold the hosts, the new ones a share; chat is all new. */
export const ENOVA: Watched = {
  system: "enova",
  title: "ENOVA",
  stack: "staging",
  namespace: "enova-staging",
  services: [
    service("frontend", "enova/frontend", "v2.0.0", { healthPath: "/", versionOf: "frontend" }),
    service("api-gateway", "enova/api-gateway", "v2.0.0", { versionOf: "gateway" }),
    service("chat", "enova/chat", "v2.0.0", {
      traffic: nginx("staging-api.enova.com", "enova-chat", "/chat"),
      versionOf: "chat",
      autoscaled: true,
    }),
    service("frontend-legacy", "enova/frontend-legacy", "v1.0.0", {
      healthPath: "/",
      versionOf: "legacy.frontend",
      traffic: {
        ...nginx("staging.enova.com", ENOVA_LEGACY),
        canary: { service: "frontend-canary", port: PORT },
      },
    }),
    service("api-gateway-legacy", "enova/api-gateway-legacy", "v1.0.0", {
      versionOf: "legacy.gateway",
      traffic: {
        ...nginx("staging-api.enova.com", ENOVA_LEGACY),
        canary: { service: "api-gateway-canary", port: PORT },
      },
    }),
  ],
  backups: [],
  jobs: ["enova-stress"],
  database: false,
  canaryPhase: "10",
  contacts: contacts.parse({
    people: [
      { role: "SRE Lead", name: "TBD", contact: "@sre-lead" },
      { role: "Dev Lead", name: "TBD", contact: "@dev-lead" },
      { role: "Product Owner", name: "TBD", contact: "@product" },
    ],
    urls: { grafana: "https://grafana.staging.enova.com" },
  }),
  platform: PLATFORM,
};

/** One of each. */
export const EVERY_WATCHED: readonly Watched[] = [KOMETA, LISTACOMPRA, GUELAGUETZA, S5, ENOVA];
