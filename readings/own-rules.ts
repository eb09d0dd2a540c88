/** A system's own rules, out of the objectives that its alerts have too. Pure. */
import { gateRules, type GateRule } from "../observability/objectives/gate";
import { countWithin, Lines } from "../observability/logs/logql";
import { objectivesOf } from "../observability/objectives";
import type { Window } from "../observability/promql/expression";
import { windowSeconds } from "../observability/promql/window";
import { FEWEST_SAMPLES } from "../observability/rules/objective-alerts";
import { SIGNALS, type SignalName } from "../observability/signals";
import { serviceOf } from "../observability/signals/readings";
import { linesOf } from "../observability/signals/logs";
import type { Watched } from "../observability/watched";
import type { Rule } from "../rollout/rule";

/** Signals in words of their own; any other by its name. */
const WORDS: Partial<Readonly<Record<SignalName, string>>> = {
  errorRatio: "errors",
  latencyP95: "p95",
  latencyMean: "mean latency",
  messageLatencyP95: "p95 of messages",
  canaryErrorExcess: "errors above the stable side's",
};

const worded = (signal: SignalName): string =>
  WORDS[signal] ?? signal.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** Who else is asked, where it has an address. */
export interface Asked {
  readonly service?: string | undefined;
  readonly loki?: boolean;
  readonly alertmanager?: boolean;
}

/**
 * Rules of a system, or of one service of it: its objectives with a verdict; with a Loki no critical line in the log of a
 * service, with an Alertmanager no critical alert. Rows K17, K21, G12, G13, S7, E4.
 */
export function ownRules(
  watched: Watched,
  { service, loki = false, alertmanager = false }: Asked,
): readonly Rule[] {
  return [
    ...gateRules(watched, service).map((rule) => ofObjective(watched, rule)),
    ...(loki && !countsCriticalLines(watched) ? criticalLines(watched, service) : []),
    ...(alertmanager ? [criticalAlerts(watched, service)] : []),
  ];
}

function ofObjective({ system, services }: Watched, given: GateRule): Rule {
  const { objective, subject, language, query, samples, limit, window, verdict } = given;
  const of = serviceOf(subject, system);
  const { unit } = SIGNALS[objective.signal];
  const counted = samples === undefined ? {} : { samples: samples.text };
  return {
    id: `${objective.id} ${of}`,
    title: `${objective.called ?? worded(objective.signal)} of ${of}`,
    source: language === "promql" ? "prometheus" : "loki",
    query: query.text,
    ...(subject.kind === "workload" && language === "logql"
      ? silenceIsZero(linesOf(subject), window)
      : { ...counted, minimumSamples: samples === undefined ? 0 : FEWEST_SAMPLES }),
    ...(samples !== undefined && objective.signal === "errorRatio" ? { isShare: true } : {}),
    limit,
    unit,
    windowSeconds: windowSeconds(window),
    onFail: verdict,
    failsInARow: 1,
    ...(services.some(({ name }) => name === of) ? { service: of } : {}),
    objective: objective.id,
  };
}

/** No line of a kind is no series, and means 0; but a service that wrote nothing at all is not known to be well. */
const silenceIsZero = (all: Lines, window: Window) => ({
  samples: countWithin(all, window).text,
  minimumSamples: 1,
  emptyIsZero: true,
});

const WINDOW = "5m";

/** Whether the document has a threshold of its own for critical lines. */
const countsCriticalLines = ({ system, overrides }: Watched): boolean =>
  objectivesOf(system, overrides).some(
    ({ signal, gate }) => signal === "criticalErrors" && gate !== undefined,
  );

function criticalLines({ namespace, services }: Watched, only: string | undefined): readonly Rule[] {
  return services
    .filter(({ name }) => only === undefined || name === only)
    .map((service) => {
      const workload = { kind: "workload", namespace, service } as const;
      return {
        id: `critical-lines ${service.name}`,
        title: `critical lines of ${service.name}`,
        source: "loki",
        query: countWithin(criticalOf(linesOf(workload)), WINDOW).text,
        ...silenceIsZero(linesOf(workload), WINDOW),
        limit: { above: 0 },
        unit: "count",
        windowSeconds: windowSeconds(WINDOW),
        onFail: "roll back",
        failsInARow: 1,
        service: service.name,
      };
    });
}

const criticalOf = (lines: Lines): Lines => lines.where(["detected_level", { like: "critical|fatal" }]);

function criticalAlerts({ namespace, system }: Watched, service: string | undefined): Rule {
  const labels = { severity: "critical", namespace, system, ...(service === undefined ? {} : { service }) };
  return {
    id: "critical-alerts",
    title: "critical alerts",
    source: "alertmanager",
    query: Object.entries(labels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(","),
    minimumSamples: 0,
    limit: { above: 0 },
    unit: "count",
    windowSeconds: 0,
    onFail: "roll back",
    failsInARow: 1,
    ...(service === undefined ? {} : { service }),
  };
}
