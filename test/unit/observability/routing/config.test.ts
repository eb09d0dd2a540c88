import assert from "node:assert/strict";
import fc from "fast-check";
import type { AlertChannel, AlertingSettings } from "../../../../settings";
import { alerting as schema, ALERT_CHANNELS, ROUTED_SEVERITIES } from "../../../../settings/alerting";
import {
  alertmanagerConfig,
  alertmanagerConfigOf,
  channelsOf,
  operatorRender,
  placesIn,
  receiverSecrets,
  type Receiver,
  type Route,
} from "../../../../observability/routing";
import type { Watched } from "../../../../observability/watched";
import { ALERTING } from "../../../support/alerting";
import { ENOVA, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../../support/watched";

const specOf = (watched: Watched, alerting: AlertingSettings) =>
  alertmanagerConfig(watched, alerting, placesIn("receivers"));

const receiverOf = (watched: Watched, alerting: AlertingSettings, name: string): Receiver<string> =>
  specOf(watched, alerting).receivers.find((each) => each.name === name) ?? assert.fail(`no ${name}`);

/** Channels that a receiver tells, and where in each. */
const told = ({ slackConfigs, pagerdutyConfigs, opsgenieConfigs, emailConfigs }: Receiver<string>) => ({
  ...(slackConfigs && { slack: slackConfigs.map(({ channel }) => channel) }),
  ...(pagerdutyConfigs && { pagerDuty: pagerdutyConfigs.map(({ client }) => client) }),
  ...(opsgenieConfigs && { opsgenie: opsgenieConfigs.map(({ responders }) => responders?.[0]?.name) }),
  ...(emailConfigs && { email: emailConfigs.map(({ to }) => to) }),
});

const routeTo = (watched: Watched, alerting: AlertingSettings, receiver: string): Route =>
  specOf(watched, alerting).route.routes?.find((each) => each.receiver === receiver) ??
  assert.fail(`no route to ${receiver}`);

const SLACK = { slack: ["#kometa-marketplace"] };
const ALL = {
  ...SLACK,
  pagerDuty: ["Marketplace Service · Kometa Marketplace (develop)"],
  email: ["marketplace-alerts@kometa.com"],
};

interface Row {
  readonly ids: string;
  readonly of: Watched;
  readonly alerting: AlertingSettings;
  readonly critical: object;
  readonly calm: object;
}

const DOCUMENTED: readonly Row[] = [
  { ids: "K29", of: KOMETA, alerting: ALERTING.kometa, critical: ALL, calm: SLACK },
  {
    ids: "L17",
    of: LISTACOMPRA,
    alerting: ALERTING.listacompra,
    critical: { slack: ["#alerts-listacompra"], email: ["devops@listacompra.app"] },
    calm: { slack: ["#alerts-listacompra"] },
  },
  {
    ids: "S2 S10",
    of: S5,
    alerting: ALERTING.s5,
    critical: { slack: ["#deployments"], pagerDuty: ["S5 Production · S5 (production)"], opsgenie: ["s5"] },
    calm: { slack: ["#deployments"] },
  },
];

describe("routing: AlertmanagerConfig", () => {
  for (const { ids, of, alerting, critical, calm } of DOCUMENTED) {
    it(`${ids} ${of.title} is told of critical alerts where its document says, and of the others without a call`, () => {
      assert.deepEqual(told(receiverOf(of, alerting, "critical")), critical);
      assert.deepEqual(told(receiverOf(of, alerting, "warning")), calm);
      assert.deepEqual(told(receiverOf(of, alerting, "info")), calm);
    });
  }

  it("E7 E9 ENOVA's and Guelaguetza's critical alerts go to Slack and PagerDuty, whichever channels they name", () => {
    for (const [watched, alerting] of [
      [ENOVA, ALERTING.enova],
      [GUELAGUETZA, ALERTING.guelaguetza],
    ] as const) {
      const channels = {
        ...watched.contacts.channels,
        slack: KOMETA.contacts.channels.slack,
        pagerDuty: "On call",
      };
      const named = { ...watched, contacts: { ...watched.contacts, channels } };
      const { slack, pagerDuty } = told(receiverOf(named, alerting, "critical"));
      assert.deepEqual(
        { slack, pagerDuty },
        { slack: ["#kometa-marketplace"], pagerDuty: [`On call · ${watched.title} (${watched.stack})`] },
      );
    }
  });

  it("K28 calls the team, the Tech Lead and the CTO, each by a route and a receiver of its own", () => {
    const { route, receivers } = specOf(KOMETA, ALERTING.kometa);
    assert.deepEqual(
      route.routes?.map(({ receiver, matchers }) => [
        receiver,
        matchers?.map(({ name, value }) => `${name}=${value}`),
      ]),
      [
        ["escalation-1", ["escalation=1"]],
        ["escalation-2", ["escalation=2"]],
        ["escalation-3", ["escalation=3"]],
        ["critical", ["severity=critical"]],
        ["warning", ["severity=warning"]],
        ["info", ["severity=info"]],
      ],
    );
    for (const level of receivers.filter(({ name }) => name.startsWith("escalation"))) {
      assert.deepEqual(told(level), ALL);
    }
  });

  it("K28 mails to who is called, where they have an address", () => {
    const people = [
      { role: "CTO", name: "Ana", contact: "cto@kometa.com" },
      { role: "Tech Lead", contact: "+52 55 0000 0000" },
    ];
    const named = { ...KOMETA, contacts: { ...KOMETA.contacts, people } };
    const mailed = (name: string) => told(receiverOf(named, ALERTING.kometa, name)).email;
    assert.deepEqual(mailed("escalation-3"), ["marketplace-alerts@kometa.com", "cto@kometa.com"]);
    assert.deepEqual(mailed("escalation-2"), ["marketplace-alerts@kometa.com"]);
    assert.deepEqual(mailed("critical"), ["marketplace-alerts@kometa.com"]);
  });

  it("K28 what silences a critical alert silences the calls for it, and nothing else", () => {
    const is = (name: string, value: string) => ({ name, value, matchType: "=" }) as const;
    const cause = {
      sourceMatch: [is("alertname", "ExporterDown")],
      targetMatch: [is("alertname", "NegativeStockAbsent")],
      equal: ["namespace", "system"],
    };
    const calm = { ...cause, targetMatch: [is("alertname", "HighLatency"), is("severity", "warning")] };
    const inhibited = (watched: Watched) =>
      alertmanagerConfig(watched, ALERTING.kometa, placesIn("receivers"), [cause, calm]).inhibitRules;
    const calls = {
      ...cause,
      targetMatch: [is("unattended", "NegativeStockAbsent"), is("alertname", "CriticalAlertUnattended")],
    };
    assert.deepEqual(inhibited(KOMETA), [cause, calm, calls]);
    assert.deepEqual(inhibited(LISTACOMPRA), [cause, calm]);
  });

  it("S1 S10 lets warnings and notices wait for working hours and the window's end, and critical alerts for nothing", () => {
    const held = (receiver: string) => {
      const { activeTimeIntervals, muteTimeIntervals } = routeTo(S5, ALERTING.s5, receiver);
      return { activeTimeIntervals, muteTimeIntervals };
    };
    const both = { activeTimeIntervals: ["working-hours"], muteTimeIntervals: ["release-windows"] };
    assert.deepEqual(
      [held("critical"), held("warning"), held("info")],
      [{ activeTimeIntervals: undefined, muteTimeIntervals: undefined }, both, both],
    );
  });

  it("K29 PagerDuty is told severity, service and links, each link with its text", () => {
    const [config] = receiverOf(KOMETA, ALERTING.kometa, "critical").pagerdutyConfigs ?? [];
    assert.equal(config?.severity, "critical");
    assert.deepEqual(config.pagerDutyLinkConfigs, [
      { href: "{{ .CommonAnnotations.runbook_url }}", alt: "Qué hacer" },
      { href: "{{ .CommonAnnotations.dashboard_url }}", alt: "Panel" },
    ]);
    const without = {
      ...KOMETA.platform,
      grafana: { delivery: "sidecar", prometheus: "P", loki: "L" },
    } as const;
    const [plain] =
      receiverOf({ ...KOMETA, platform: without }, ALERTING.kometa, "critical").pagerdutyConfigs ?? [];
    assert.equal(plain?.pagerDutyLinkConfigs?.length, 1);
    assert.ok(!("clientURL" in plain));
  });

  it("K29 L7 selects each secret by its key, and holds none", () => {
    const [slack] = receiverOf(KOMETA, ALERTING.kometa, "warning").slackConfigs ?? [];
    assert.deepEqual(slack?.apiURL, { name: "receivers", key: "slackWebhook" });
    assert.deepEqual(Object.keys(receiverSecrets(ALERTING.s5)), [
      "slackWebhook",
      "pagerDutyRoutingKey",
      "opsgenieApiKey",
    ]);
    assert.deepEqual(Object.keys(receiverSecrets(ALERTING.kometa)), [
      "slackWebhook",
      "pagerDutyRoutingKey",
      "smtpPassword",
    ]);
  });

  it("S10 has every channel of the stack file's, and the defaults where it names none", () => {
    const at = { external: { key: "alerting" } };
    const values = {
      slack: { webhook: at },
      pagerDuty: { routingKey: at },
      opsgenie: { apiKey: at },
      email: { smarthost: "smtp.example.com:25", from: "a@example.com", user: "a", password: at },
    } as const;
    const channels = fc.uniqueArray(fc.constantFrom(...ALERT_CHANNELS), { minLength: 1 });
    const routes = fc.record(
      Object.fromEntries(
        ROUTED_SEVERITIES.map((severity) => [severity, fc.option(channels, { nil: undefined })]),
      ),
    );
    fc.assert(
      fc.property(channels, routes, (set, wanted) => {
        const settings = schema.parse({
          ...Object.fromEntries(set.map((channel) => [channel, values[channel]])),
          routes: wanted,
        });
        for (const severity of ROUTED_SEVERITIES) {
          const found: readonly AlertChannel[] = channelsOf(settings, severity);
          const given = wanted[severity] ?? (severity === "info" ? wanted["warning"] : undefined);
          if (given) assert.deepEqual([...found].sort(), [...given].sort());
          else if (severity === "critical") assert.deepEqual([...found].sort(), [...set].sort());
          else if (set.includes("slack")) assert.deepEqual(found, ["slack"]);
          else if (set.includes("email")) assert.deepEqual(found, ["email"]);
          else assert.deepEqual([...found].sort(), [...set].sort());
        }
      }),
    );
  });

  it("K29 the operator lets into each branch only alerts of its namespace, and goes on after it", () => {
    const configs = [alertmanagerConfigOf(S5, ALERTING.s5), alertmanagerConfigOf(KOMETA, ALERTING.kometa)];
    const branches = (strategy: "OnNamespace" | "None") =>
      operatorRender(configs, strategy).route.routes.map(({ receiver, matchers, continue: goesOn }) => ({
        receiver,
        matchers: matchers.map(({ name, value }) => `${name}=${value}`),
        goesOn,
      }));
    const of = ({ namespace, system }: Watched, ...matchers: readonly string[]) => ({
      receiver: `${namespace}/${system}-alerts/nobody`,
      matchers: [`system=${system}`, ...matchers],
      goesOn: true,
    });
    assert.deepEqual(branches("OnNamespace"), [
      of(KOMETA, "namespace=kometa-develop"),
      of(S5, "namespace=s5-production"),
    ]);
    assert.deepEqual(branches("None"), [of(KOMETA), of(S5)]);
  });
});
