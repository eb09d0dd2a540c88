/** A release whose weights another controller moves, and the metrics that it moves them by. Pure. */
import type { Rule } from "../../rollout/rule";
import type { Router } from "../traffic/router";

/** One weight, and for how long its readings must be good. */
export interface ProgressiveStep {
  /** Percent of the requests. */
  readonly percent: number;
  readonly soakSeconds: number;
}

/** Where its alerts go. */
export interface ProgressiveAlerts {
  /** Slack channel, e.g. `#enova-alerts`. */
  readonly channel: string;
}

/** What a Flagger Canary and an Argo Rollout are made from. */
export interface ProgressiveRelease {
  /** Name of the Deployment, of its pods' label `app` and of its Service. */
  readonly name: string;
  readonly host: string;
  /** Port of the Service. */
  readonly port: number;
  /** Weights in order, the last 100. */
  readonly steps: readonly ProgressiveStep[];
  /** Seconds between two readings. */
  readonly intervalSeconds: number;
  /** Each reads the canary's side. Those of other sources than Prometheus are left out: `leftOut`. */
  readonly rules: readonly Rule[];
  /** Address of Prometheus, e.g. `http://prometheus-operated.monitoring.svc:9090`. */
  readonly prometheus: string;
  readonly router: Router;
  /** Ingress that serves the host; of a Gateway the HTTPRoute. */
  readonly route: string;
  /** @default - nobody is told by the controller itself */
  readonly alerts?: ProgressiveAlerts | undefined;
}

/** A question of Prometheus with one value, and when that value is right. */
export interface Metric {
  /** A name of Kubernetes, unique in the release. */
  readonly name: string;
  readonly query: string;
  readonly limit: Rule["limit"];
  readonly windowSeconds: number;
  readonly onFail: Rule["onFail"];
  /** Failures until it has failed. */
  readonly fails: number;
  readonly emptyIsZero: boolean;
}

/** Everything that a release's rules ask of Prometheus: values, samples, and how much worse than the stable side. */
export const metricsOf = ({ rules }: ProgressiveRelease): readonly Metric[] =>
  distinct(rules.filter(({ source }) => source === "prometheus").flatMap(metricsOfRule));

/** Rules that no query of Prometheus answers: logs, alerts, health paths. */
export const leftOut = ({ rules }: Pick<ProgressiveRelease, "rules">): readonly string[] =>
  rules.filter(({ source }) => source !== "prometheus").map(({ id }) => id);

function metricsOfRule(rule: Rule & { readonly emptyIsZero?: boolean }): readonly Metric[] {
  const { query, limit, windowSeconds, onFail, samples, minimumSamples, stable } = rule;
  const name = nameOf(rule.id);
  const shared = { windowSeconds, fails: rule.failsInARow, emptyIsZero: false };
  const value = { ...shared, name, query, limit, onFail, emptyIsZero: rule.emptyIsZero ?? false };
  const counted: readonly Metric[] =
    samples === undefined || minimumSamples <= 0
      ? []
      : [
          {
            ...shared,
            name: `${name}-samples`,
            query: samples,
            limit: { below: minimumSamples },
            onFail: "hold",
          },
        ];
  const compared: readonly Metric[] =
    stable === undefined
      ? []
      : [
          {
            ...shared,
            name: `${name}-against-stable`,
            // Both sides without their labels; a side without a value makes NaN, which is no pass.
            query: `vector(scalar(${query}) - scalar(${stable.query}))`,
            limit: { above: stable.most },
            onFail,
          },
        ];
  return [value, ...counted, ...compared];
}

const nameOf = (id: string): string =>
  id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Two rules of one name would be one object. */
function distinct(metrics: readonly Metric[]): readonly Metric[] {
  const seen = new Map<string, number>();
  return metrics.map((metric) => {
    const times = (seen.get(metric.name) ?? 0) + 1;
    seen.set(metric.name, times);
    return times === 1 ? metric : { ...metric, name: `${metric.name}-${times}` };
  });
}

/** A mistake of a release that a controller would take otherwise than it was meant. */
export function releaseProblems({
  name,
  steps,
  rules,
  intervalSeconds,
}: ProgressiveRelease): readonly string[] {
  const rising = steps.every(({ percent }, index) => percent > (steps[index - 1]?.percent ?? 0));
  const asked = rules.some(({ source }) => source === "prometheus");
  return [
    ...(rising && steps.at(-1)?.percent === 100
      ? []
      : [
          `steps: expected weights that rise to 100, found ${steps.map(({ percent }) => percent).join(", ")}`,
        ]),
    ...(steps.every(({ soakSeconds }) => soakSeconds >= intervalSeconds)
      ? []
      : [`steps: expected soaks of at least ${intervalSeconds} s, the time between two readings`]),
    ...(asked
      ? []
      : [`rules: expected at least one that Prometheus answers: ${name} would go on with no reading at all`]),
  ];
}
