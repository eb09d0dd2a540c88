import assert from "node:assert/strict";
import { panelUrl } from "../../../observability/dashboards";
import { logRulesOf } from "../../../observability/logs/rules";
import { windowSeconds } from "../../../observability/promql/window";
import { escalationRules } from "../../../observability/routing";
import { rulesOf } from "../../../observability/rules";
import { groupManifests, prometheusRule } from "../../../observability/rules/prometheus-rule";
import type { AlertRule, RuleGroup } from "../../../observability/rules/rule";
import { WATCHDOG } from "../../../observability/rules/upkeep";
import { runbookUrl } from "../../../observability/runbooks";
import type { Watched } from "../../../observability/watched";
import { EVERY_WATCHED, KOMETA, LISTACOMPRA } from "../../support/watched";
import { STACKS, watchedRules } from "../../support/watched-stacks";

/** A rule as the cluster is given it. */
type Given = ReturnType<typeof groupManifests>[number]["rules"][number];
type GivenAlert = Extract<Given, { readonly alert: string }>;

const CAMEL_CASE = /^([A-Z]+[a-z0-9]+)+$/;
const RECORD = /^[a-z][a-z0-9_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$/;
const SENTENCE = /^\p{Lu}[^{}]+\.$/u;
const HUMANIZED = /\{\{ \$value \| humanize\w* \}\}/;
const RAW = /\{\{ \$value \}\}/;
const LONGEST_INTERVAL = 300;

/** Of a metric that is not there, and of what is always 1, the value says nothing. */
const isConstant = ({ expr }: GivenAlert): boolean => /^(?:absent|vector)\(/.test(expr);
/** A share of two aggregations, one of which may be late; a division by a number is none. */
const isFragile = ({ expr }: GivenAlert): boolean => /\babsent\(/.test(expr) || /\) \/ (?!\d)/.test(expr);

/** What is unlike observability.md §2 in one alert, by name. */
function oddOfAlert(alert: GivenAlert, watched: Watched): readonly string[] {
  const { namespace, system, platform, contacts } = watched;
  const grafana = platform.grafana.url ?? contacts.urls.grafana;
  const { labels, annotations } = alert;
  const severities = alert.alert === WATCHDOG ? ["none"] : ["critical", "warning", "info"];
  const holds: Readonly<Record<string, boolean>> = {
    name: CAMEL_CASE.test(alert.alert),
    severity: severities.includes(labels.severity),
    namespace: labels.namespace === namespace,
    system: labels.system === system,
    service: labels.service !== "",
    "value in a label": !Object.values(labels).some((text) => text.includes("$value")),
    summary: SENTENCE.test(annotations.summary),
    description: isConstant(alert)
      ? annotations.description.includes("{{")
      : HUMANIZED.test(annotations.description) && !RAW.test(annotations.description),
    runbook:
      annotations.runbook_url.startsWith(`${platform.runbooks}/`) && /#[^#]+$/.test(annotations.runbook_url),
    dashboard:
      grafana === undefined
        ? annotations.dashboard_url === undefined
        : annotations.dashboard_url?.startsWith(`${grafana}/d/`) === true,
    for:
      alert.alert === WATCHDOG ||
      !isFragile(alert) ||
      (alert.for !== undefined && windowSeconds(alert.for) > 0),
  };
  return Object.keys(holds)
    .filter((name) => holds[name] !== true)
    .map((name) => `${alert.alert}: ${name}`);
}

const oddOfRule = (rule: Given, watched: Watched): readonly string[] =>
  "alert" in rule ? oddOfAlert(rule, watched) : RECORD.test(rule.record) ? [] : [`${rule.record}: record`];

/** What is unlike the conventions in the groups of one system. */
const oddOf = (watched: Watched, groups: readonly RuleGroup[]): readonly string[] =>
  groupManifests(groups, linksOf(watched)).flatMap(({ name, interval, rules }) => [
    ...(windowSeconds(interval) > LONGEST_INTERVAL ? [`${name}: interval`] : []),
    ...rules.flatMap((rule) => oddOfRule(rule, watched)),
  ]);

const linksOf = (watched: Watched) => (alert: AlertRule) => {
  const dashboardUrl = panelUrl(watched, alert);
  return { runbookUrl: runbookUrl(watched, alert), ...(dashboardUrl === undefined ? {} : { dashboardUrl }) };
};

const groupsOf = (watched: Watched): readonly RuleGroup[] =>
  [...rulesOf(watched), escalationRules(watched), ...logRulesOf(watched)].filter(
    ({ rules }) => rules.length > 0,
  );

const inBothLanguages = (watched: Watched): readonly Watched[] =>
  (["es", "en"] as const).map((language) => ({ ...watched, platform: { ...watched.platform, language } }));

describe("conventions of rules", () => {
  for (const stack of STACKS) {
    it(`K25 E9 S7 L18 G6 every rule of ${stack} is as people and tools expect it`, () => {
      const systems = watchedRules(stack).map(({ watched }) => watched);
      assert.ok(systems.length > 0);
      for (const watched of systems) assert.deepEqual(oddOf(watched, groupsOf(watched)), []);
      const names = systems.flatMap((watched) => groupsOf(watched).map(({ name }) => name));
      assert.deepEqual(names, [...new Set(names)], "names of groups");
    });
  }

  it("K25 so is every rule of the five systems, in both languages, with and without a Grafana", () => {
    for (const watched of EVERY_WATCHED.flatMap(inBothLanguages)) {
      assert.deepEqual(oddOf(watched, groupsOf(watched)), []);
      const { prometheus, loki, delivery } = watched.platform.grafana;
      const platform = { ...watched.platform, grafana: { prometheus, loki, delivery } };
      const without: Watched = { ...watched, platform };
      assert.deepEqual(oddOf(without, groupsOf(without)), []);
    }
  });

  it("K25 each PrometheusRule has the labels that its Prometheus selects by", () => {
    for (const { watched, groups } of STACKS.flatMap(watchedRules)) {
      const { metadata } = prometheusRule(watched, groups, linksOf(watched));
      const { labels, ruleSelector } = watched.platform.prometheus;
      assert.deepEqual(metadata, { name: `${watched.system}-rules`, namespace: watched.namespace, labels });
      for (const [label, value] of Object.entries(ruleSelector)) assert.equal(labels[label], value);
    }
  });

  const [alert] = rulesOf(KOMETA).flatMap(({ rules }) => rules.filter((rule) => rule.kind === "alert"));
  const broken = (changes: Partial<AlertRule>) => {
    assert.ok(alert);
    return oddOf(KOMETA, [{ name: "tried", interval: "30s", rules: [{ ...alert, ...changes }] }]);
  };
  const labelled = (labels: Readonly<Record<string, string>>) => {
    assert.ok(alert);
    return broken({ labels: { ...alert.labels, ...labels } });
  };

  const MISTAKES: Readonly<Record<string, () => readonly string[]>> = {
    name: () => broken({ name: "high_error_rate" }),
    severity: () =>
      broken({ labels: { severity: "none", namespace: KOMETA.namespace, system: "kometa", service: "a" } }),
    namespace: () => labelled({ namespace: "elsewhere" }),
    system: () => labelled({ system: "another" }),
    service: () => labelled({ service: "" }),
    "value in a label": () => labelled({ seen: "{{ $value }}" }),
    summary: () => broken({ summary: "Fallan {{ $value }} peticiones." }),
    "summary ": () => broken({ summary: "fallan peticiones" }),
    description: () => broken({ description: "Fallan peticiones." }),
    "description ": () => broken({ description: "Fallan {{ $value }}." }),
    for: () => broken({ for: "0s", expression: { text: "sum(a) / sum(b) > 1", labels: [] } }),
    "for ": () =>
      broken({ for: "0s", expression: { text: "absent(up)", labels: [] }, description: "{{ $value }}" }),
  };
  for (const [what, mistake] of Object.entries(MISTAKES))
    it(`K25 tells a wrong ${what.trim()}`, () => {
      const found = mistake();
      assert.equal(found.length, 1, found.join("; "));
      assert.ok(found[0]?.endsWith(`: ${what.trim()}`), found[0]);
    });

  it("K25 tells a group that is evaluated too seldom, a record's wrong name, and a link that is missing", () => {
    const [record] = rulesOf(LISTACOMPRA).flatMap(({ rules }) =>
      rules.filter((rule) => rule.kind === "record"),
    );
    assert.ok(alert && record);
    assert.deepEqual(oddOf(KOMETA, [{ name: "slow", interval: "10m", rules: [] }]), ["slow: interval"]);
    assert.deepEqual(
      oddOf(LISTACOMPRA, [
        { name: "tried", interval: "1m", rules: [{ ...record, record: "Level:metric:" }] },
      ]),
      ["Level:metric:: record"],
    );
    const [group] = groupManifests([{ name: "tried", interval: "1m", rules: [alert] }], () => ({
      runbookUrl: "",
    }));
    assert.deepEqual(
      group?.rules.flatMap((rule) => oddOfRule(rule, KOMETA)),
      [`${alert.name}: runbook`, `${alert.name}: dashboard`],
    );
  });
});
