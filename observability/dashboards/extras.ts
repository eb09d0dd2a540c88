/** Panels that no signal has, and so no alert: what ran, what is out, what the data come from. Pure. */
import { Lines } from "../logs/logql";
import { APPLICATION } from "../metrics/application";
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import { PROMETHEUS } from "../metrics/prometheus";
import {
  always,
  buckets,
  count,
  type Expression,
  max,
  now,
  quantile,
  rate,
  secondsSince,
  select,
  sum,
} from "../promql/expression";
import type { Text, Watched } from "../watched";
import type { PanelThreshold } from "./dashboard";
import type { PanelPlan, Query, View } from "./plan";

const WINDOW = "$__rate_interval";

interface Extra {
  readonly title: Text;
  readonly purpose: Text;
  readonly unit: string;
  readonly view: View;
  /** Where it turns red. @default - nowhere */
  readonly red?: Pick<PanelThreshold, "value" | "wrong">;
  /** Queries by the name of their lines. */
  readonly queries: (watched: Watched) => Readonly<Record<string, Expression>>;
}

const { containerInfo, deploymentAvailable, deploymentReplicas, jobCompleted, jobFailed } =
  KUBE_STATE_METRICS;

/** One series whatever is so: 0 where there is none of it. */
const zero = () => always().times(0);

const EXTRAS = {
  firing: {
    title: { es: "Alertas activas", en: "Alerts firing" },
    purpose: {
      es: "Cuántas alertas del sistema están activas ahora. Con cualquiera por encima de cero no se publica.",
      en: "How many of the system's alerts fire now. With any above zero nothing is released.",
    },
    unit: "short",
    view: "stat",
    red: { value: 1, wrong: "above" },
    queries: ({ namespace, system }) => {
      const of = (severity: string) =>
        count(now(select(PROMETHEUS.alerts, { namespace, system, severity, alertstate: "firing" })))
          .all()
          .or(zero());
      return { critical: of("critical"), warning: of("warning") };
    },
  },
  alerts: {
    title: { es: "Alertas", en: "Alerts" },
    purpose: {
      es: "Qué alertas del sistema estuvieron activas y cuándo. La lista de publicación pide que no haya ninguna.",
      en: "Which of the system's alerts fired, and when. The release checklist asks for none.",
    },
    unit: "short",
    view: "states",
    red: { value: 1, wrong: "above" },
    queries: ({ namespace, system }) => ({
      "{{alertname}}": max(now(select(PROMETHEUS.alerts, { namespace, system, alertstate: "firing" }))).by(
        "alertname",
      ),
    }),
  },
  targets: {
    title: { es: "Fuentes de datos vivas", en: "Targets up" },
    purpose: {
      es: "1 si Prometheus pudo leer la fuente. Con 0, los paneles que dependen de ella están vacíos o viejos.",
      en: "1 where Prometheus could read the target. At 0 the panels that depend on it are empty or old.",
    },
    unit: "short",
    view: "states",
    red: { value: 1, wrong: "below" },
    queries: ({ namespace }) => ({
      "{{job}} {{instance}}": max(
        now(select(PROMETHEUS.up, { namespace, job: { like: "$job" }, instance: { like: "$instance" } })),
      ).by("job", "instance"),
    }),
  },
  versions: {
    title: { es: "Versiones en marcha", en: "Versions running" },
    purpose: {
      es: "La imagen de cada contenedor, y en cuántos pods: lo que de verdad está desplegado.",
      en: "The image of each container, and in how many pods: what is really deployed.",
    },
    unit: "short",
    view: "table",
    queries: ({ namespace }) => ({
      "{{container}} {{image}}": count(now(select(containerInfo, { namespace }))).by("container", "image"),
    }),
  },
  rollout: {
    title: { es: "Pods por versión", en: "Pods by version" },
    purpose: {
      es: "Cómo sustituye cada versión a la anterior: las oleadas se ven como escalones.",
      en: "How each version takes the place of the one before: waves show as steps.",
    },
    unit: "short",
    view: "timeseries",
    queries: ({ namespace }) => ({
      "{{image}}": count(now(select(containerInfo, { namespace }))).by("image"),
    }),
  },
  available: {
    title: { es: "Oleadas: réplicas disponibles", en: "Waves: replicas available" },
    purpose: {
      es: "Parte de las réplicas pedidas de cada Deployment que están disponibles. Una oleada sigue cuando la anterior está entera.",
      en: "Share of each Deployment's wanted replicas that are available. A wave follows when the one before is whole.",
    },
    unit: "percentunit",
    view: "states",
    red: { value: 1, wrong: "below" },
    queries: ({ namespace }) => ({
      "{{deployment}}": max(now(select(deploymentAvailable, { namespace })))
        .by("deployment")
        .dividedBy(
          max(now(select(deploymentReplicas, { namespace })))
            .by("deployment")
            .above(0),
        ),
    }),
  },
  jobsDone: {
    title: { es: "Jobs terminados hace", en: "Jobs done since" },
    purpose: {
      es: "Tiempo desde que terminó bien cada Job: migraciones, verificaciones y smoke tests de la lista.",
      en: "Time since each Job ended well: the checklist's migrations, verifications and smoke tests.",
    },
    unit: "s",
    view: "table",
    queries: ({ namespace }) => ({
      "{{job_name}}": secondsSince(max(now(select(jobCompleted, { namespace }))).by("job_name")),
    }),
  },
  jobsFailed: {
    title: { es: "Jobs fallidos por nombre", en: "Jobs failed, by name" },
    purpose: {
      es: "1 para cada Job que terminó mal y sigue ahí: la publicación no está verificada.",
      en: "1 for each Job that ended badly and is still there: the release is not verified.",
    },
    unit: "short",
    view: "states",
    red: { value: 1, wrong: "above" },
    queries: ({ namespace }) => ({
      "{{job_name}}": max(now(select(jobFailed, { namespace, condition: "true" }))).by("job_name"),
    }),
  },
  retries: {
    title: { es: "Reintentos medios por checkout", en: "Mean retries per checkout" },
    purpose: {
      es: "Cuántas veces se repite un checkout de media por choques de versión. Cerca de 0 es lo normal.",
      en: "How often a checkout is tried again on average, because of version collisions. Near 0 is normal.",
    },
    unit: "short",
    view: "timeseries",
    queries: ({ namespace }) => {
      const all = (metric: typeof APPLICATION.checkoutRetries) =>
        sum(rate(select(metric, { namespace }), WINDOW)).all();
      return {
        retries: all(APPLICATION.checkoutRetries).dividedBy(
          sum(rate(select(APPLICATION.checkouts, { namespace }), WINDOW))
            .all()
            .above(0),
        ),
      };
    },
  },
} as const satisfies Readonly<Record<string, Extra>>;

export type ExtraName = keyof typeof EXTRAS;

const queriesOf = (queries: Readonly<Record<string, Expression>>): readonly Query[] =>
  Object.entries(queries).map(([legend, { text }]) => ({ legend, expression: text }));

/** A panel that no signal has. */
export function extra(watched: Watched, name: ExtraName): PanelPlan {
  const { title, purpose, unit, view, red, queries }: Extra = EXTRAS[name];
  const { language } = watched.platform;
  return {
    title: title[language],
    purpose: purpose[language],
    unit,
    view,
    queries: queriesOf(queries(watched)),
    signals: [],
    readings: [],
    thresholds: [],
    lines: red === undefined ? [] : [{ ...red, severity: "critical" }],
  };
}

const LINES = {
  title: { es: "Líneas de error", en: "Error lines" },
  purpose: {
    es: "Las líneas de nivel error o peor, tal como las escribió el servicio: por aquí se empieza a leer un incidente.",
    en: "The lines of level error or worse, as the service wrote them: an incident is read from here.",
  },
} as const;

/** A service's own error lines. */
export function errorLines({ namespace, platform: { language } }: Watched, service: string): PanelPlan {
  const lines = Lines.ofService(service)
    .where(["k8s_namespace_name", namespace], ["namespace", namespace])
    .where(["detected_level", { like: "error|critical|fatal" }]);
  return {
    title: LINES.title[language],
    purpose: LINES.purpose[language],
    unit: "short",
    view: "logs",
    queries: [{ legend: service, expression: lines.text }],
    signals: [],
    readings: [],
    thresholds: [],
  };
}

/** The checkout's latency at another quantile than the signal's. */
export const checkoutQuantile = ({ namespace }: Watched, share: number): Query => ({
  legend: `P${share * 100}`,
  expression: quantile(
    share,
    sum(rate(buckets(APPLICATION.checkoutDuration, { namespace }), WINDOW)).by("le"),
  ).text,
});
