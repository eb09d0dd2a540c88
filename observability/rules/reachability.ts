/** Thresholds that could never be reached, or never be left again. Pure. */
import { objectivesOf } from "../objectives";
import type { Objective } from "../objectives/objective";
import { INGRESS_NGINX } from "../metrics/ingress-nginx";
import { GATEWAY_API } from "../metrics/gateway-api";
import type { Window } from "../promql/expression";
import { windowOf, windowSeconds } from "../promql/window";
import { SIGNALS, type SignalName } from "../signals";
import { readingsOf } from "../signals/readings";
import type { AnySignal } from "../signals/signal";
import type { Watched, WatchedService, WatchedTraffic } from "../watched";
import { isOfPrometheus } from "./objective-alerts";
import { rangesOf, ratesOf } from "./ranges";
import type { RuleGroup } from "./rule";
import { BURNS } from "./burns";
import { limitValue, plain } from "./texts";

const MILLISECONDS = 1000;

/** Upper bounds, in seconds, of the buckets that a host's requests are counted in; none where they are not. */
function boundsOf({ source, buckets }: WatchedTraffic): readonly number[] {
  switch (source) {
    case "ingress-nginx":
      return buckets ?? INGRESS_NGINX.duration.buckets ?? [];
    case "gateway-api":
      return (GATEWAY_API.duration.buckets ?? []).map((bound) => bound / MILLISECONDS);
    case "alb":
      return [];
  }
}

const QUANTILES: readonly SignalName[] = ["latencyP95"];

/** The bounds that an objective needs among the buckets; none where it is not read off them. */
function neededBy({ signal, limit, slowerThan }: Objective): readonly number[] {
  if (signal === "slowRatio") return slowerThan === undefined ? [] : [slowerThan];
  return QUANTILES.includes(signal) ? [limitValue(limit)] : [];
}

const isWatched = (objective: Objective): boolean =>
  (objective.alert !== undefined || objective.level !== undefined || objective.gate !== undefined) &&
  objective.off === undefined;

const objectivesFor = ({ system, overrides }: Watched): readonly Objective[] =>
  objectivesOf(system, overrides).filter(isWatched);

const ascending = (a: number, b: number): number => a - b;

/**
 * Upper bounds, in seconds, that the histogram of response times of a system's ingress-nginx must have, beside the
 * controller's own: those that the objectives are read at. https://kubernetes.github.io/ingress-nginx/user-guide/cli-arguments/
 */
export function neededBuckets(watched: Watched): readonly number[] {
  const behind = watched.services.some(({ traffic }) => traffic?.source === "ingress-nginx");
  return behind ? [...new Set(objectivesFor(watched).flatMap(neededBy))].sort(ascending) : [];
}

/** The controller's own bounds and those that the objectives of all systems need: what `--time-buckets` must be. */
export const bucketsFor = (all: readonly Watched[]): readonly number[] =>
  [...new Set([...(INGRESS_NGINX.duration.buckets ?? []), ...all.flatMap(neededBuckets)])].sort(ascending);

/** A stack has one router, so all of a system's hosts have the same buckets. */
function bucketProblems(objective: Objective, services: readonly WatchedService[]): readonly string[] {
  const carried = services
    .filter(({ name }) => objective.services?.includes(name) ?? true)
    .flatMap(({ traffic }) => traffic ?? []);
  return neededBy(objective).flatMap((bound) => {
    const without = carried.filter((traffic) => lacks(boundsOf(traffic), bound));
    const [first] = without;
    if (first === undefined) return [];
    const hosts = [...new Set(without.map(({ host }) => host))].join(" and ");
    return [`${objective.id}: ${bound} s lies ${placeOf(bound, first, hosts)}; ${bucketMend(bound, first)}`];
  });
}

const lacks = (bounds: readonly number[], bound: number): boolean =>
  bounds.length > 0 && !bounds.includes(bound);

function placeOf(bound: number, traffic: WatchedTraffic, hosts: string): string {
  const last = boundsOf(traffic).at(-1) ?? 0;
  return bound > last
    ? `beyond the last bucket (${last} s) of ${hosts}, so it can never be exceeded`
    : `within a bucket of ${hosts} and not at its edge, so it cannot be told from its neighbours`;
}

function bucketMend(bound: number, traffic: WatchedTraffic): string {
  const bounds = boundsOf(traffic);
  const mended = [...new Set([...bounds, bound])].sort(ascending).join(", ");
  return traffic.source === "ingress-nginx"
    ? `set golive:router.timeBuckets to [${mended}]`
    : `set the objective's limit to one of ${bounds.join(", ")}`;
}

/** A burn rate of more than the budget's whole cannot be reached: not even if every event failed. */
export function burnProblems({ id, level }: Objective): readonly string[] {
  if (level === undefined) return [];
  const budget = plain(1 - level.target);
  const [fastest] = BURNS.map(({ factor }) => factor).sort((a, b) => b - a);
  if (fastest === undefined || fastest * budget < 1) return [];
  // Rounded up: what is just not reached is reached by no more.
  const least = Math.ceil((1 - 1 / fastest) * 1000 + Number.EPSILON) / 1000;
  return [
    `${id}: its fastest burn rate, ${fastest} times ${plain(budget * 100)} %, is 100 % of the events or more, so it can never be ` +
      `exceeded; set a target of ${plain(Math.max(least, 0.001) * 100)} % or more (limit ${plain(1 - least)} or less)`,
  ];
}

const SCRAPES = 4;

function rangeProblems({ platform }: Watched, groups: readonly RuleGroup[]): readonly string[] {
  const { scrapeInterval, retention } = platform.prometheus;
  const least = SCRAPES * windowSeconds(scrapeInterval);
  const most = windowSeconds(retention);
  return groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => {
      const { text } = rule.expression;
      const name = rule.kind === "alert" ? rule.name : rule.record;
      const short = ratesOf(text).filter((range) => range < least);
      const long = [...rangesOf(text), ...offsetsOf(text)].filter((range) => range > most);
      return [
        ...short.map(
          (range) =>
            `${name}: ${windowOf(range)} is less than ${SCRAPES} scrapes of ${scrapeInterval}, so one that fails leaves ` +
            `nothing to tell; set a window of ${windowOf(least)} or more`,
        ),
        ...long.map(
          (range) =>
            `${name}: it reads ${windowOf(range)}, and Prometheus keeps ${retention}; set ` +
            `golive:observability.prometheus.retention to ${windowOf(range)} or more, as Prometheus itself has it`,
        ),
      ];
    }),
  );
}

const isWindow = (text: string): text is Window => /^\d+[smhd]$/.test(text);

const offsetsOf = (text: string): readonly number[] =>
  [...text.matchAll(/\boffset (\w+)/g)].flatMap(([, span = ""]) =>
    isWindow(span) ? [windowSeconds(span)] : [],
  );

/** An objective of a document that nothing here can be asked for would be silent for ever. */
function untoldProblems(watched: Watched, objective: Objective): readonly string[] {
  const { id, rows, signal: name, services } = objective;
  if (rows.length === 0 || !isOfPrometheus(name) || name === "canaryErrorExcess") return [];
  if (readingsOf(name, watched, objective).length > 0) return [];
  const signal: AnySignal = SIGNALS[name];
  const asked = watched.services.filter((service) => services?.includes(service.name) ?? true);
  const [silent] = asked.filter(({ metricsPath }) => metricsPath === undefined);
  if (signal.on === "workload" && silent !== undefined) {
    return [
      `${id}: ${silent.name} counts it itself, and the stack names no path of its metrics; set metrics of the service`,
    ];
  }
  return [];
}

/** Why a signal cannot be told of a host by what carries its requests. */
function routerProblems(watched: Watched, objective: Objective): readonly string[] {
  const signal: AnySignal = SIGNALS[objective.signal];
  if (signal.on !== "host" || objective.signal === "canaryErrorExcess") return [];
  const { slowerThan } = objective;
  const reasons = watched.services
    .filter(({ name }) => objective.services?.includes(name) ?? true)
    .flatMap(({ name: service, traffic }) => {
      if (traffic === undefined) return [];
      const host = { kind: "host", namespace: watched.namespace, service, traffic } as const;
      return signal.untold?.(slowerThan === undefined ? host : { ...host, slowerThan }) ?? [];
    });
  return [...new Set(reasons)].map((reason) => `${objective.id}: ${reason}`);
}

/**
 * Each threshold of a system's rules that could never be reached or never be left, in one sentence with the value that
 * would work; none where all is well.
 */
export function reachabilityProblems(watched: Watched, groups: readonly RuleGroup[]): readonly string[] {
  const objectives = objectivesFor(watched);
  const found = [
    ...objectives.flatMap((objective) => [
      ...burnProblems(objective),
      ...bucketProblems(objective, watched.services),
      ...untoldProblems(watched, objective),
      ...routerProblems(watched, objective),
    ]),
    ...rangeProblems(watched, groups),
  ];
  return [...new Set(found)].map((problem) => `${watched.system}: ${problem}`);
}
