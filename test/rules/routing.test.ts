import assert from "node:assert/strict";
import fc from "fast-check";
import {
  alertmanagerConfigOf,
  configName,
  operatorRender,
  routeOf,
  type Labels,
} from "../../observability/routing";
import type { AlertmanagerTree } from "../../observability/routing";
import { ALERTING } from "../support/alerting";
import { alertmanagerFile, checkConfig, receiversOf, rendered } from "../support/alertmanager";
import { labelsArbitrary, TREE_RECEIVERS, treeArbitrary } from "../support/route-tree";
import { ENOVA, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../support/watched";

const CONFIGS = [
  alertmanagerConfigOf(KOMETA, ALERTING.kometa),
  alertmanagerConfigOf(LISTACOMPRA, ALERTING.listacompra),
  alertmanagerConfigOf(GUELAGUETZA, ALERTING.guelaguetza),
  alertmanagerConfigOf(S5, ALERTING.s5),
  alertmanagerConfigOf(ENOVA, ALERTING.enova),
];

const TREE = operatorRender(CONFIGS, "OnNamespace");

const ownReceivers = (tree: AlertmanagerTree, labels: Labels) =>
  routeOf(tree.route, labels).map(({ receiver }) => receiver);

const SEVERITIES = ["critical", "warning", "info", "none"] as const;

/** Labels of every severity and level of a system, and those of one that is in another's namespace. */
const everyLabels = [KOMETA, LISTACOMPRA, GUELAGUETZA, S5, ENOVA].flatMap(
  ({ namespace, system }): Labels[] => [
    ...SEVERITIES.map((severity) => ({ alertname: "Tried", namespace, system, severity })),
    ...["1", "2", "3", "4"].map((escalation) => ({ namespace, system, severity: "critical", escalation })),
    { namespace: "ingress-nginx", system, severity: "critical" },
    { namespace, severity: "critical" },
  ],
);

/** What Alertmanager gives a template of one alert. */
const data = (status: "firing" | "resolved", labels: Labels) => {
  const annotations = {
    summary: "Demasiadas respuestas son errores.",
    description: "El 2.1% de las respuestas de api son errores: <b>5xx</b>.",
    runbook_url: "https://runbooks.example.com/kometa#higherrorrate",
    dashboard_url: "https://grafana.example.com/d/kometa?viewPanel=1",
  };
  const alert = {
    status,
    labels,
    annotations,
    startsAt: "2026-03-03T03:04:05Z",
    endsAt: "2026-03-03T04:04:05Z",
  };
  return {
    receiver: "tried",
    status,
    alerts: [alert],
    groupLabels: labels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: "https://alertmanager.example.com",
  };
};

const LABELS = { alertname: "HighErrorRate", service: "api", severity: "critical" };

describe("routing, by amtool", () => {
  it("K28 K29 L17 S2 S10 Alertmanager takes the configuration of all five systems", async () => {
    const { code, output } = await checkConfig(alertmanagerFile(TREE));
    assert.equal(code, 0, output);
    assert.match(output, /- 24 receivers\n/);
  });

  it("K28 K29 L17 S2 S10 amtool finds the receivers that golive finds, for every severity and level", async () => {
    const file = alertmanagerFile(TREE);
    for (const labels of everyLabels) {
      assert.deepEqual(await receiversOf(file, labels), ownReceivers(TREE, labels), JSON.stringify(labels));
    }
  });

  it("K29 amtool finds the receivers that golive finds, whatever tree and labels", async function () {
    this.timeout(120_000);
    const labels = fc.array(labelsArbitrary, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(treeArbitrary, labels, async (route, tried) => {
        const receivers = TREE_RECEIVERS.map((name) => ({ name }));
        const tree = { route, receivers, inhibitRules: [], timeIntervals: [] };
        for (const each of tried) {
          assert.deepEqual(await receiversOf(alertmanagerFile(tree), each), ownReceivers(tree, each));
        }
      }),
      { numRuns: 50 },
    );
  });

  const receiver = (system: typeof KOMETA, name: string) => {
    const full = `${system.namespace}/${configName(system)}/${name}`;
    return TREE.receivers.find((each) => each.name === full) ?? assert.fail(`no receiver ${full}`);
  };

  it("K29 L17 Slack is told what is wrong, of what, and where to look", async () => {
    const [slack] = receiver(KOMETA, "critical").slackConfigs ?? [];
    assert.equal(
      await rendered(slack?.title ?? "", data("firing", LABELS), "text"),
      "Crítica: HighErrorRate · Kometa Marketplace (develop)",
    );
    assert.equal(
      await rendered(slack?.title ?? "", data("resolved", LABELS), "text"),
      "Resuelta: HighErrorRate · Kometa Marketplace (develop)",
    );
    assert.equal(
      await rendered(slack?.text ?? "", data("firing", LABELS), "text"),
      "*Demasiadas respuestas son errores.*\nEl 2.1% de las respuestas de api son errores: <b>5xx</b>.\n" +
        "Servicio: api · <https://runbooks.example.com/kometa#higherrorrate|Qué hacer> · " +
        "<https://grafana.example.com/d/kometa?viewPanel=1|Panel>\n",
    );
    assert.equal(await rendered(slack?.color ?? "", data("firing", LABELS), "text"), "danger");
    assert.equal(await rendered(slack?.color ?? "", data("resolved", LABELS), "text"), "good");
  });

  it("K28 a level of the escalation is told whom it calls, and what stays unattended", async () => {
    const labels = { ...LABELS, alertname: "CriticalAlertUnattended", unattended: "HighErrorRate" };
    const [pagerDuty] = receiver(KOMETA, "escalation-3").pagerdutyConfigs ?? [];
    assert.equal(
      await rendered(pagerDuty?.description ?? "", data("firing", labels), "text"),
      "Sin atender (2h), se llama a CTO: HighErrorRate · Kometa Marketplace (develop) · Demasiadas respuestas son errores.",
    );
  });

  it("K29 a mail says the same as text and as a page, whose texts cannot be markup", async () => {
    const [mail] = receiver(KOMETA, "critical").emailConfigs ?? [];
    assert.equal(
      await rendered(mail?.text ?? "", data("firing", LABELS), "text"),
      "Demasiadas respuestas son errores.\nEl 2.1% de las respuestas de api son errores: <b>5xx</b>.\n" +
        "Servicio: api\nDesde: 2026-03-03 03:04 UTC\n" +
        "Qué hacer: https://runbooks.example.com/kometa#higherrorrate\n" +
        "Panel: https://grafana.example.com/d/kometa?viewPanel=1\n",
    );
    const page = await rendered(mail?.html ?? "", data("firing", LABELS), "html");
    assert.match(page, /&lt;b&gt;5xx&lt;\/b&gt;/);
    assert.match(page, /<a href="https:\/\/runbooks\.example\.com\/kometa#higherrorrate">Qué hacer<\/a>/);
  });

  it("K29 messages are in the stack's language", async () => {
    const english = { ...KOMETA, platform: { ...KOMETA.platform, language: "en" } } as const;
    const { receivers } = alertmanagerConfigOf(english, ALERTING.kometa).spec;
    const title = receivers.find(({ name }) => name === "warning")?.slackConfigs?.[0]?.title ?? "";
    const said = "Warning: HighErrorRate · Kometa Marketplace (develop)";
    assert.equal(await rendered(title, data("firing", LABELS), "text"), said);
  });

  it("K28 a role with a template's braces is shown as it is written", async () => {
    const [level] = KOMETA.contacts.escalation;
    assert.ok(level);
    const contacts = { ...KOMETA.contacts, escalation: [{ ...level, to: "{{ .Status }} team" }] };
    const { receivers } = alertmanagerConfigOf({ ...KOMETA, contacts }, ALERTING.kometa).spec;
    const title = receivers.find(({ name }) => name === "escalation-1")?.slackConfigs?.[0]?.title ?? "";
    assert.match(await rendered(title, data("firing", LABELS), "text"), /se llama a \{\{ \.Status }} team: /);
  });
});
