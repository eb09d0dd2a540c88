/** A receiver of each severity and of each level of the escalation: which channels it has, and what each is told. Pure. */
import { channelsOf } from "./channels";
import type {
  EmailReceiver,
  KeyValue,
  OpsgenieReceiver,
  PagerDutyReceiver,
  Receiver,
  SlackReceiver,
} from "./alertmanager-config";
import {
  type Called,
  colour,
  DASHBOARD,
  htmlText,
  literal,
  NAME,
  plainText,
  RUNBOOK,
  SERVICE,
  slackText,
  SUMMARY,
  titleOf,
  word,
} from "./messages";
import type { SecretPlaces } from "./secrets";
import type { AlertChannel, AlertingSettings, RoutedSeverity } from "../../settings";
import type { Watched } from "../watched";

/** Takes what nobody is to be told of: Watchdog, which the cluster's own routes take further. */
export const NOBODY = "nobody";

/** Name of a severity's receiver. */
export const receiverOf = (severity: RoutedSeverity): string => severity;

/** Name of the receiver of a level of the escalation, 1 the first. */
export const receiverOfLevel = (level: number): string => `escalation-${level}`;

/** What a receiver is made from. */
export interface Told {
  readonly watched: Watched;
  readonly alerting: AlertingSettings;
  readonly severity: RoutedSeverity;
  /** Absent: it is no level of the escalation. */
  readonly called?: Called;
}

const SLACK_COLOURS = { critical: "danger", warning: "warning", info: "#439fe0" } as const;
const OPSGENIE_PRIORITIES = { critical: "P1", warning: "P3", info: "P5" } as const;
// https://docs.opsgenie.com/docs/european-service-region
const OPSGENIE_URLS = { us: "https://api.opsgenie.com/", eu: "https://api.eu.opsgenie.com/" } as const;

const title = ({ watched, severity, called }: Told) => titleOf(watched, severity, called);

const details = ({ watched: { system, stack, namespace } }: Told): readonly KeyValue[] => [
  { key: "system", value: system },
  { key: "stack", value: stack },
  { key: "namespace", value: namespace },
];

const slack = <Name>(told: Told, places: SecretPlaces<Name>): SlackReceiver<Name>[] => {
  const { contacts, platform } = told.watched;
  if (told.alerting.slack === undefined || contacts.channels.slack === undefined) return [];
  return [
    {
      apiURL: places("slackWebhook"),
      channel: contacts.channels.slack,
      sendResolved: true,
      color: colour(SLACK_COLOURS[told.severity]),
      title: title(told),
      titleLink: RUNBOOK,
      text: slackText(platform.language),
      fallback: title(told),
    },
  ];
};

const pagerDuty = <Name>(told: Told, places: SecretPlaces<Name>): PagerDutyReceiver<Name>[] => {
  const { contacts, platform, title: system, stack } = told.watched;
  if (told.alerting.pagerDuty === undefined || contacts.channels.pagerDuty === undefined) return [];
  const { grafana, language } = platform;
  const panel = { href: DASHBOARD, alt: word("dashboard", language) };
  return [
    {
      routingKey: places("pagerDutyRoutingKey"),
      sendResolved: true,
      severity: told.severity,
      description: `${title(told)} · ${SUMMARY}`,
      client: literal(`${contacts.channels.pagerDuty} · ${system} (${stack})`),
      ...(grafana.url === undefined ? {} : { clientURL: grafana.url }),
      class: NAME,
      component: SERVICE,
      group: told.watched.system,
      details: [...details(told), { key: "alerts", value: plainText(language) }],
      pagerDutyLinkConfigs: [
        { href: RUNBOOK, alt: word("runbook", language) },
        ...(grafana.url === undefined ? [] : [panel]),
      ],
    },
  ];
};

const opsgenie = <Name>(told: Told, places: SecretPlaces<Name>): OpsgenieReceiver<Name>[] => {
  const { contacts, platform, system, stack } = told.watched;
  const { opsgenie: account } = told.alerting;
  if (account === undefined || contacts.channels.opsgenie === undefined) return [];
  return [
    {
      apiKey: places("opsgenieApiKey"),
      apiURL: OPSGENIE_URLS[account.region],
      sendResolved: true,
      message: title(told),
      description: plainText(platform.language),
      source: RUNBOOK,
      priority: OPSGENIE_PRIORITIES[told.severity],
      tags: `${system},${stack},${told.severity}`,
      responders: [{ name: literal(contacts.channels.opsgenie), type: "team" }],
    },
  ];
};

const email = <Name>(told: Told, places: SecretPlaces<Name>, to: string): EmailReceiver<Name>[] => {
  const { email: server } = told.alerting;
  if (server === undefined) return [];
  const { language } = told.watched.platform;
  return [
    {
      to,
      from: server.from,
      smarthost: server.smarthost,
      authUsername: server.user,
      authPassword: places("smtpPassword"),
      requireTLS: true,
      sendResolved: true,
      headers: [{ key: "Subject", value: title(told) }],
      text: plainText(language),
      html: htmlText(language),
    },
  ];
};

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Addresses that mail goes to: the system's, where the channel is chosen, and that of who is called. */
function addresses({ watched: { contacts }, called }: Told, chosen: boolean): readonly string[] {
  const own = chosen && contacts.channels.email !== undefined ? [contacts.channels.email] : [];
  const people = contacts.people.filter(({ role }) => role === called?.to);
  const theirs = people.flatMap(({ contact = "" }) => (ADDRESS.test(contact) ? [contact] : []));
  return [...new Set([...own, ...theirs])];
}

/** The receiver of a severity, or of one level of the escalation. */
export function receiver<Name>(name: string, told: Told, places: SecretPlaces<Name>): Receiver<Name> {
  const chosen = channelsOf(told.alerting, told.severity);
  const configs = <Config>(channel: AlertChannel, made: readonly Config[]) =>
    chosen.includes(channel) ? made : [];
  const mails = addresses(told, chosen.includes("email")).flatMap((to) => email(told, places, to));
  return withoutEmpty({
    name,
    pagerdutyConfigs: configs("pagerDuty", pagerDuty(told, places)),
    opsgenieConfigs: configs("opsgenie", opsgenie(told, places)),
    slackConfigs: configs("slack", slack(told, places)),
    emailConfigs: mails,
  });
}

/** The API server would give back an empty list as none. */
const withoutEmpty = <Name>({
  name,
  pagerdutyConfigs = [],
  opsgenieConfigs = [],
  slackConfigs = [],
  emailConfigs = [],
}: Receiver<Name>): Receiver<Name> => ({
  name,
  ...(pagerdutyConfigs.length > 0 && { pagerdutyConfigs }),
  ...(opsgenieConfigs.length > 0 && { opsgenieConfigs }),
  ...(slackConfigs.length > 0 && { slackConfigs }),
  ...(emailConfigs.length > 0 && { emailConfigs }),
});
