/**
 * Who is called when a critical alert stays unsolved (row K28). Alertmanager knows no escalation: here it is a further
 * alert for each level, over the time since which Prometheus holds the first one, with a route of its own. Pure.
 */
import { PROMETHEUS } from "../metrics/prometheus";
import { max, min, now, secondsSince, select, type Vector } from "../promql/expression";
import type { AlertRule, ProofCase, RuleGroup } from "../rules/rule";
import { ELSEWHERE, seriesOf } from "../signals/test-series";
import type { InputSeries, Run, Signal, SubjectOf } from "../signals/signal";
import type { Language, Watched } from "../watched";

/** Name of the alert, of every level; its label `escalation` says which. */
export const UNATTENDED = "CriticalAlertUnattended";

type Namespace = SubjectOf<"namespace">;

const critical = ({ namespace }: Pick<Namespace, "namespace">) =>
  ({ namespace, severity: "critical", escalation: "" }) as const;

/** Seconds since which the critical alerts that fire now have held, by alert and service, where `wanted` has them so. */
const ages = (
  scope: { readonly namespace: string; readonly system?: string },
  wanted: (age: Vector<"alertname" | "service">) => Vector<"alertname" | "service"> = (age) => age,
) => {
  const { system } = scope;
  const match = { ...critical(scope), ...(system === undefined ? {} : { system }) };
  const since = min(now(select(PROMETHEUS.activeSince, match))).by("alertname", "service");
  const firing = now(select(PROMETHEUS.alerts, { ...match, alertstate: "firing" }));
  return wanted(secondsSince(since)).andOn(firing, "alertname", "service");
};

/** The age of a namespace's oldest critical alert that fires, in seconds; nothing while none does. */
export const unattendedAlert: Signal<"namespace"> = {
  on: "namespace",
  unit: "seconds",
  value: ({ namespace }) => max(ages({ namespace })).all(),
  series: ({ namespace }, value, run) => [
    ...held({ namespace }, value, run),
    ...held({ namespace: ELSEWHERE }, value * 2, run),
  ],
};

type Own = Readonly<Record<string, string>>;

/** An alert that has held for so many seconds at every step: what Prometheus writes of it. */
function held(own: Own, seconds: number, { stepSeconds, steps }: Run): readonly InputSeries[] {
  const { alertstate = "firing", ...labels } = {
    namespace: "",
    system: "shop",
    service: "api",
    severity: "critical",
    escalation: "",
    alertname: "Tried",
    ...own,
  };
  return [
    seriesOf(PROMETHEUS.activeSince, labels, `${-seconds}+${stepSeconds}x${steps}`),
    seriesOf(PROMETHEUS.alerts, { ...labels, alertstate }, `1x${steps}`),
  ];
}

const STEP_SECONDS = 30;
const STEPS = 10;

/** What an alert must not be mistaken for, by the label that tells them apart. */
const OTHERS: readonly Own[] = [
  { severity: "warning" },
  { escalation: "1" },
  { namespace: ELSEWHERE },
  { system: "another" },
  { service: "web" },
  { alertname: "Other" },
];

/** Those that call nobody, however long they hold. */
const NEVER = OTHERS.slice(0, 4);

function cases(own: Own, seconds: number): readonly ProofCase[] {
  const run = { stepSeconds: STEP_SECONDS, steps: STEPS };
  const alert = (labels: Own, age: number) => held({ ...own, ...labels }, age, run);
  const one = (name: string, fires: boolean, ...series: readonly (readonly InputSeries[])[]): ProofCase => ({
    name,
    stepSeconds: STEP_SECONDS,
    seconds: STEP_SECONDS * STEPS,
    series: () => series.flat(),
    fires,
  });
  const pending = alert({ alertstate: "pending" }, seconds);
  return [
    one("critical for the time of the level", true, alert({}, seconds)),
    one("critical for a second less", false, alert({}, seconds - 1)),
    one("of two pods, one for the time", true, alert({ pod: "a" }, 1), alert({ pod: "b" }, seconds)),
    one("pending for as long", false, pending),
    ...NEVER.map((other) => one(`${JSON.stringify(other)} for as long`, false, alert(other, seconds))),
    ...NEVER.map((other) =>
      one(`young beside an old ${JSON.stringify(other)}`, false, alert({}, 1), alert(other, seconds)),
    ),
    ...OTHERS.map((other) =>
      one(`pending beside a young ${JSON.stringify(other)} that fires`, false, pending, alert(other, 1)),
    ),
  ];
}

const SENTENCES = {
  es: {
    summary: (to: string) => `Una alerta crítica sigue sin atender: se llama a ${to}.`,
    description:
      "{{ $labels.alertname }} de {{ $labels.service }} sigue sin resolver desde hace {{ $value | humanizeDuration }}. Quien la atiende la silencia por su servicio, y con ella esta llamada.",
  },
  en: {
    summary: (to: string) => `A critical alert stays unattended: ${to} is called.`,
    description:
      "{{ $labels.alertname }} of {{ $labels.service }} has been unsolved for {{ $value | humanizeDuration }}. Who attends to it silences it by its service, and this call with it.",
  },
} as const satisfies Readonly<Record<Language, object>>;

function levelRule(watched: Watched, level: number, to: string, afterSeconds: number): AlertRule {
  const { namespace, system, platform } = watched;
  const sentences = SENTENCES[platform.language];
  return {
    kind: "alert",
    name: UNATTENDED,
    expression: ages({ namespace, system }, (age) => age.atLeast(afterSeconds)),
    for: "0s",
    labels: {
      severity: "critical",
      namespace,
      system,
      // The rule's own labels hide the series': which alert it is, and of what, must be said again.
      service: "{{ $labels.service }}",
      unattended: "{{ $labels.alertname }}",
      escalation: String(level),
    },
    summary: sentences.summary(to),
    description: sentences.description,
    signal: "unattendedAlert",
    subject: { kind: "namespace", namespace },
    proof: { cases: cases({ namespace, system }, afterSeconds) },
  };
}

/**
 * One alert for each level of `contacts.escalation`, as long as a critical alert of the system fires and has held for the
 * level's time; without levels, a group without rules. It ends when the alert does. Alerts of Loki's ruler are not in
 * Prometheus: they are escalated where the ruler writes to it.
 */
export const escalationRules = (watched: Watched): RuleGroup => ({
  name: `${watched.system}-escalation`,
  interval: "30s",
  rules: watched.contacts.escalation.map(({ to, after }, index) =>
    levelRule(watched, index + 1, to, after.seconds),
  ),
});
