/** Alert, panel, runbook: each leads to the others, on every stack of the checkout and on every fixture. */
import assert from "node:assert/strict";
import path from "node:path";
import { readdirSync } from "node:fs";
import { repositoryRoot } from "../../../engine/cache";
import { dashboardsOf, panelOf, panelUrl } from "../../../observability/dashboards";
import { groupsOf } from "../../../observability/groups";
import { alertsOf } from "../../../observability/rules/rule";
import { annotationsOf } from "../../../observability/rules/prometheus-rule";
import type { AlertRule } from "../../../observability/rules/rule";
import { anchorOf, runbookUrl } from "../../../observability/runbooks";
import { runbookPages } from "../../../observability/runbooks/pages";
import type { Watched } from "../../../observability/watched";
import { readStackFile } from "../../../settings";
import { watchedOf } from "../../../systems/watched";
import { EVERY_WATCHED } from "../../support/watched";

const stackFiles = readdirSync(repositoryRoot).filter((file) => /^Pulumi\.[^.]+\.yaml$/.test(file));

/** Every system of every stack, and the fixtures, which hold what no stack does now, such as a canary under way. */
const everywhere: readonly Watched[] = [
  ...EVERY_WATCHED,
  ...stackFiles.flatMap((file) => watchedOf(readStackFile(path.join(repositoryRoot, file)))),
];

const named = ({ stack, system }: Watched, { name, labels }: AlertRule): string =>
  `${stack}/${system}: ${name} (${labels.service})`;

const headings = (text: string): readonly string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => heading);

/** Alerts whose expression no panel can draw, each for a reason. */
const NOT_DRAWN: Readonly<Record<string, string>> = {
  Watchdog: "a constant: its panel is that of the exporters, which it is there for",
  MetricsAbsent: "absence has no value; its panel is that of the exporters",
  CriticalAlertUnattended: "its panel draws the longest of them all, the alert each of them",
};

/** Without its window: a panel's is Grafana's own, an alert's the objective's. */
const plain = (expression: string): string =>
  expression.replace(/\[(\$__\w+|\d+[smhd])\]/g, "[]").replace(/\s+/g, " ");

/** The panel draws the value that the alert compares with its limit. */
const shows = (drawn: string, { expression }: AlertRule): boolean =>
  plain(expression.text).includes(plain(drawn));

describe("alert, panel, runbook", () => {
  it("E8 E11 has systems and alerts to ask of", () => {
    assert.ok(everywhere.length > EVERY_WATCHED.length, "no stack sets golive:observability");
    for (const watched of everywhere) {
      assert.ok(alertsOf(groupsOf(watched)).length > 10, `${watched.stack}/${watched.system}`);
    }
  });

  for (const watched of everywhere) {
    const where = `${watched.stack}/${watched.system}${EVERY_WATCHED.includes(watched) ? " (fixture)" : ""}`;
    describe(where, () => {
      const groups = groupsOf(watched);
      const alerts = alertsOf(groups);
      const dashboards = dashboardsOf(watched, groups);
      const pages = runbookPages(watched, groupsOf);
      const panelsOf = (alert: AlertRule) => {
        const place = panelOf(watched, alert);
        return dashboards
          .filter(({ uid }) => uid === place?.uid)
          .flatMap(({ panels }) => panels.filter(({ id }) => id === place?.id));
      };

      it("E8 G7 L16 leads each alert to a panel that there is, and that lists it", () => {
        const lost = alerts.filter((alert) => {
          const [panel, ...others] = panelsOf(alert);
          return panel === undefined || others.length > 0 || !panel.alerts.includes(alert.name);
        });
        assert.deepEqual(
          lost.map((alert) => named(watched, alert)),
          [],
        );
      });

      it("E8 draws in that panel the very value that the alert compares", () => {
        const unseen = alerts.filter((alert) => {
          const drawn = panelsOf(alert).flatMap(({ expressions }) => expressions);
          return !(alert.name in NOT_DRAWN) && !drawn.some((expression) => shows(expression, alert));
        });
        assert.deepEqual(
          unseen.map((alert) => named(watched, alert)),
          [],
        );
      });

      it("E8 lists under panels no alert that there is not", () => {
        const known = new Set(alerts.map(({ name }) => name));
        const invented = dashboards.flatMap(({ title, panels }) =>
          panels.flatMap((panel) =>
            panel.alerts.filter((name) => !known.has(name)).map((name) => `${title}: ${name}`),
          ),
        );
        assert.deepEqual(invented, []);
      });

      it("E8 lists each alert under one panel at least", () => {
        const listed = new Set(dashboards.flatMap(({ panels }) => panels.flatMap((panel) => panel.alerts)));
        assert.deepEqual(
          alerts.filter(({ name }) => !listed.has(name)).map((alert) => named(watched, alert)),
          [],
        );
      });

      it("E11 G15 L19 leads each alert to a section that there is, in either language", () => {
        for (const { language, path: file, text } of pages) {
          const anchors = new Set(headings(text).map(anchorOf));
          const spoken = { ...watched, platform: { ...watched.platform, language } };
          for (const alert of alerts) {
            const [page = "", anchor = ""] = runbookUrl(spoken, alert).split("#");
            assert.equal(page, `${watched.platform.runbooks}/${file}`);
            assert.ok(anchors.has(anchor), `${file}: no section ${anchor}`);
          }
        }
      });

      it("E11 has no section of an alert that there is not, and none twice", () => {
        const known = new Set(alerts.map(({ name }) => name));
        for (const { path: file, text } of pages) {
          const all = headings(text);
          const anchors = all.map(anchorOf);
          assert.deepEqual(
            anchors.filter((anchor, index) => anchors.indexOf(anchor) !== index),
            [],
            file,
          );
          const ofAlerts = all.filter((heading) => /^([A-Z]+[a-z0-9]+){2,}$/.test(heading));
          assert.deepEqual(
            ofAlerts.filter((name) => !known.has(name)),
            [],
            file,
          );
        }
      });

      it("E8 E11 annotates each alert with both links", () => {
        const grafana = watched.platform.grafana.url ?? watched.contacts.urls.grafana;
        for (const alert of alerts) {
          const dashboardUrl = panelUrl(watched, alert);
          assert.equal(dashboardUrl !== undefined, grafana !== undefined, named(watched, alert));
          const annotations = annotationsOf(alert, {
            runbookUrl: runbookUrl(watched, alert),
            ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
          });
          assert.match(annotations.runbook_url, /^https:\/\/\S+\.md#[a-z0-9-]+$/);
          if (grafana !== undefined) {
            assert.match(
              annotations.dashboard_url ?? "",
              /^https:\/\/\S+\/d\/[\w-]{1,40}\?viewPanel=[1-9]\d*$/,
            );
          }
        }
      });
    });
  }
});
