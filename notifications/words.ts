/** The words of messages in both languages. Where a document gives the text (G8, K23, G14), Spanish is the document's own. Pure. */
import type { Language, Text } from "../observability/watched";

export const WORDS = {
  // 002, "Notificar al equipo sobre deployment"
  before: { es: "🚀 Deploying {subject} a {stack}", en: "🚀 Deploying {subject} to {stack}" },
  date: { es: "Fecha: {value}", en: "Date: {value}" },
  duration: { es: "Duración estimada: {value} minutos", en: "Estimated duration: {value} minutes" },
  downtime: { es: "Downtime esperado: {value} minutos", en: "Expected downtime: {value} minutes" },
  rollbackReady: { es: "Rollback plan: Listo", en: "Rollback plan: ready" },
  rollbackMissing: { es: "Rollback plan: NO está listo", en: "Rollback plan: NOT ready" },
  // 003, notificaciones en tiempo real
  step: {
    es: "▶️ {subject} en {stack}: paso {number} de {of}, {name}",
    en: "▶️ {subject} on {stack}: step {number} of {of}, {name}",
  },
  // 003, "Pausar el despliegue y notificar"
  held: {
    es: "⏸️ Despliegue de {subject} en {stack} pausado: paso {number} de {of}, {name}",
    en: "⏸️ Deployment of {subject} on {stack} paused: step {number} of {of}, {name}",
  },
  until: {
    es: "Si nadie decide, vuelve atrás a las {value}",
    en: "It goes back at {value} unless somebody decides",
  },
  // 002, "Notificar éxito del deployment"
  succeeded: {
    es: "✅ Deployment de {subject} completado exitosamente",
    en: "✅ Deployment of {subject} completed successfully",
  },
  noIncidents: { es: "• Sin incidentes reportados", en: "• No incidents reported" },
  incident: { es: "• Incidente: {value}", en: "• Incident: {value}" },
  readingsNormal: { es: "• Métricas dentro de lo esperado", en: "• Metrics as expected" },
  watched: {
    es: "• Monitoreo continúa activo (horas {value})",
    en: "• Monitoring goes on (hours {value})",
  },
  took: {
    es: "• Duración: {value} minutos; downtime: {downtime} minutos",
    en: "• Duration: {value} minutes; downtime: {downtime} minutes",
  },
  // 002, "Notificar al equipo" del rollback
  rollingBack: {
    es: "⚠️ Iniciando rollback de {subject} deployment",
    en: "⚠️ Starting rollback of the {subject} deployment",
  },
  reason: { es: "Razón: {value}", en: "Reason: {value}" },
  rolledBack: {
    es: "↩️ Rollback de {subject} completado: {to} atiende todo el tráfico",
    en: "↩️ Rollback of {subject} completed: {to} serves all traffic",
  },
  safeAfter: {
    es: "• Del veredicto al tráfico seguro: {value} s",
    en: "• From the verdict to safe traffic: {value} s",
  },
  // 000, 4.3 "Comunicación de Rollback"
  tellTeam: { es: "• Notificar al equipo de desarrollo: hecho", en: "• Tell the development team: done" },
  incidentDocs: {
    es: "• Actualizar documentación de incidentes",
    en: "• Update the incident documentation",
  },
  schedulePostMortem: { es: "• Programar análisis post-mortem", en: "• Schedule the post-mortem" },
  releasePlan: { es: "• Actualizar plan de release", en: "• Update the release plan" },
  rollbackFailed: {
    es: "🆘 El rollback de {subject} en {stack} no terminó",
    en: "🆘 The rollback of {subject} on {stack} did not finish",
  },
  mend: { es: "Qué hacer: {value}", en: "What to do: {value}" },
  // 002, "Realizar post-mortem"
  postMortem: { es: "📝 Post-mortem de {subject} ({stack})", en: "📝 Post-mortem of {subject} ({stack})" },
  meeting: { es: "Reunión: {value}", en: "Meeting: {value}" },
  noMeeting: { es: "Reunión: por programar", en: "Meeting: to be arranged" },
  whatFailed: { es: "• ¿Qué salió mal?", en: "• What went wrong?" },
  howPrevent: { es: "• ¿Cómo prevenirlo en el futuro?", en: "• How is it prevented in future?" },
  moreTests: { es: "• ¿Tests adicionales necesarios?", en: "• Are more tests needed?" },
  by: { es: "Responsable: {value}", en: "Run by: {value}" },
  version: { es: "Versión: {value}", en: "Version: {value}" },
} as const satisfies Readonly<Record<string, Text>>;

/** What a reading that passed lets a message say, by its name. */
const PROVED: Readonly<Record<string, Text>> = {
  "guelaguetza/negative-stock": { es: "• Stock sin inconsistencias", en: "• Stock without inconsistencies" },
};

export const provedBy = (reading: string, language: Language): string | undefined =>
  PROVED[reading]?.[language];

/** As the documents call the environments. */
const STACKS: Readonly<Record<string, Text>> = { production: { es: "producción", en: "production" } };

export const stackName = (stack: string, language: Language): string => STACKS[stack]?.[language] ?? stack;

export type Values = Readonly<Record<string, string | number>>;

/** The text of a key, with values in place of `{name}`. What a value holds is never read as a place again. */
export const say = (key: keyof typeof WORDS, language: Language, values: Values = {}): string =>
  WORDS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
