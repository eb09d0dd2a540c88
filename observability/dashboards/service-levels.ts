/** Panels of service levels: what is kept, what is left of the budget, and how fast it goes. Rows K24, L18. Pure. */
import { RECORDED } from "../metrics/recorded";
import { objectivesOf } from "../objectives";
import type { Objective } from "../objectives/objective";
import { now, select } from "../promql/expression";
import { BURNS, burnThreshold, type Slo } from "../rules/burns";
import { badShare, slosOf } from "../rules/slo";
import { serviceOf } from "../signals/readings";
import type { Subject } from "../signals/signal";
import type { Text, Watched } from "../watched";
import type { PanelPlan } from "./plan";

/** The same for a burn's alert and for the panel that shows it. */
export const burnKey = ({ id }: Objective, subject: Subject): string =>
  `burn/${id}/${serviceOf(subject, subject.namespace)}`;

const TEXTS = {
  kept: {
    title: { es: "Cumplido", en: "Kept" },
    purpose: {
      es: "Parte de eventos buenos en el periodo del objetivo. En rojo, lo prometido no se cumple.",
      en: "Share of good events over the objective's period. In red, what is promised is not kept.",
    },
  },
  left: {
    title: { es: "Presupuesto", en: "Budget left" },
    purpose: {
      es: "Lo que queda del presupuesto de errores del periodo: 100 % al principio, 0 % cuando se ha gastado. En rojo no se publica nada arriesgado.",
      en: "What is left of the period's error budget: 100 % at first, 0 % once it is spent. In red nothing risky is released.",
    },
  },
  burn: {
    title: { es: "Consumo", en: "Burn" },
    purpose: {
      es: "Parte de eventos malos en cada ventana. Una línea cruzada gasta el presupuesto demasiado rápido para esa ventana.",
      en: "Share of bad events in each window. A crossed line spends the budget too fast for that window.",
    },
  },
} as const satisfies Readonly<Record<string, { readonly title: Text; readonly purpose: Text }>>;

function panelsOf(watched: Watched, slo: Slo): readonly PanelPlan[] {
  const { language } = watched.platform;
  const { objective, level, reading, labels } = slo;
  const panel = (kind: keyof typeof TEXTS) => ({
    title: `${TEXTS[kind].title[language]} (${level.target * 100} %, ${level.periodDays} d) · ${labels.service}`,
    purpose: TEXTS[kind].purpose[language],
    unit: "percentunit",
    thresholds: [],
  });
  const stat = (expression: string) => ({
    view: "stat" as const,
    queries: [{ legend: labels.service, expression }],
    signals: [],
    readings: [],
  });
  return [
    {
      ...panel("kept"),
      ...stat(now(select(RECORDED.badRatio, labels)).times(-1).plus(1).text),
      lines: [{ value: level.target, wrong: "below", severity: "critical" }],
    },
    {
      ...panel("left"),
      ...stat(now(select(RECORDED.budget, labels)).text),
      lines: [{ value: 0, wrong: "below", severity: "critical" }],
    },
    {
      ...panel("burn"),
      view: "timeseries",
      queries: BURNS.map(({ long }) => ({ legend: long, expression: badShare(slo, long).text })),
      signals: [objective.signal],
      readings: [burnKey(objective, reading.subject)],
      lines: BURNS.map((burn) => ({
        value: burnThreshold(burn, level),
        wrong: "above",
        severity: burn.severity,
      })),
    },
  ];
}

/** Of each service level of a system: three panels. */
export const serviceLevelPanels = (watched: Watched): readonly PanelPlan[] =>
  slosOf(watched, objectivesOf(watched.system, watched.overrides))
    .flatMap((slo) => panelsOf(watched, slo))
    // The numbers first, then the courses.
    .sort((a, b) => Number(a.view !== "stat") - Number(b.view !== "stat"));
