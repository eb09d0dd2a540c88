/**
 * What a message says, as Alertmanager's templates. Each alert comes with its own texts, links and labels; a message is of
 * one group, whose alerts have name and service in common. Pure.
 * https://prometheus.io/docs/alerting/latest/notifications/
 */
import type { Language, Text, Watched } from "../watched";

/** The words around the alerts' own texts. */
const WORDS = {
  critical: { es: "Crítica", en: "Critical" },
  warning: { es: "Aviso", en: "Warning" },
  info: { es: "Información", en: "Information" },
  resolved: { es: "Resuelta", en: "Resolved" },
  unattended: { es: "Sin atender", en: "Unattended" },
  calls: { es: "se llama a", en: "calling" },
  runbook: { es: "Qué hacer", en: "What to do" },
  dashboard: { es: "Panel", en: "Dashboard" },
  service: { es: "Servicio", en: "Service" },
  since: { es: "Desde", en: "Since" },
} as const satisfies Readonly<Record<string, Text>>;

export const word = (key: keyof typeof WORDS, language: Language): string => WORDS[key][language];

/** A text that a template gives as it is. */
export const literal = (text: string): string => text.replaceAll("{{", '{{ "{{" }}');

/** Fires, or does not any more. */
const IS_FIRING = 'eq .Status "firing"';
const whether = (firing: string, resolved: string) =>
  `{{ if ${IS_FIRING} }}${firing}{{ else }}${resolved}{{ end }}`;

/** Links of the group: those of its alerts, where all of them have the same. */
export const RUNBOOK = "{{ .CommonAnnotations.runbook_url }}";
export const DASHBOARD = "{{ .CommonAnnotations.dashboard_url }}";
export const SUMMARY = "{{ .CommonAnnotations.summary }}";
export const NAME = "{{ .CommonLabels.alertname }}";
export const SERVICE = "{{ .CommonLabels.service }}";

/** One step of an escalation, as its message names it. */
export interface Called {
  readonly to: string;
  readonly after: string;
}

/** `Crítica: HighErrorRate · ENOVA (staging)`, or of an escalation `Sin atender (1h), se llama a Tech Lead: …`. */
export function titleOf(
  { title, stack, platform: { language } }: Watched,
  severity: "critical" | "warning" | "info",
  called?: Called,
): string {
  const state = called
    ? literal(`${word("unattended", language)} (${called.after}), ${word("calls", language)} ${called.to}`)
    : word(severity, language);
  const of = called ? "{{ .CommonLabels.unattended }}" : NAME;
  return `${whether(state, word("resolved", language))}: ${of} · ${literal(`${title} (${stack})`)}`;
}

/** Every alert of the group, by one line of Slack's markup each. */
export const slackText = (language: Language): string =>
  [
    "{{ range .Alerts }}*{{ .Annotations.summary }}*",
    `{{ .Annotations.description }}`,
    `${word("service", language)}: {{ .Labels.service }} · <{{ .Annotations.runbook_url }}|${word("runbook", language)}>` +
      `{{ with .Annotations.dashboard_url }} · <{{ . }}|${word("dashboard", language)}>{{ end }}`,
    "{{ end }}",
  ].join("\n");

/** The same without markup, for e-mail, PagerDuty and Opsgenie. */
export const plainText = (language: Language): string =>
  [
    "{{ range .Alerts }}{{ .Annotations.summary }}",
    "{{ .Annotations.description }}",
    `${word("service", language)}: {{ .Labels.service }}`,
    `${word("since", language)}: {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}`,
    `${word("runbook", language)}: {{ .Annotations.runbook_url }}` + `{{ with .Annotations.dashboard_url }}`,
    `${word("dashboard", language)}: {{ . }}{{ end }}`,
    "{{ end }}",
  ].join("\n");

/** The same as a page; Alertmanager escapes what stands in it. */
export const htmlText = (language: Language): string =>
  [
    "{{ range .Alerts }}<h3>{{ .Annotations.summary }}</h3>",
    "<p>{{ .Annotations.description }}</p>",
    `<p>${word("service", language)}: {{ .Labels.service }} · ` +
      `${word("since", language)}: {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}</p>`,
    `<p><a href="{{ .Annotations.runbook_url }}">${word("runbook", language)}</a>` +
      `{{ with .Annotations.dashboard_url }} · <a href="{{ . }}">${word("dashboard", language)}</a>{{ end }}</p>`,
    "{{ end }}",
  ].join("\n");

/** What fires in the colour, green when it does not any more. */
export const colour = (firing: string): string => whether(firing, "good");
