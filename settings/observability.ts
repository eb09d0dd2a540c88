/**
 * `golive:observability`: the Prometheus, Alertmanager, Grafana and Loki that watch the stack's systems. The cluster's
 * owners run them; these settings say how they run, so that what golive declares is loaded, and an alert is delivered.
 */
import * as z from "zod";
import type { Language, Platform } from "../observability/watched";
import type { Window } from "../observability/promql/expression";
import { parseHttpsUrl } from "./contacts";
import { filled, mapping, text } from "./fields";
import { parseHost } from "./host";
import { LABEL_PATTERN, parseLabelName } from "./names";
import type { Parsed } from "./parsed";

// https://prometheus.io/docs/prometheus/latest/configuration/configuration/: a duration of one unit
const WINDOW_PATTERN = "^[1-9][0-9]*[smhd]$";
const WINDOW = new RegExp(WINDOW_PATTERN);

const isWindow = (given: string): given is Window => WINDOW.test(given);

/** A time of one unit, such as `30s` or `30d`. */
export function parseWindow(given: string): Parsed<Window> {
  return isWindow(given)
    ? { value: given }
    : { problem: "expected a whole number with one of s, m, h, d, such as 30s or 30d" };
}

const window = (description: string) =>
  text(parseWindow, { title: "time: s, m, h or d", description, pattern: WINDOW_PATTERN });

/** Host and port, without a scheme, as a Probe has it. */
function parseProber(given: string): Parsed<string> {
  const [, host = "", port = "", rest] = /^([^:/]*):(\d{1,5})(.*)$/.exec(given) ?? [];
  if ("value" in parseHost(host) && Number(port) > 0 && Number(port) < 65_536 && rest === "")
    return { value: given };
  return { problem: "expected host and port, such as prometheus-blackbox-exporter.monitoring.svc:9115" };
}

const labels = (description: string) =>
  z
    .record(z.string(), filled("Value of the label."), { error: () => "expected a mapping of LABEL: value" })
    .describe(description);

/** Of an API that is asked from where golive runs; without a user, a password or a query. */
function parseApi(given: string): Parsed<string> {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const plain =
    url !== undefined && /^https?:$/.test(url.protocol) && url.search + url.hash + url.username === "";
  return plain
    ? { value: withoutSlash(given) }
    : { problem: "expected a URL such as https://prometheus.example.com" };
}

const api = (description: string) =>
  text(parseApi, {
    title: "URL",
    description,
    pattern: "^https?://",
    examples: ["https://prometheus.example.com"],
  });

/** The name under which the Helm chart kube-prometheus-stack is installed most often. */
const RELEASE = { release: "kube-prometheus-stack" } as const;

const prometheus = mapping(
  {
    namespace: text(parseLabelName, {
      title: "namespace name",
      description: "Namespace of Prometheus' pods, which are let in to read metrics.",
      pattern: LABEL_PATTERN,
    }).prefault("monitoring"),
    ruleSelector: labels(
      "`matchLabels` of its rule selector: it loads no PrometheusRule without them, and tells nobody.",
    ).default({ ...RELEASE }),
    labels: labels(
      "Labels of golive's PrometheusRules and monitors. Not set: those of `ruleSelector`.",
    ).optional(),
    scrapeInterval: window("Time between two readings of a metric.").prefault("30s"),
    retention: window(
      "Time for which it keeps what it read. Service levels of 30 days need at least as much. Not set: the chart's own 10d.",
    ).prefault("10d"),
    url: api(
      "Address of its API, where readings are taken before a share of the traffic grows (docs/gate.md). Not set: the order of the steps is kept, and no reading is judged.",
    ).optional(),
  },
  "Prometheus, run by prometheus-operator.",
);

const STRATEGIES = ["OnNamespace", "None"] as const;

const alertmanager = mapping(
  {
    configSelector: labels(
      "`matchLabels` of its configuration selector. Not set: none, as the chart has it; it loads every AlertmanagerConfig.",
    ).default({}),
    labels: labels("Labels of golive's AlertmanagerConfigs. Not set: those of `configSelector`.").optional(),
    matcherStrategy: z
      .enum(STRATEGIES, { error: () => `expected one of ${STRATEGIES.join(", ")}` })
      .default("OnNamespace")
      .meta({ title: STRATEGIES.map((one) => `\`${one}\``).join(" or ") })
      .describe(
        "With OnNamespace the operator lets only alerts of the configuration's namespace into its routes.",
      ),
    url: api("Address of its API. Not set: firing alerts are no reading.").optional(),
  },
  "Alertmanager, run by prometheus-operator.",
);

const loki = mapping(
  { url: api("Address of its API. Not set: critical lines of the logs are no reading.") },
  "Loki.",
);

const DELIVERIES = ["sidecar", "operator"] as const;

const grafana = mapping(
  {
    url: text(parseHttpsUrl, {
      title: "https URL",
      description: "Grafana's address, for links to panels. Not set: alerts link no panel.",
      pattern: "^https://",
    }).optional(),
    delivery: z
      .enum(DELIVERIES, { error: () => `expected one of ${DELIVERIES.join(", ")}` })
      .default("sidecar")
      .meta({ title: DELIVERIES.map((one) => `\`${one}\``).join(" or ") })
      .describe(
        "How dashboards get there: ConfigMaps that its sidecar reads, or GrafanaDashboards of grafana-operator.",
      ),
    prometheus: filled("Name of the data source of Prometheus.").prefault("Prometheus"),
    loki: filled("Name of the data source of Loki.").prefault("Loki"),
  },
  "Grafana.",
);

const LANGUAGES = ["es", "en"] as const satisfies readonly Language[];

/** `golive:observability`. Not set: the stack's systems declare no rules, routes and dashboards. */
export const observability = mapping(
  {
    prometheus: prometheus.prefault({}),
    prober: text(parseProber, {
      title: "host:port",
      description:
        "Blackbox exporter that asks the hosts' health paths from outside, by its module http_2xx. Not set: the chart's own name, in monitoring.",
    }).prefault("prometheus-blackbox-exporter.monitoring.svc:9115"),
    alertmanager: alertmanager.prefault({}),
    loki: loki.optional(),
    grafana: grafana.prefault({}),
    jaeger: text(parseHttpsUrl, {
      title: "https URL",
      description: "Jaeger's address, for links to traces. Not set: the runbooks open a port to it.",
      pattern: "^https://",
    }).optional(),
    runbooks: text(parseHttpsUrl, {
      title: "https URL",
      description: "Where docs/runbooks of this repository is read: each alert links its page there.",
      pattern: "^https://",
      examples: ["https://github.com/example/golive/blob/main/docs/runbooks"],
    }),
    language: z
      .enum(LANGUAGES, { error: () => `expected one of ${LANGUAGES.join(", ")}` })
      .default("es")
      .meta({ title: LANGUAGES.map((one) => `\`${one}\``).join(" or ") })
      .describe("Language of the alerts' texts."),
    budget: z
      .record(z.string(), z.int().min(0), { error: () => "expected a mapping of RECEIVER: calls" })
      .describe(
        "How often each receiver, such as `critical`, may be called in one system on the four days of `golive alerts simulate`.",
      )
      .optional(),
  },
  "What watches the stack's systems. Not set: they declare no rules, routes and dashboards.",
).transform(platform);

interface Given {
  readonly prometheus: z.output<typeof prometheus>;
  readonly prober: string;
  readonly alertmanager: z.output<typeof alertmanager>;
  readonly loki?: z.output<typeof loki> | undefined;
  readonly grafana: z.output<typeof grafana>;
  readonly jaeger?: string | undefined;
  readonly runbooks: string;
  readonly language: Language;
  readonly budget?: Readonly<Record<string, number>> | undefined;
}

/** Labels that are not set are those that the selectors ask for. */
function platform({
  prometheus: rules,
  prober,
  alertmanager: routes,
  loki: logs,
  grafana: pages,
  jaeger,
  runbooks,
  language,
  budget,
}: Given): Platform {
  const { url, ...sources } = pages;
  const { url: prometheusUrl, ...loaded } = rules;
  const { url: alertmanagerUrl, ...routed } = routes;
  return {
    prometheus: { ...loaded, labels: rules.labels ?? rules.ruleSelector, ...addressed(prometheusUrl) },
    prober,
    alertmanager: {
      ...routed,
      labels: routes.labels ?? routes.configSelector,
      ...addressed(alertmanagerUrl),
    },
    ...(logs === undefined ? {} : { loki: logs }),
    grafana: { ...sources, ...(url === undefined ? {} : { url: withoutSlash(url) }) },
    ...(jaeger === undefined ? {} : { jaeger: withoutSlash(jaeger) }),
    runbooks: withoutSlash(runbooks),
    language,
    ...(budget === undefined ? {} : { budget }),
  };
}

const addressed = (url: string | undefined) => (url === undefined ? {} : { url });

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
