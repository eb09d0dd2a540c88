/** Alerts on what all the others depend on: the metrics themselves, and the way that alerts take. Rows G6, K25. Pure. */
import { BLACKBOX_EXPORTER } from "../metrics/blackbox-exporter";
import { CADVISOR } from "../metrics/cadvisor";
import { KUBE_STATE_METRICS } from "../metrics/kube-state-metrics";
import type { Objective } from "../objectives/objective";
import { absent, always, type Expression, select, type Window } from "../promql/expression";
import { windowSeconds } from "../promql/window";
import { constant, ELSEWHERE, seriesOf } from "../signals/test-series";
import { DATABASE_SIGNALS } from "../signals/database";
import { type Reading, readingsOf } from "../signals/readings";
import type { InputSeries, Run } from "../signals/signal";
import type { Text, Watched } from "../watched";
import type { AlertProof, AlertRule, ProofCase } from "./rule";

const STEP = 60;

/** A name that tells Alertmanager's dead-man's switch. */
export const WATCHDOG = "Watchdog";

/** Name of the alert on an exporter whose metrics are not there; its label `exporter` says which. */
export const METRICS_ABSENT = "MetricsAbsent";

/** Name of the alert on a business value that is not there. */
export const absenceOf = (name: string): string => `${name}Absent`;

/** Fires always: what no longer hears it knows that no other alert would come either. */
export const watchdog = ({ system, namespace, platform }: Watched): AlertRule => ({
  kind: "alert",
  name: WATCHDOG,
  expression: always(),
  for: "0s",
  labels: { severity: "none", namespace, system, service: system },
  ...WATCHDOG_TEXTS[platform.language],
  signal: "exporterDown",
  subject: { kind: "namespace", namespace },
  proof: {
    cases: [{ name: "always", fires: true, stepSeconds: STEP, seconds: 2 * STEP, series: () => [] }],
  },
});

const WATCHDOG_TEXTS = {
  es: {
    summary: "Las alertas llegan.",
    description: "Esta alerta vale siempre {{ $value }}: si deja de llegar, tampoco llegan las demás.",
  },
  en: {
    summary: "Alerts arrive.",
    description: "This alert is always {{ $value }}: where it no longer arrives, no other one does.",
  },
} as const;

/** An absence lasts as long as one failed scrape or a restart of the exporter does not. */
const WAIT: Window = "10m";
const WAIT_SECONDS = windowSeconds(WAIT);

/** An exporter by a metric that it gives of every system. */
interface Watcher {
  readonly exporter: string;
  readonly expression: Expression;
  readonly series: (run: Run) => readonly InputSeries[];
}

function watchersOf({ namespace, services }: Watched): readonly Watcher[] {
  const { deploymentReplicas } = KUBE_STATE_METRICS;
  const { memory } = CADVISOR;
  const { success } = BLACKBOX_EXPORTER;
  const [first] = services;
  if (first === undefined) return [];
  const own = { namespace };
  const of = { ...own, deployment: first.name };
  const container = { ...own, pod: `${first.name}-0`, container: first.name };
  const probed = services.some(({ traffic }) => traffic !== undefined);
  return [
    {
      exporter: "kube-state-metrics",
      expression: absent(select(deploymentReplicas, own)),
      series: (run) => [seriesOf(deploymentReplicas, of, constant(1, run))],
    },
    {
      exporter: "cadvisor",
      expression: absent(select(memory, own)),
      series: (run) => [seriesOf(memory, container, constant(1, run))],
    },
    ...(probed
      ? [
          {
            exporter: "blackbox-exporter",
            expression: absent(select(success, own)),
            series: (run: Run) => [
              seriesOf(success, { ...own, service: first.name, instance: first.name }, constant(1, run)),
            ],
          },
        ]
      : []),
  ];
}

const elsewhere = (series: readonly InputSeries[], namespace: string): readonly InputSeries[] =>
  series.map((each) => ({
    ...each,
    series: each.series.replace(`namespace=${JSON.stringify(namespace)}`, `namespace="${ELSEWHERE}"`),
  }));

/** There, not there, there no longer for too short and for long enough, and only in another namespace. */
function absenceProof(series: Watcher["series"], namespace: string): AlertProof {
  const whole: Run = { stepSeconds: STEP, steps: (2 * WAIT_SECONDS) / STEP };
  const lookback = 300;
  const gone = (seconds: number) => ({ stepSeconds: STEP, steps: seconds / STEP });
  const judged = (name: string, fires: boolean, seconds: number, given: ProofCase["series"]): ProofCase => ({
    name,
    fires,
    stepSeconds: STEP,
    seconds,
    series: given,
  });
  const at = WAIT_SECONDS + 2 * STEP;
  return {
    cases: [
      judged("there", false, at, () => series(whole)),
      judged("not there", true, at, () => []),
      judged("not there for long enough", false, WAIT_SECONDS - STEP, () => []),
      judged("in another namespace alone", true, at, () => elsewhere(series(whole), namespace)),
      judged("there no longer", true, STEP * 10 + lookback + at, () => series(gone(STEP * 10))),
      judged("there a moment ago", false, STEP * 10 + lookback, () => series(gone(STEP * 10))),
    ],
  };
}

const absentText = (
  what: Text,
): Readonly<Record<keyof Text, Pick<AlertRule, "summary" | "description">>> => ({
  es: {
    summary: `Faltan métricas: ${what.es}.`,
    description: `No hay ninguna serie ({{ $value }}): ${what.es}. Otras alertas callan mientras tanto.`,
  },
  en: {
    summary: `Metrics are missing: ${what.en}.`,
    description: `There is no series ({{ $value }}): ${what.en}. Other alerts are silent meanwhile.`,
  },
});

const exporterAlert = (
  { system, namespace, platform }: Watched,
  { exporter, expression, series }: Watcher,
): AlertRule => ({
  kind: "alert",
  name: METRICS_ABSENT,
  expression,
  for: WAIT,
  labels: { severity: "critical", namespace, system, service: system, exporter },
  ...absentText({ es: `${exporter} en ${namespace}`, en: `${exporter} in ${namespace}` })[platform.language],
  signal: "exporterDown",
  subject: { kind: "namespace", namespace },
  proof: absenceProof(series, namespace),
});

/** A business value that is gone would end its alert: a database that is down must not heal a negative stock (P11). */
function twin(watched: Watched, { alert, signal }: Objective, reading: Reading): readonly AlertRule[] {
  const { system, namespace, platform } = watched;
  if (alert === undefined) return [];
  const what = { es: `${alert.name} en ${namespace}`, en: `${alert.name} in ${namespace}` };
  return [
    {
      kind: "alert",
      name: absenceOf(alert.name),
      expression: { text: `absent(${reading.value("1h").text})`, labels: [] },
      for: WAIT,
      labels: { severity: alert.severity, namespace, system, service: system },
      ...absentText(what)[platform.language],
      signal,
      subject: reading.subject,
      proof: absenceProof((run) => reading.series(0, run), namespace),
    },
  ];
}

/** Alerts on exporters whose metrics are not there, and on each business value that is not. */
export const absenceAlerts = (watched: Watched, objectives: readonly Objective[]): readonly AlertRule[] => [
  ...watchersOf(watched).map((watcher) => exporterAlert(watched, watcher)),
  ...objectives
    .filter(({ signal, off }) => signal in DATABASE_SIGNALS && off === undefined)
    .flatMap((objective) =>
      readingsOf(objective.signal, watched, objective).flatMap((reading) =>
        twin(watched, objective, reading),
      ),
    ),
];
