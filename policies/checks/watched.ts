/** Whether a service is watched: which alerts, dashboards and receivers among the objects are about it. */
import { named, type Subject } from "../subject";
import { namespaceOf, perWorld, type World } from "../world";
import type { Field } from "./field";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

const monitoring = "monitoring.coreos.com";

/** The alerts of a PrometheusRule; recording rules tell nobody. */
function alertsOf(rules: Subject): Field[] {
  return rules.object
    .at("spec", "groups")
    .items()
    .flatMap((group) => group.at("rules").items())
    .filter((rule) => !rule.at("alert").absent);
}

/** Whether a text speaks of a workload by its name, or of the whole of its namespace. */
function about(workload: Subject): (text: string) => boolean {
  const words = [workload.name, namespaceOf(workload) ?? ""].filter((word) => word !== "").map(literal);
  const word = new RegExp(`(?<![\\w-])(${words.join("|")})(?!\\w|-[a-z])`);
  return (text) => word.test(text);
}

/** A name as a regular expression finds it: `shop` in `deployment="shop"` and `pod=~"shop-.*"`, and not in `workshop` nor `shop-api`. */
const literal = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Every alert, with what it says of whom it is about: expression and labels. */
const spokenAlerts = perWorld((world) =>
  world
    .ofKind(monitoring, "PrometheusRule")
    .flatMap(alertsOf)
    .map((rule) => {
      const labels = rule.at("labels");
      const texts = [rule.at("expr"), ...labels.keys().map((key) => labels.at(key))];
      return { rule, text: texts.map((field) => field.text() ?? "").join("\n") };
    }),
);

/** The alerts about a workload. */
function alertsAbout(workload: Subject, world: World): Field[] {
  const speaks = about(workload);
  return spokenAlerts(world).flatMap(({ rule, text }) => (speaks(text) ? [rule] : []));
}

/** The first of some objects of which a part that decides is known only at `up`. */
function unread(subjects: readonly Subject[], ...path: string[]): Subject | undefined {
  return subjects.find(({ object }) => object.at(...path).unknown);
}

function missing(workload: Subject, what: string, mend: string): Violation {
  return {
    path: workload.object.at("metadata", "name").path,
    found: `"${workload.name}", which ${what}`,
    allowed: "a service that is watched",
    mend,
  };
}

/** Some alert is about a workload. */
export function checkAlerts(workload: Subject, world: World): Violation[] {
  if (alertsAbout(workload, world).length > 0) return [];
  const unsure = unread(world.ofKind(monitoring, "PrometheusRule"), "spec");
  if (unsure !== undefined) return [undecidedBy(workload.object.at("metadata", "name"), named(unsure))];
  return [
    missing(
      workload,
      "no alert of a PrometheusRule is about",
      "declare alerts whose expressions name the workload or its namespace",
    ),
  ];
}

/** Some alert about a workload says what to do. */
export function checkRunbook(workload: Subject, world: World): Violation[] {
  const alerts = alertsAbout(workload, world);
  const runbooks = alerts.map((rule) => rule.at("annotations", "runbook_url"));
  if (runbooks.some((url) => url.unknown || (url.text() ?? "") !== "")) return [];
  return [
    missing(workload, "no alert with a runbook is about", "give its alerts the annotation runbook_url"),
  ];
}

/** The dashboards among the objects: what Grafana's sidecar loads, and grafana-operator's. */
const dashboardsOf = perWorld((world) => [
  ...world
    .ofKind("core", "ConfigMap")
    .filter(({ object }) => !object.at("metadata", "labels", "grafana_dashboard").absent),
  ...world.ofKind("grafana.integreatly.org", "GrafanaDashboard"),
]);

/** What the dashboards say, as one text. */
const spokenDashboards = perWorld((world) =>
  dashboardsOf(world)
    .flatMap(({ object }) => {
      const data = object.at("data");
      return [object.at("spec", "json"), ...data.keys().map((key) => data.at(key))];
    })
    .map((field) => field.text() ?? "")
    .join("\n"),
);

/** True where there is something that watches: alerts, dashboards. */
export const hasAlerts = (world: World): boolean => world.ofKind(monitoring, "PrometheusRule").length > 0;
export const hasDashboards = (world: World): boolean => dashboardsOf(world).length > 0;
export const hasReceivers = (world: World): boolean =>
  world.ofKind(monitoring, "AlertmanagerConfig").length > 0;

/** Some dashboard is about a workload. */
export function checkDashboard(workload: Subject, world: World): Violation[] {
  const dashboards = dashboardsOf(world);
  if (about(workload)(spokenDashboards(world))) return [];
  const unsure = unread(dashboards, "data") ?? unread(dashboards, "spec");
  if (unsure !== undefined) return [undecidedBy(workload.object.at("metadata", "name"), named(unsure))];
  return [
    missing(
      workload,
      "no dashboard is about",
      "declare a dashboard whose queries name the workload or its namespace",
    ),
  ];
}

/** What a receiver of an AlertmanagerConfig may tell by; one without any tells nobody. */
const isReached = (receiver: Field): boolean =>
  receiver.keys().some((key) => key.endsWith("Configs") && !receiver.at(key).absent);

/** A namespace's alerts reach somebody: an AlertmanagerConfig beside the workload, whose routes name receivers that tell. */
export function checkReceiver(workload: Subject, world: World): Violation[] {
  const configs = world.beside(workload, monitoring, "AlertmanagerConfig");
  const unsure = unread(configs, "spec");
  if (configs.some(tells)) return [];
  if (unsure !== undefined) return [undecidedBy(workload.object.at("metadata", "name"), named(unsure))];
  return [
    missing(
      workload,
      "no receiver of its namespace is told of",
      "declare an AlertmanagerConfig in the namespace, with a route to a receiver that tells somebody",
    ),
  ];
}

function tells({ object }: Subject): boolean {
  const receivers = object.at("spec", "receivers").items().filter(isReached);
  const names = receivers.map((receiver) => receiver.at("name").text());
  return routesOf(object.at("spec", "route")).some((name) => names.includes(name));
}

/** The receivers' names of a route and of those below it. */
function routesOf(route: Field): string[] {
  const own = route.at("receiver").text();
  return [...(own === undefined ? [] : [own]), ...route.at("routes").items().flatMap(routesOf)];
}

/** Each alert says how grave it is, what is wrong and what to do. */
export function checkAnnotated(rules: Subject): Violation[] {
  const groups = rules.object.at("spec", "groups");
  if (groups.unknown) return [undecidable(groups)];
  return alertsOf(rules).flatMap((rule) => {
    const annotations = rule.at("annotations");
    const [summary, description] = [annotations.at("summary"), annotations.at("description")];
    return [
      ...told(rule.at("labels", "severity"), "a severity, such as critical or warning"),
      ...told(summary.absent && !description.absent ? description : summary, "a sentence of what is wrong"),
      ...told(annotations.at("runbook_url"), "the address of what to do"),
    ];
  });
}

/** A text that is there, whatever it says: a runbook's address may be known only at `up`. */
function told(field: Field, allowed: string): Violation[] {
  if (field.unknown || (field.text() ?? "").trim() !== "") return [];
  return [{ path: field.path, found: field.shown(), allowed, mend: "say it in the alert's rule" }];
}
