/** What dashboards say beside their signals. Pure. */
import type { Severity } from "../objectives/objective";
import type { Text } from "../watched";

const text = (es: string, en: string): Text => ({ es, en });

export const WORDS = {
  alerts: text("Alertas", "Alerts"),
  canary: text("nuevo (canary)", "new (canary)"),
  checklist: text("Lista de comprobación", "Checklist"),
  deploy: text("Despliegue", "Deploy"),
  limits: text("Límites", "Limits"),
  noAlert: text("sin alerta", "no alert"),
  sources: text("De dónde vienen los datos", "Where the data come from"),
  stable: text("estable", "stable"),
  system: text("Todo el sistema", "The whole system"),
  total: text("total", "total"),
  now: text("Ahora", "Now"),
  budgets: text("Presupuestos de error", "Error budgets"),
  database: text("Lo que dice la base de datos", "What the database says"),
  incidents: text("Incidentes", "Incidents"),
  versions: text("Versiones", "Versions"),
  phase: text("Fase del canary", "Phase of the canary"),
  waves: text("Oleadas", "Waves"),
} as const;

export const SEVERITIES: Readonly<Record<Severity, Text>> = {
  critical: text("crítica", "critical"),
  warning: text("aviso", "warning"),
  info: text("información", "information"),
};
