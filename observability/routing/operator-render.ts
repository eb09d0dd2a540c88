/**
 * What prometheus-operator 0.93 makes of AlertmanagerConfigs: one Alertmanager configuration, each object a branch of its
 * tree. Pure. https://prometheus-operator.dev/docs/developer/alerting/#alertmanagerconfig-resource
 */
import type { Platform } from "../watched";
import type {
  AlertmanagerConfig,
  InhibitRule,
  Matcher,
  Receiver,
  Route,
  TimeInterval,
} from "./alertmanager-config";
import type { TreeRoute } from "./route-of";

export type MatcherStrategy = Platform["alertmanager"]["matcherStrategy"];

/** An Alertmanager's whole configuration. */
export interface AlertmanagerTree {
  readonly route: TreeRoute;
  readonly receivers: readonly Receiver<string>[];
  readonly inhibitRules: readonly InhibitRule[];
  readonly timeIntervals: readonly TimeInterval[];
}

/** Name of the root's receiver, which is told of what no system takes. kube-prometheus-stack's is of this name too. */
export const ROOT_RECEIVER = "null";

/**
 * The configuration of all objects, by namespace and name. Under `OnNamespace` each branch, and each side of an
 * inhibition, is of alerts of the object's namespace alone; each first-level route goes on to those after it; names
 * are `<namespace>/<object>/<name>`.
 */
export function operatorRender(
  configs: readonly AlertmanagerConfig[],
  strategy: MatcherStrategy,
): AlertmanagerTree {
  const ordered = [...configs].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    route: {
      receiver: ROOT_RECEIVER,
      matchers: [],
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      routes: ordered.map((config) => branchOf(config, strategy)),
    },
    receivers: [{ name: ROOT_RECEIVER }, ...ordered.flatMap(receiversOf)],
    inhibitRules: ordered.flatMap((config) => inhibitionOf(config, strategy)),
    timeIntervals: ordered.flatMap((config) =>
      (config.spec.muteTimeIntervals ?? []).map((interval) => ({
        ...interval,
        name: qualified(config, interval.name),
      })),
    ),
  };
}

const keyOf = ({ namespace, name }: AlertmanagerConfig): string => `${namespace}/${name}`;

const qualified = (config: AlertmanagerConfig, name: string): string => `${keyOf(config)}/${name}`;

const ofNamespace = ({ namespace }: AlertmanagerConfig, strategy: MatcherStrategy): readonly Matcher[] =>
  strategy === "None" ? [] : [{ name: "namespace", value: namespace, matchType: "=" }];

const receiversOf = (config: AlertmanagerConfig): readonly Receiver<string>[] =>
  config.spec.receivers.map((receiver) => ({ ...receiver, name: qualified(config, receiver.name) }));

function branchOf(config: AlertmanagerConfig, strategy: MatcherStrategy): TreeRoute {
  const branch = treeOf(config, config.spec.route);
  return { ...branch, matchers: [...branch.matchers, ...ofNamespace(config, strategy)], continue: true };
}

function treeOf(config: AlertmanagerConfig, route: Route): TreeRoute {
  const { receiver, matchers = [], routes = [], muteTimeIntervals = [], activeTimeIntervals = [] } = route;
  return {
    ...route,
    ...(receiver === undefined ? {} : { receiver: qualified(config, receiver) }),
    matchers,
    continue: route.continue ?? false,
    muteTimeIntervals: muteTimeIntervals.map((name) => qualified(config, name)),
    activeTimeIntervals: activeTimeIntervals.map((name) => qualified(config, name)),
    routes: routes.map((child) => treeOf(config, child)),
  };
}

const inhibitionOf = (config: AlertmanagerConfig, strategy: MatcherStrategy): readonly InhibitRule[] =>
  (config.spec.inhibitRules ?? []).map(({ sourceMatch, targetMatch, equal }) => ({
    sourceMatch: [...sourceMatch, ...ofNamespace(config, strategy)],
    targetMatch: [...targetMatch, ...ofNamespace(config, strategy)],
    equal,
  }));
