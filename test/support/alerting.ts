/** How the five systems' alerts reach their channels, as the stack files have it, for tests that need none. */
import type { AlertingSettings } from "../../settings";
import { alerting } from "../../settings/alerting";

const at = (property: string) => ({ external: { key: "alerting", property } });

const slack = { webhook: at("slackWebhook") };
const pagerDuty = { routingKey: at("pagerDutyRoutingKey") };
const opsgenie = { apiKey: at("opsgenieApiKey") };
const email = {
  smarthost: "smtp.example.com:587",
  from: "alertmanager@example.com",
  user: "alertmanager",
  password: at("smtpPassword"),
};

/** By the system's key. */
export const ALERTING = {
  kometa: alerting.parse({ slack, pagerDuty, email }),
  listacompra: alerting.parse({ slack, email }),
  guelaguetza: alerting.parse({ slack, pagerDuty }),
  s5: alerting.parse({
    slack,
    pagerDuty,
    opsgenie,
    hours: { from: "09:00", to: "18:00", timezone: "America/Mexico_City" },
    releaseWindows: [{ days: ["tuesday"], from: "03:00", to: "05:00" }],
  }),
  enova: alerting.parse({ slack, pagerDuty }),
} as const satisfies Readonly<Record<string, AlertingSettings>>;
