/** Queries that look further than an alert does: of whom, since when, beside what. Built from the catalogue alone. Pure. */
import { ALB } from "../metrics/alb";
import { APPLICATION } from "../metrics/application";
import { BLACKBOX_EXPORTER } from "../metrics/blackbox-exporter";
import { CADVISOR } from "../metrics/cadvisor";
import { CERT_MANAGER } from "../metrics/cert-manager";
import { GATEWAY_API } from "../metrics/gateway-api";
import { INGRESS_NGINX } from "../metrics/ingress-nginx";
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import { PROMETHEUS } from "../metrics/prometheus";
import { SQL } from "../metrics/sql";
import {
  buckets,
  type Expression,
  increase,
  max,
  now,
  observations,
  quantile,
  rate,
  secondsSince,
  secondsUntil,
  select,
  sum,
  type Window,
} from "../promql/expression";
import type { TrafficSource } from "../watched";
import type { Query } from "./runbook";
import { backupsOf, both, oneOf, type Scene, trafficOf, workloadsOf } from "./scene";

const RECENT: Window = "5m";
const DAY: Window = "1d";

/** A kind of query: what it shows, and its expression for a scene. */
type Ask = (scene: Scene) => Query;

const ask =
  (es: string, en: string, expression: (scene: Scene) => Expression): Ask =>
  (scene) => ({ what: both(es, en), expression: expression(scene) });

/** Three of them, for one scene. */
export const three =
  (first: Ask, second: Ask, third: Ask) =>
  (scene: Scene): readonly [Query, Query, Query] => [first(scene), second(scene), third(scene)];

// Requests, by what carries them.

interface Router {
  readonly byStatus: (scene: Scene, offset?: Window) => Expression;
  readonly latency: (scene: Scene) => Expression;
}

const routesOf = (scene: Scene) => trafficOf(scene).map(({ route }) => route);

const nginx = (scene: Scene) =>
  ({ exported_namespace: scene.watched.namespace, ingress: oneOf(routesOf(scene)) }) as const;

const anyOf = (names: readonly string[]) => `(${[...new Set(names)].join("|")})`;

const targetGroup = (scene: Scene) =>
  ({
    tag_ingress_k8s_aws_resource: { like: `${scene.watched.namespace}/${anyOf(routesOf(scene))}-.+` },
  }) as const;

const cluster = (scene: Scene) =>
  ({
    envoy_cluster_name: { like: `httproute/${scene.watched.namespace}/${anyOf(routesOf(scene))}/rule/.+` },
  }) as const;

const ROUTERS: Readonly<Record<TrafficSource, Router>> = {
  "ingress-nginx": {
    byStatus: (scene, offset) =>
      sum(rate(select(INGRESS_NGINX.requests, nginx(scene), offset), RECENT)).by("ingress", "status"),
    latency: (scene) =>
      quantile(
        0.95,
        sum(
          // A WebSocket's time is how long it was open.
          rate(buckets(INGRESS_NGINX.duration, { ...nginx(scene), status: { not: "101" } }), RECENT),
        ).by("ingress", "path", "le"),
      ),
  },
  alb: {
    byStatus: (scene, offset) =>
      sum(now(select(ALB.errors, targetGroup(scene), offset))).by("dimension_TargetGroup"),
    latency: (scene) => max(now(select(ALB.durationP95, targetGroup(scene)))).by("dimension_TargetGroup"),
  },
  "gateway-api": {
    byStatus: (scene, offset) =>
      sum(rate(select(GATEWAY_API.requests, cluster(scene), offset), RECENT)).by(
        "envoy_cluster_name",
        "envoy_response_code_class",
      ),
    latency: (scene) =>
      quantile(
        0.95,
        sum(rate(buckets(GATEWAY_API.duration, cluster(scene)), RECENT)).by("envoy_cluster_name", "le"),
      ),
  },
};

const routerOf = (scene: Scene): Router => ROUTERS[trafficOf(scene)[0]?.source ?? "ingress-nginx"];

/** A balancer of AWS's counts its targets' 5xx; the others tell each status. */
export const byStatus = ask(
  "Respuestas por estado (en un ALB, las 5xx por minuto): ¿qué ruta y qué código?",
  "Answers by status (of an ALB, its 5xx a minute): which route, which code?",
  (scene) => routerOf(scene).byStatus(scene),
);

export const yesterday = ask(
  "Lo mismo hace un día a esta hora: ¿es nuevo?",
  "The same a day ago at this hour: is it new?",
  (scene) => routerOf(scene).byStatus(scene, DAY),
);

export const latencyByPath = ask(
  "Latencia p95 en el router, por ruta (con Envoy, en milisegundos).",
  "p95 latency at the router, by route (of Envoy, in milliseconds).",
  (scene) => routerOf(scene).latency(scene),
);

/** The canary is ENOVA's, behind ingress-nginx; an HTTPRoute's metrics do not tell its backends apart. */
export const bySide = ask(
  'Nueva versión frente a la estable, por estado: `canary=""` es la estable.',
  'New version beside the stable one, by status: `canary=""` is the stable one.',
  (scene) =>
    sum(rate(select(INGRESS_NGINX.requests, nginx(scene)), RECENT)).by("ingress", "canary", "status"),
);

// What the application says of itself.

const application = (scene: Scene) =>
  ({
    namespace: scene.watched.namespace,
    container: oneOf(workloadsOf(scene).map(({ name }) => name)),
  }) as const;

export const applicationErrors = ask(
  "Errores que cuenta la propia aplicación, por ruta: ¿una sola o todas?",
  "Errors that the application counts itself, by route: one alone or all?",
  (scene) =>
    sum(
      increase(
        observations(APPLICATION.requestDuration, { ...application(scene), status: { like: "5.." } }),
        "15m",
      ),
    ).by("container", "route", "status"),
);

export const applicationLatency = ask(
  "Latencia p95 en la propia aplicación, por ruta: si es baja, el problema está delante de ella.",
  "p95 latency in the application itself, by route: where it is low, the trouble is in front of it.",
  (scene) =>
    quantile(
      0.95,
      sum(rate(buckets(APPLICATION.requestDuration, application(scene)), RECENT)).by(
        "container",
        "route",
        "le",
      ),
    ),
);

export const messageLatency = ask(
  "Latencia p95 de los mensajes, por pod: ¿uno solo o todos?",
  "p95 latency of messages, by pod: one alone or all?",
  (scene) =>
    quantile(
      0.95,
      sum(rate(buckets(APPLICATION.messageDuration, application(scene)), RECENT)).by("pod", "le"),
    ),
);

export const jobsByOutcome = ask(
  "Trabajos terminados, por cola y resultado.",
  "Jobs ended, by queue and outcome.",
  (scene) => sum(rate(select(APPLICATION.workerJobs, application(scene)), RECENT)).by("queue", "outcome"),
);

export const queueDepth = ask(
  "Trabajos en espera, por cola: si solo sube, nadie la vacía.",
  "Jobs that wait, by queue: where it only rises, nobody empties it.",
  (scene) => max(now(select(APPLICATION.queueDepth, application(scene)))).by("queue"),
);

export const queueWait = ask("Espera p95, por cola.", "p95 wait, by queue.", (scene) =>
  quantile(0.95, sum(rate(buckets(APPLICATION.queueWait, application(scene)), RECENT)).by("queue", "le")),
);

export const outboxRetries = ask(
  "Reenvíos de la última hora, por pod.",
  "Messages sent once more in the last hour, by pod.",
  (scene) => sum(increase(select(APPLICATION.outboxRetries, application(scene)), "1h")).by("pod"),
);

export const checkoutsByOutcome = ask(
  "Checkouts del último cuarto de hora por resultado: ¿conflictos o fallos?",
  "Checkouts of the last quarter of an hour by outcome: conflicts or failures?",
  (scene) => sum(increase(select(APPLICATION.checkouts, application(scene)), "15m")).by("outcome"),
);

export const checkoutLatency = ask(
  "Latencia p95 del checkout, por pod.",
  "p95 latency of the checkout, by pod.",
  (scene) =>
    quantile(
      0.95,
      sum(rate(buckets(APPLICATION.checkoutDuration, application(scene)), RECENT)).by("pod", "le"),
    ),
);

export const checkoutRetries = ask(
  "Reintentos de checkout del último cuarto de hora, por pod.",
  "Retries of checkouts in the last quarter of an hour, by pod.",
  (scene) => sum(increase(select(APPLICATION.checkoutRetries, application(scene)), "15m")).by("pod"),
);

export const concurrencyErrors = ask(
  "ConcurrencyError del último cuarto de hora, por pod.",
  "ConcurrencyErrors of the last quarter of an hour, by pod.",
  (scene) => sum(increase(select(APPLICATION.concurrencyErrors, application(scene)), "15m")).by("pod"),
);

// Pods and containers.

const inNamespace = ({ watched: { namespace } }: Scene) => ({ namespace });

const containers = (scene: Scene) => ({ ...inNamespace(scene), container: { unlike: "|POD" } }) as const;

export const cpu = ask("Núcleos que usa cada contenedor.", "Cores that each container uses.", (scene) =>
  sum(rate(select(CADVISOR.cpu, containers(scene)), RECENT)).by("pod", "container"),
);

export const throttling = ask(
  "Parte del tiempo en que el límite de CPU frena al contenedor.",
  "Share of the time in which the CPU limit holds the container back.",
  (scene) =>
    sum(rate(select(CADVISOR.throttled, containers(scene)), RECENT))
      .by("pod", "container")
      .dividedBy(
        sum(rate(select(CADVISOR.periods, containers(scene)), RECENT))
          .by("pod", "container")
          .above(0),
      ),
);

export const memory = ask(
  "Bytes de memoria de cada contenedor.",
  "Bytes of memory of each container.",
  (scene) => max(now(select(CADVISOR.memory, containers(scene)))).by("pod", "container"),
);

export const restarts = ask(
  "Reinicios de la última hora, por contenedor.",
  "Restarts of the last hour, by container.",
  (scene) =>
    max(increase(select(KUBE_STATE_METRICS.containerRestarts, inNamespace(scene)), "1h"))
      .by("pod", "container")
      .above(0),
);

export const endings = ask(
  "Por qué terminó cada contenedor la última vez: OOMKilled es memoria; Error, el programa.",
  "Why each container ended last: OOMKilled is memory; Error, the program.",
  (scene) =>
    max(now(select(KUBE_STATE_METRICS.containerTerminated, inNamespace(scene))))
      .by("pod", "container", "reason")
      .above(0),
);

export const waiting = ask(
  "Por qué espera cada contenedor: ImagePullBackOff, CrashLoopBackOff…",
  "Why each container waits: ImagePullBackOff, CrashLoopBackOff…",
  (scene) =>
    max(now(select(KUBE_STATE_METRICS.containerWaiting, inNamespace(scene))))
      .by("pod", "container", "reason")
      .above(0),
);

export const unavailable = ask(
  "Pods que faltan, por Deployment.",
  "Pods that are missing, by Deployment.",
  (scene) => max(now(select(KUBE_STATE_METRICS.deploymentUnavailable, inNamespace(scene)))).by("deployment"),
);

export const notReady = ask("Pods que no están listos.", "Pods that are not ready.", (scene) =>
  max(now(select(KUBE_STATE_METRICS.podReady, { ...inNamespace(scene), condition: "false" })))
    .by("pod")
    .above(0),
);

export const autoscalers = ask(
  "Pods que quiere cada autoescalador.",
  "Pods that each autoscaler wants.",
  (scene) =>
    max(now(select(KUBE_STATE_METRICS.autoscalerDesired, inNamespace(scene)))).by("horizontalpodautoscaler"),
);

// What the database holds.

export const negativeStock = ask(
  "Productos con stock negativo: ¿desde cuándo, y sigue subiendo?",
  "Products with a negative stock: since when, and does it still rise?",
  (scene) => max(now(select(SQL.negativeStock, inNamespace(scene)))).by("namespace"),
);

export const ordersByState = ask(
  "Órdenes de la última hora, por estado.",
  "Orders of the last hour, by state.",
  (scene) => max(now(select(SQL.orders, inNamespace(scene)))).by("status"),
);

export const failedOrders = ask(
  "Órdenes fallidas de la última hora.",
  "Failed orders of the last hour.",
  (scene) => max(now(select(SQL.failedOrders, inNamespace(scene)))).by("namespace"),
);

export const concurrencyErrorsOfHour = ask(
  "ConcurrencyError de la última hora, según la base.",
  "ConcurrencyErrors of the last hour, by the database.",
  (scene) => max(now(select(SQL.concurrencyErrors, inNamespace(scene)))).by("namespace"),
);

export const uncleanedOrders = ask(
  "Órdenes pendientes que la limpieza debía haber retirado.",
  "Pending orders that the cleanup should have taken away.",
  (scene) => max(now(select(SQL.uncleanedOrders, inNamespace(scene)))).by("namespace"),
);

// Upkeep.

export const certificates = ask(
  "Segundos que le quedan a cada certificado de cert-manager.",
  "Seconds that each certificate of cert-manager has left.",
  ({ watched: { namespace } }) =>
    secondsUntil(max(now(select(CERT_MANAGER.expiry, { exported_namespace: namespace }))).by("name")),
);

export const servedCertificates = ask(
  "Segundos que le quedan al certificado que se sirve de verdad.",
  "Seconds that the certificate which is really served has left.",
  (scene) =>
    secondsUntil(max(now(select(BLACKBOX_EXPORTER.expiry, inNamespace(scene)))).by("service", "instance")),
);

export const probes = ask(
  "Cada ruta de salud vista desde fuera: 0 no responde.",
  "Each health path seen from outside: 0 does not answer.",
  (scene) => max(now(select(BLACKBOX_EXPORTER.success, inNamespace(scene)))).by("service", "instance"),
);

const cronJobs = (scene: Scene) =>
  ({ ...inNamespace(scene), cronjob: oneOf(backupsOf(scene).map(({ cronJob }) => cronJob)) }) as const;

export const lastBackup = ask(
  "Segundos desde el último respaldo bueno.",
  "Seconds since the last good backup.",
  (scene) =>
    secondsSince(max(now(select(KUBE_STATE_METRICS.cronJobSucceeded, cronJobs(scene)))).by("cronjob")),
);

export const lastBegun = ask(
  "Segundos desde que empezó el último: si es reciente, falla; si no, nadie lo arranca.",
  "Seconds since the last was begun: where that is recent it fails, else nobody begins it.",
  (scene) =>
    secondsSince(max(now(select(KUBE_STATE_METRICS.cronJobScheduled, cronJobs(scene)))).by("cronjob")),
);

export const failedJobs = ask("Jobs que han fallado.", "Jobs that have failed.", (scene) =>
  max(now(select(KUBE_STATE_METRICS.jobFailed, { ...inNamespace(scene), condition: "true" })))
    .by("job_name")
    .above(0),
);

export const jobOwners = ask("De qué CronJob es cada Job.", "Which CronJob each Job is of.", (scene) =>
  max(now(select(KUBE_STATE_METRICS.jobOwner, inNamespace(scene)))).by("job_name", "owner_name"),
);

export const targets = ask(
  "Qué lee Prometheus en el namespace: 0 no responde; si falta, no lo lee.",
  "What Prometheus reads in the namespace: 0 does not answer; what is missing is not read.",
  (scene) => max(now(select(PROMETHEUS.up, inNamespace(scene)))).by("job", "pod"),
);

export const firing = ask(
  "Qué más suena en el sistema ahora.",
  "What else of the system is firing now.",
  ({ watched: { namespace, system } }) =>
    max(now(select(PROMETHEUS.alerts, { namespace, system, alertstate: "firing" }))).by(
      "alertname",
      "service",
      "severity",
    ),
);

export const criticalSince = ask(
  "Segundos que lleva sonando cada alerta crítica.",
  "Seconds for which each critical alert has been firing.",
  ({ watched: { namespace, system } }) =>
    secondsSince(
      max(now(select(PROMETHEUS.activeSince, { namespace, system, severity: "critical" }))).by(
        "alertname",
        "service",
      ),
    ),
);
