/** The runbook of an alert: its signal's, unless it tells of something else than its signal's value. Pure. */
import type { AlertRule } from "../rules/rule";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both } from "./scene";
import { RUNBOOKS } from "./signals";
import { step } from "./steps";

const WATCHDOG: SignalRunbook = {
  meaning: both(
    "Suena siempre, y así debe ser: prueba que las alertas llegan. Lo malo es que calle; entonces llama quien la espera fuera.",
    "It always fires, and so it should: it proves that alerts arrive. Its silence is the trouble; then whoever waits for it outside calls.",
  ),
  impact: both(
    "Mientras suena, ninguno. Si ha callado, no llega ninguna alerta de este sistema.",
    "While it fires, none. Where it has gone silent, no alert of this system arrives.",
  ),
  queries: query.three(query.firing, query.targets, query.criticalSince),
  steps: ({ watched: { namespace, platform } }) => [
    step(
      "¿Están en pie Prometheus y Alertmanager?",
      "Do Prometheus and Alertmanager stand?",
      `kubectl get pods -n ${platform.prometheus.namespace}`,
    ),
    step(
      "¿Siguen ahí las reglas y las rutas, con las etiquetas que ellos buscan?",
      "Are the rules and routes still there, with the labels that they select by?",
      `kubectl get prometheusrules,alertmanagerconfigs -n ${namespace} --show-labels`,
    ),
    step(
      "¿Rechaza algo el operador, o no llega Alertmanager a su destino?",
      "Does the operator refuse something, or can Alertmanager not reach where it sends?",
      [
        `kubectl logs -n ${platform.prometheus.namespace} -l app.kubernetes.io/name=alertmanager --tail=50`,
        `kubectl get events -n ${platform.prometheus.namespace} --sort-by=.lastTimestamp | tail -20`,
      ].join("\n"),
    ),
  ],
  procedure: "none",
};

/** Of what an alert lives by, when it is not there. */
const MISSING: SignalRunbook = {
  ...RUNBOOKS.exporterDown,
  meaning: both(
    "Falta la métrica de la que viven otras alertas: nadie la exporta, o Prometheus no la encuentra.",
    "The metric that other alerts live by is missing: nobody exports it, or Prometheus does not find it.",
  ),
};

const BURN = both(
  "El presupuesto de error se gasta tan deprisa que el objetivo del periodo no se cumplirá. La crítica: en horas o un par de días; el aviso: en el periodo.",
  "The error budget goes so fast that the period's objective will be missed. The critical one: within hours or a few days; the warning: within the period.",
);

/** What to do about an alert. */
export function runbookOf({ name, signal, objective }: AlertRule): SignalRunbook {
  if (name === "Watchdog") return WATCHDOG;
  if (objective?.level?.name === name) return { ...RUNBOOKS[signal], meaning: BURN };
  return name.endsWith("Absent") ? MISSING : RUNBOOKS[signal];
}
