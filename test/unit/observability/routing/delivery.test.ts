import assert from "node:assert/strict";
import fc from "fast-check";
import { alerting } from "../../../../settings/alerting";
import {
  alertmanagerConfigOf,
  deliveryProblems,
  escalationRules,
  labelSets,
  operatorRender,
  routeOf,
  type AlertmanagerConfig,
  type Route,
} from "../../../../observability/routing";
import type { AlertRule } from "../../../../observability/rules/rule";
import type { Platform, Watched } from "../../../../observability/watched";
import { groupsOf } from "../../../../observability/groups";
import { alertsOf } from "../../../../observability/rules/rule";
import { alertOf } from "../../../support/alert";
import { ALERTING } from "../../../support/alerting";
import { ENOVA, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../../support/watched";

const problems = (alerts: readonly AlertRule[], watched: Watched = KOMETA, config?: AlertmanagerConfig) =>
  deliveryProblems(watched, ALERTING.kometa, alerts, config);

const one = (found: readonly string[]): string => {
  assert.equal(found.length, 1, found.join("\n"));
  return found[0] ?? "";
};

const critical = alertOf(KOMETA, { severity: "critical" });
const warning = alertOf(KOMETA, { severity: "warning" }, { name: "Calm" });

const escalations = escalationRules(KOMETA).rules.flatMap((rule) => (rule.kind === "alert" ? [rule] : []));

const withPlatform = (platform: Partial<Platform>): Watched => ({
  ...KOMETA,
  platform: { ...KOMETA.platform, ...platform },
});

/** What is declared, one of its routes changed. */
function changed(receiver: string, change: (route: Route) => Route | undefined, of: AlertmanagerConfig) {
  const routes = (of.spec.route.routes ?? []).flatMap((route) =>
    route.receiver === receiver ? (change(route) ?? []) : [route],
  );
  return { ...of, spec: { ...of.spec, route: { ...of.spec.route, routes } } };
}

const DECLARED = alertmanagerConfigOf(KOMETA, ALERTING.kometa);
const LABELS = 'severity="critical", alertname="Tried"';

describe("routing: delivery", () => {
  it("K28 K29 finds nothing wrong with alerts of every severity, each level, and Watchdog", () => {
    const watchdog = alertOf(KOMETA, { severity: "none" }, { name: "Watchdog" });
    const info = alertOf(KOMETA, { severity: "info" });
    assert.deepEqual(problems([critical, warning, info, watchdog, ...escalations]), []);
  });

  for (const [ids, watched, settings] of [
    ["K25 K26 K28 K29", KOMETA, ALERTING.kometa],
    ["L17 L18", LISTACOMPRA, ALERTING.listacompra],
    ["G6 G13", GUELAGUETZA, ALERTING.guelaguetza],
    ["S7 S10", S5, ALERTING.s5],
    ["E7 E9", ENOVA, ALERTING.enova],
  ] as const) {
    it(`${ids} every alert of ${watched.title} arrives, with whatever labels its series may have`, () => {
      const channels = { slack: KOMETA.contacts.channels.slack, ...watched.contacts.channels };
      const named = { ...watched, contacts: { ...watched.contacts, channels } };
      const alerts = alertsOf(groupsOf(named));
      assert.ok(alerts.length > 5);
      assert.deepEqual(deliveryProblems(named, settings, alerts), []);
    });
  }

  it("K29 says which alert the operator's namespace matcher keeps out", () => {
    const lost = alertOf(KOMETA, { severity: "critical", namespace: "ingress-nginx" });
    assert.equal(
      one(problems([lost])),
      `kometa: alerts Tried (critical) reach nobody with {namespace="ingress-nginx", system="kometa", service="api", ${LABELS}}: ` +
        'the operator lets into the routes of AlertmanagerConfig kometa-alerts only alerts of namespace="kometa-develop"; give the rule that label',
    );
    const alertmanager = { ...KOMETA.platform.alertmanager, matcherStrategy: "None" } as const;
    assert.deepEqual(problems([lost], withPlatform({ alertmanager })), []);
  });

  it("K29 says which alert has the label of no system", () => {
    const foreign = alertOf(KOMETA, { severity: "critical", system: "shop" });
    assert.match(
      one(problems([foreign])),
      /^kometa: alerts Tried \(critical\) reach nobody with .*: no route of AlertmanagerConfig kometa-alerts takes them; give the rule the labels of its system, or add the route$/,
    );
  });

  it("K29 says which alerts have lost their route, all in one sentence", () => {
    const config = changed("critical", () => undefined, DECLARED);
    assert.equal(
      one(problems([critical, warning, { ...critical, name: "Second" }], KOMETA, config)),
      `kometa: alerts Tried, Second (critical) reach nobody instead of critical with {namespace="kometa-develop", system="kometa", service="api", ${LABELS}}: expected one route, to receiver critical`,
    );
  });

  it("K29 says which alert goes to the receiver of another severity, or to two", () => {
    const other = changed("critical", (route) => ({ ...route, receiver: "warning" }), DECLARED);
    assert.match(one(problems([critical], KOMETA, other)), /reach warning instead of critical/);
    const both = {
      ...DECLARED,
      spec: {
        ...DECLARED.spec,
        route: {
          ...DECLARED.spec.route,
          routes: [{ receiver: "info", continue: true }, ...(DECLARED.spec.route.routes ?? [])],
        },
      },
    };
    assert.match(one(problems([critical], KOMETA, both)), /reach info and critical instead of critical/);
  });

  it("K28 says which level of the escalation has lost its route", () => {
    const config = changed("escalation-2", () => undefined, DECLARED);
    assert.match(
      one(problems(escalations, KOMETA, config)),
      /^kometa: alerts CriticalAlertUnattended \(critical\) reach critical instead of escalation-2 with /,
    );
  });

  it("S1 S10 says which critical alert could be held back", () => {
    const own = alertmanagerConfigOf(S5, ALERTING.s5);
    const config = changed(
      "critical",
      (route) => ({ ...route, muteTimeIntervals: ["release-windows"] }),
      own,
    );
    const alert = alertOf(S5, { severity: "critical" });
    assert.equal(
      one(deliveryProblems(S5, ALERTING.s5, [alert], config)),
      's5: alerts Tried (critical) may be held back by release-windows with {namespace="s5-production", system="s5", service="api", severity="critical", alertname="Tried"}: expected critical alerts to be sent at any time: remove the interval from their route',
    );
    assert.deepEqual(deliveryProblems(S5, ALERTING.s5, [alert, alertOf(S5, { severity: "info" })]), []);
  });

  it("K29 says which severity has a receiver without a channel", () => {
    const silent = alerting.parse({ routes: { warning: ["slack"] } });
    assert.deepEqual(deliveryProblems(KOMETA, silent, [warning]), [
      "kometa: alerts of severity warning (Calm) reach a receiver without a channel; expected one of golive:kometa.alerting.routes.warning to be there, with its channel in contacts",
    ]);
  });

  it("K29 says that nobody is told where the stack file says nothing of it", () => {
    assert.deepEqual(deliveryProblems(KOMETA, undefined, [critical, warning]), [
      "kometa: 2 alerts reach nobody; expected golive:kometa.alerting, with a channel of its contacts and the secret of it",
    ]);
    assert.deepEqual(deliveryProblems(KOMETA, undefined, []), []);
  });

  it("K25 K29 says what Prometheus or Alertmanager would not load", () => {
    const { prometheus, alertmanager } = KOMETA.platform;
    const watched = withPlatform({
      prometheus: { ...prometheus, labels: { release: "prometheus" } },
      alertmanager: { ...alertmanager, labels: {} },
    });
    assert.deepEqual(problems([critical], watched), [
      'PrometheusRules are labelled {release="prometheus"} and would not be loaded: expected {release="kube-prometheus-stack"}, or no alert ever fires; set golive:observability.prometheus.labels, or correct its selector there',
      'AlertmanagerConfigs are labelled {} and would not be loaded: expected {release="kube-prometheus-stack"}, or no alert reaches anybody; set golive:observability.alertmanager.labels, or correct its selector there',
    ]);
  });

  it("K29 tries each value that a route asks of a label that only the series tell", () => {
    const open = alertOf(
      KOMETA,
      { severity: "critical" },
      {
        expression: { text: "up", labels: ["pod", "escalation", "namespace"] },
      },
    );
    const { route } = operatorRender([DECLARED], "OnNamespace");
    const sets = labelSets(open, route);
    assert.deepEqual(
      sets.map((labels) => labels["escalation"]),
      ["", "another-value", "1", "2", "3"],
    );
    assert.ok(sets.every((labels) => labels["namespace"] === "kometa-develop" && !("pod" in labels)));
    assert.match(one(problems([open])), /reach escalation-1 instead of critical with .*escalation="1"/);
  });

  it("K29 an alert of which nothing is said ends, with any further labels, where the sets say", () => {
    const further = fc.dictionary(
      fc.constantFrom("pod", "container", "ingress", "host"),
      fc.string({ maxLength: 8 }),
    );
    const { route } = operatorRender([DECLARED], "OnNamespace");
    const ends = (labels: Readonly<Record<string, string>>) =>
      routeOf(route, labels).map(({ receiver }) => receiver);
    fc.assert(
      fc.property(fc.constantFrom(critical, warning, ...escalations), further, (alert, more) => {
        const [fixed = {}] = labelSets(alert, route);
        assert.deepEqual(ends({ ...more, ...fixed }), ends(fixed));
      }),
    );
  });
});
