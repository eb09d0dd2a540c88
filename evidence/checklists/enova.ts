/** ENOVA's checklist before production: before the canary, in each of its phases, and after (`004-enova-canary.md` §6, row E10). Pure. */
import type { Checklist, Line } from "../line";
import { section, text } from "./section";
import {
  all,
  documentOf,
  documentOfVersion,
  noAlerts,
  readings,
  resource,
  signOff,
  tests,
  thresholds,
} from "./ways";

const stacks = ["staging", "production"] as const;

/** The document's phases: percent of the traffic. */
const PHASES = [10, 50, 100] as const;

/** One phase: what is read before the next. The limits are the document's; the readings are judged where they are taken. */
function phase(percent: (typeof PHASES)[number]): readonly Line[] {
  const name = `phase-${percent}`;
  return section(
    {
      title: text(`Durante Canary (Cada Fase): ${percent}%`, `During the canary (each phase): ${percent} %`),
      moment: "during",
      stacks,
      requirements: ["E10", "E4"],
    },
    [`${name}-error-rate`, "Error rate < 1%", "Error rate < 1 %", readings(name, "error rate < 1 %")],
    [
      `${name}-latency`,
      "Latency p95 < 500ms",
      "p95 latency < 500 ms",
      readings(name, "latency p95 < 500 ms"),
    ],
    [
      `${name}-chat-latency`,
      "Chat latency < 100ms",
      "Chat latency < 100 ms",
      readings(name, "chat latency p95 < 100 ms"),
    ],
    [
      `${name}-alerts`,
      "No alertas críticas",
      "No critical alerts",
      noAlerts(/^enova/, { severities: /^critical$/, name, fresh: false }),
    ],
    [
      `${name}-logs`,
      "Logs sin errores anormales",
      "Logs without unusual errors",
      readings(name, "no unusual errors in logs"),
    ],
  );
}

/** The checklist. */
export const enova: Checklist = {
  system: "enova",
  title: text("Checklist Pre-Producción", "Checklist before production"),
  lines: [
    ...section(
      {
        title: text("Antes de Iniciar Canary", "Before the canary begins"),
        moment: "before",
        stacks,
        requirements: ["E10"],
      },
      [
        "staging-tests",
        "Staging tests pasando (E2E + K6)",
        "Tests on staging pass (end to end, and k6)",
        all(tests("e2e"), thresholds("stress")),
        { requirements: ["E10", "E6"] },
      ],
      [
        "dashboards",
        "Dashboards de Grafana configurados",
        "Grafana dashboards are set up",
        resource("ConfigMap", /^enova-dashboards-/),
        { requirements: ["E10", "E8"] },
      ],
      [
        "alerts",
        "Alertas de PagerDuty/Slack activas",
        "Alerts to PagerDuty and Slack are on",
        all(resource("PrometheusRule", "enova-rules"), resource("AlertmanagerConfig", "enova-alerts")),
        { requirements: ["E10", "E9"] },
      ],
      [
        "rollback-runbook",
        "Runbook de rollback documentado",
        "The rollback is written down as a runbook",
        documentOf("rollback-plan", /\S/, "the way back"),
        { policy: "release-rollback" },
      ],
      ["on-call", "Equipo de guardia notificado", "Those on call have been told", signOff("sre-lead")],
    ),
    ...PHASES.flatMap(phase),
    ...section(
      {
        title: text("Post-Migración", "After the migration"),
        moment: "after",
        stacks,
        requirements: ["E10"],
      },
      [
        "all-traffic",
        "100% tráfico en microservicios",
        "All traffic is on the microservices",
        readings("migration", "all traffic on the microservices"),
      ],
      ["legacy-off", "Legacy apagado", "The legacy is off", readings("migration", "legacy is off")],
      [
        "documentation",
        "Documentación actualizada",
        "The documentation is up to date",
        documentOfVersion("changelog"),
      ],
      [
        "retrospective",
        "Retrospectiva programada",
        "A retrospective is in the calendar",
        signOff("dev-lead"),
      ],
    ),
  ],
};
