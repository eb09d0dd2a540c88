/** Which receivers an alert reaches: Alertmanager's routing, as it walks its tree. Pure. */
import type { Matcher } from "./alertmanager-config";

/** A route of a whole Alertmanager configuration, its names those of that configuration. */
export interface TreeRoute {
  /** Absent: that of the route above. */
  readonly receiver?: string;
  readonly matchers: readonly Matcher[];
  /** Whether the routes beside it are tried after it. */
  readonly continue: boolean;
  readonly routes: readonly TreeRoute[];
  readonly groupBy?: readonly string[];
  readonly groupWait?: string;
  readonly groupInterval?: string;
  readonly repeatInterval?: string;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** Where an alert ends. */
export interface Delivery {
  readonly receiver: string;
  /** Intervals that hold it back; a route does not have those of the routes above it. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

/** Whether labels match; a label that is not there is an empty one, and expressions match from end to end. */
export function matches({ name, value, matchType }: Matcher, labels: Labels): boolean {
  const found = labels[name] ?? "";
  const like = () => new RegExp(`^(?:${value})$`, "u").test(found);
  switch (matchType) {
    case "=":
      return found === value;
    case "!=":
      return found !== value;
    case "=~":
      return like();
    case "!~":
      return !like();
  }
}

/**
 * Deliveries of an alert of these labels, in the order of the routes: the deepest match of each branch, the first branch
 * that matches and, where it says `continue`, those after it. The root matches everything.
 * https://prometheus.io/docs/alerting/latest/configuration/#route
 */
export const routeOf = (root: TreeRoute, labels: Labels): readonly Delivery[] => walk(root, labels, "");

function walk(route: TreeRoute, labels: Labels, inherited: string): readonly Delivery[] {
  if (!route.matchers.every((matcher) => matches(matcher, labels))) return [];
  const receiver = route.receiver ?? inherited;
  const below: Delivery[] = [];
  for (const child of route.routes) {
    const reached = walk(child, labels, receiver);
    below.push(...reached);
    if (reached.length > 0 && !child.continue) break;
  }
  const { muteTimeIntervals, activeTimeIntervals } = route;
  return below.length > 0 ? below : [{ receiver, muteTimeIntervals, activeTimeIntervals }];
}
