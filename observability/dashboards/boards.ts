/** Which dashboards a system has, and what each holds. Pure. */
import type { SignalName } from "../signals";
import type { Text, Watched } from "../watched";
import { checkoutQuantile, errorLines, extra, type ExtraName } from "./extras";
import { type Drawing, panelOfReading } from "./panel-of-reading";
import { BOARD_NAMES, type BoardName, PANELS } from "./panels";
import type { BoardPlan, PanelPlan, RowPlan } from "./plan";
import { ownService, type Shown, shownOf } from "./readings";
import { serviceLevelPanels } from "./service-levels";
import { WORDS } from "./words";

/** A system with what is read of it. */
interface Scene {
  readonly watched: Watched;
  readonly shown: readonly Shown[];
  readonly say: (text: Text) => string;
}

interface Board extends Omit<BoardPlan, "title" | "purpose" | "rows"> {
  readonly title: (scene: Scene) => string;
  readonly purpose: Text;
  /** None of them with panels: the system does not have it. */
  readonly rows: (scene: Scene) => readonly RowPlan[];
}

const panels = ({ watched }: Scene, shown: readonly Shown[], drawing: Drawing = {}): readonly PanelPlan[] =>
  shown.map((one) => panelOfReading(watched, one, drawing));

const STAT: Drawing = { view: "stat" };

const extras = ({ watched }: Scene, ...names: readonly ExtraName[]): readonly PanelPlan[] =>
  names.map((name) => extra(watched, name));

const homeOf = ({ shown }: Scene, board: BoardName): readonly Shown[] =>
  shown.filter(({ reading }) => PANELS[reading.signal].home === board);

const serviceOf = ({ reading }: Shown): string | undefined => ownService(reading.subject);

/** Readings of some signals, in the signals' order. */
const chosen = (shown: readonly Shown[], ...signals: readonly SignalName[]): readonly Shown[] =>
  signals.flatMap((signal) => shown.filter(({ reading }) => reading.signal === signal));

/** A row for each service, those with a host first, then one for what is of none. */
function byService(
  scene: Scene,
  shown: readonly Shown[],
  more: (service: string) => readonly PanelPlan[] = () => [],
): readonly RowPlan[] {
  const { watched, say } = scene;
  const own = (name: string | undefined) => shown.filter((one) => serviceOf(one) === name);
  const hosts = watched.services.filter(({ traffic }) => traffic !== undefined);
  const rest = watched.services.filter(({ traffic }) => traffic === undefined);
  return [
    ...[...hosts, ...rest].map(({ name, traffic }) => ({
      title: traffic === undefined ? name : `${name} · ${traffic.host}${traffic.path}`,
      panels: [...panels(scene, own(name), { bare: true }), ...more(name)],
    })),
    { title: say(WORDS.system), panels: panels(scene, own(undefined)) },
  ];
}

const sources = (scene: Scene): RowPlan => ({
  title: scene.say(WORDS.sources),
  panels: extras(scene, "targets"),
});

const prefixed =
  (title: Text) =>
  ({ watched, say }: Scene): string =>
    `${watched.title} / ${say(title)}`;

/** Checkout's three quantiles in one panel. */
const withQuantiles = ({ watched }: Scene, panel: PanelPlan): PanelPlan => ({
  ...panel,
  title:
    watched.platform.language === "es"
      ? "Latencia de checkout (P50, P95, P99)"
      : "Checkout latency (P50, P95, P99)",
  queries: [
    checkoutQuantile(watched, 0.5),
    ...panel.queries.map((query) => ({ ...query, legend: "P95" })),
    checkoutQuantile(watched, 0.99),
  ],
});

const BOARDS: Readonly<Record<BoardName, Board>> = {
  "golden-signals": {
    title: prefixed({ es: "Señales doradas", en: "Golden signals" }),
    purpose: {
      es: "Latencia, tráfico, errores y saturación de cada servicio; durante un canary, lo estable junto a lo nuevo.",
      en: "Latency, traffic, errors and saturation of each service; during a canary, stable beside new.",
    },
    source: "prometheus",
    span: "6h",
    rows: (scene) => [
      {
        title: scene.say(WORDS.now),
        panels: [...extras(scene, "firing"), ...panels(scene, chosen(scene.shown, "errorRatio"), STAT)],
      },
      ...byService(scene, homeOf(scene, "golden-signals")),
      sources(scene),
    ],
  },
  kpis: {
    title: prefixed({ es: "KPI y presupuestos de error", en: "KPIs and error budgets" }),
    purpose: {
      es: "Lo prometido, lo que se cumple ahora y cuánto queda del presupuesto de errores.",
      en: "What is promised, what is kept now, and how much of the error budget is left.",
    },
    source: "prometheus",
    span: "30d",
    rows: (scene) => {
      const kpis = chosen(scene.shown, "errorRatio", "latencyP95", "requestRate");
      return [
        { title: scene.say(WORDS.now), panels: panels(scene, kpis, STAT) },
        {
          title: scene.say(WORDS.budgets),
          panels: [...serviceLevelPanels(scene.watched), ...panels(scene, homeOf(scene, "kpis"))],
        },
        sources(scene),
      ];
    },
  },
  "listacompra-api": {
    title: () => "listacompra-api",
    purpose: {
      es: "La API de ListaCompra: errores, latencia frente a 350 ms, tráfico, saturación y salud.",
      en: "ListaCompra's API: errors, latency against 350 ms, traffic, saturation and health.",
    },
    source: "prometheus",
    span: "6h",
    rows: (scene) => {
      const api = scene.shown.filter((one) => serviceOf(one) === "listacompra-api");
      const signals = chosen(
        api,
        "errorRatio",
        "latencyP95",
        "slowRatio",
        "requestRate",
        "cpuSaturation",
        "memorySaturation",
        "restarts",
        "unhealthyPods",
      );
      return [{ title: "listacompra-api", panels: panels(scene, signals) }, sources(scene)];
    },
  },
  "queue-latency": {
    title: () => "queue-latency",
    purpose: {
      es: "Cuánto esperan los trabajos en cola, cuántos fallan y cuántas entregas se repiten.",
      en: "How long jobs wait in the queue, how many fail and how many deliveries are repeated.",
    },
    source: "prometheus",
    span: "6h",
    rows: (scene) => [...byService(scene, homeOf(scene, "queue-latency")), sources(scene)],
  },
  checkout: {
    title: prefixed({ es: "Checkout", en: "Checkout" }),
    purpose: {
      es: "El bloqueo optimista en marcha: choques, reintentos, latencia del checkout, stock y órdenes.",
      en: "Optimistic locking at work: collisions, retries, the checkout's latency, stock and orders.",
    },
    source: "prometheus",
    span: "6h",
    rows: (scene) => {
      const own = homeOf(scene, "checkout");
      if (own.length === 0) return [];
      const { shown } = scene;
      return [
        {
          title: scene.say(WORDS.now),
          panels: panels(
            scene,
            chosen(
              shown,
              "negativeStock",
              "concurrencyErrorRatio",
              "checkoutFailureRatio",
              "checkoutLatencyP95",
            ),
            STAT,
          ),
        },
        {
          title: "Checkout",
          panels: [
            ...panels(scene, chosen(own, "concurrencyErrorRatio")),
            ...extras(scene, "retries"),
            ...panels(scene, chosen(own, "checkoutFailureRatio")),
            ...panels(scene, chosen(own, "checkoutLatencyP95")).map((panel) => withQuantiles(scene, panel)),
            ...panels(scene, chosen(shown, "ordersByState"), { view: "pie" }),
          ],
        },
        sources(scene),
      ];
    },
  },
  business: {
    title: prefixed({ es: "Negocio", en: "Business" }),
    purpose: {
      es: "Lo que dice la base de datos: stock, órdenes y choques de versión.",
      en: "What the database says: stock, orders and version collisions.",
    },
    source: "prometheus",
    span: "48h",
    rows: (scene) => [
      {
        title: scene.say(WORDS.database),
        panels: [
          ...panels(scene, chosen(scene.shown, "negativeStock", "failedOrders", "uncleanedOrders"), STAT),
          ...panels(scene, homeOf(scene, "business")),
        ],
      },
      sources(scene),
    ],
  },
  "go-live": {
    title: prefixed({ es: "Vigilancia tras el go-live", en: "Watch after go-live" }),
    purpose: {
      es: "Las primeras 48 horas: si no hay incidentes mayores, el despliegue es un éxito.",
      en: "The first 48 hours: without a major incident the release is a success.",
    },
    source: "prometheus",
    span: "48h",
    rows: (scene) => {
      if (scene.watched.system !== "s5") return [];
      const watch = chosen(scene.shown, "errorRatio", "latencyP95", "cpuSaturation", "memorySaturation");
      return [
        { title: scene.say(WORDS.incidents), panels: extras(scene, "firing") },
        { title: scene.say(WORDS.alerts), panels: extras(scene, "alerts") },
        ...byService(scene, watch),
        sources(scene),
      ];
    },
  },
  release: {
    title: prefixed({ es: "Publicación", en: "Release" }),
    purpose: {
      es: "Qué versión corre, en qué fase y oleada está la publicación, y qué falta de la lista de comprobación.",
      en: "Which version runs, which phase and wave the release is in, and what the checklist still lacks.",
    },
    source: "prometheus",
    span: "48h",
    rows: (scene) => {
      const { shown, say } = scene;
      const canary = shown.filter(
        ({ reading: { subject } }) => subject.kind === "host" && subject.traffic.canary !== undefined,
      );
      return [
        { title: say(WORDS.versions), panels: extras(scene, "versions", "rollout") },
        { title: say(WORDS.phase), panels: panels(scene, chosen(canary, "requestRate", "errorRatio")) },
        { title: say(WORDS.waves), panels: extras(scene, "available") },
        {
          title: say(WORDS.checklist),
          panels: [
            ...extras(scene, "alerts", "jobsFailed", "jobsDone"),
            ...panels(scene, chosen(shown, "unhealthyPods"), STAT),
          ],
        },
        sources(scene),
      ];
    },
  },
  upkeep: {
    title: prefixed({ es: "Mantenimiento", en: "Upkeep" }),
    purpose: {
      es: "Lo que debe funcionar solo: copias, Jobs, certificados, exportadores y escalado de alertas.",
      en: "What must run by itself: backups, Jobs, certificates, exporters and the escalation of alerts.",
    },
    source: "prometheus",
    span: "48h",
    rows: (scene) => [
      ...byService(scene, homeOf(scene, "upkeep")),
      { title: scene.say(WORDS.alerts), panels: extras(scene, "alerts") },
      sources(scene),
    ],
  },
  logs: {
    title: prefixed({ es: "Registros", en: "Logs" }),
    purpose: {
      es: "Errores de aplicación, timeouts de base de datos, fallos de autenticación y transacciones fallidas, y las líneas.",
      en: "Application errors, database timeouts, authentication failures and failed transactions, and the lines themselves.",
    },
    source: "loki",
    span: "6h",
    rows: (scene) =>
      byService(scene, homeOf(scene, "logs"), (service) => [errorLines(scene.watched, service)]),
  },
};

/** A system's dashboards by name, without rows that would be empty. */
export function boardsOf(watched: Watched): readonly (readonly [BoardName, BoardPlan])[] {
  const scene: Scene = {
    watched,
    shown: shownOf(watched),
    say: (text) => text[watched.platform.language],
  };
  return BOARD_NAMES.flatMap((name) => {
    const { title, purpose, rows, ...rest } = BOARDS[name];
    const filled = rows(scene).filter(({ panels: { length } }) => length > 0);
    // The row of sources alone is no dashboard.
    const worth = filled.some((row) => row.panels.some(({ signals }) => signals.length > 0));
    return worth
      ? [[name, { ...rest, title: title(scene), purpose: scene.say(purpose), rows: filled }] as const]
      : [];
  });
}
