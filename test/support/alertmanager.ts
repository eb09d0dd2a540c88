/** Alertmanager's own files, out of what the operator would write, and amtool, which reads them. */
import { runOnFiles, toYaml, type Outcome } from "../../engine/promtool";
import { findTool } from "../../engine/acquire";
import type {
  InhibitRule,
  KeyValue,
  Matcher,
  Receiver,
  SlackReceiver,
  TimeInterval,
} from "../../observability/routing/alertmanager-config";
import type { AlertmanagerTree } from "../../observability/routing/operator-render";
import type { Labels, TreeRoute } from "../../observability/routing/route-of";

const FILE = "alertmanager.yaml";

const matcher = ({ name, matchType, value }: Matcher): string =>
  `${name}${matchType}"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

const route = (node: TreeRoute, isRoot: boolean): object => ({
  receiver: node.receiver,
  group_by: node.groupBy,
  group_wait: node.groupWait,
  group_interval: node.groupInterval,
  repeat_interval: node.repeatInterval,
  ...(isRoot
    ? {}
    : {
        matchers: node.matchers.map(matcher),
        continue: node.continue,
        mute_time_intervals: node.muteTimeIntervals,
        active_time_intervals: node.activeTimeIntervals,
      }),
  routes: node.routes.map((child) => route(child, false)),
});

const pairs = (values: readonly KeyValue[] = []) =>
  Object.fromEntries(values.map(({ key, value }) => [key, value]));

const snake = (key: string): string =>
  key.replace(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`).replace(/^_/, "");

const snakes = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([key, field]) => [snake(key), field]));

const slack = ({ apiURL, ...rest }: SlackReceiver<string>) => ({
  ...snakes(rest),
  api_url: `https://hooks.example.com/${apiURL.name}/${apiURL.key}`,
});

const receiver = (given: Receiver<string>): object => ({
  name: given.name,
  slack_configs: given.slackConfigs?.map(slack),
  pagerduty_configs: given.pagerdutyConfigs?.map(
    ({ routingKey, details, pagerDutyLinkConfigs, ...rest }) => ({
      ...snakes(rest),
      routing_key: routingKey.key,
      details: pairs(details),
      links: pagerDutyLinkConfigs?.map(({ href, alt }) => ({ href, text: alt })),
    }),
  ),
  opsgenie_configs: given.opsgenieConfigs?.map(({ apiKey, ...rest }) => ({
    ...snakes(rest),
    api_key: apiKey.key,
  })),
  email_configs: given.emailConfigs?.map(({ authPassword, headers, ...rest }) => ({
    ...snakes(rest),
    auth_password: authPassword.key,
    headers: pairs(headers),
  })),
});

const inhibition = ({ sourceMatch, targetMatch, equal }: InhibitRule): object => ({
  source_matchers: sourceMatch.map(matcher),
  target_matchers: targetMatch.map(matcher),
  equal,
});

const interval = ({ name, timeIntervals }: TimeInterval): object => ({
  name,
  time_intervals: timeIntervals.map(({ weekdays, times }) => ({
    weekdays,
    times: times.map(({ startTime, endTime }) => ({ start_time: startTime, end_time: endTime })),
  })),
});

/** The configuration as Alertmanager reads it; each secret stands as its key. */
export const alertmanagerFile = (tree: AlertmanagerTree): string =>
  toYaml({
    route: route(tree.route, true),
    receivers: tree.receivers.map(receiver),
    inhibit_rules: tree.inhibitRules.map(inhibition),
    time_intervals: tree.timeIntervals.map(interval),
  });

/** Runs amtool beside a configuration. */
export async function amtool(config: string, ...args: readonly string[]): Promise<Outcome> {
  return runOnFiles(await findTool("amtool"), ["--no-version-check", ...args], { [FILE]: config });
}

/** What amtool says of a configuration as a whole. */
export const checkConfig = (config: string): Promise<Outcome> => amtool(config, "check-config", FILE);

/** Receivers that amtool finds for labels, in its order. */
export async function receiversOf(config: string, labels: Labels): Promise<readonly string[]> {
  const given = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  const { code, output } = await amtool(
    config,
    "config",
    "routes",
    "test",
    `--config.file=${FILE}`,
    ...given,
  );
  if (code !== 0) throw new Error(`amtool: ${output}`);
  return output.trim().split(",");
}

/** What a template says of data, as a notification would. https://pkg.go.dev/github.com/prometheus/alertmanager/template#Data */
export async function rendered(template: string, data: object, type: "text" | "html"): Promise<string> {
  const tool = await findTool("amtool");
  const { code, output } = await runOnFiles(
    tool,
    [
      ...["--no-version-check", "template", "render", "--template.glob=*.tmpl", `--template.type=${type}`],
      ...[`--template.text=${template}`, "--template.data=data.json"],
    ],
    { "none.tmpl": "", "data.json": JSON.stringify(data) },
  );
  if (code !== 0) throw new Error(`amtool: ${output}`);
  return output;
}
