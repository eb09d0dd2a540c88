/** The panel of one reading: its signal's query, with a line at each limit. Pure. */
import type { Unit } from "../metrics/metric";
import type { Window } from "../promql/expression";
import { SIGNALS } from "../signals";
import { type Reading, readingsOf } from "../signals/readings";
import type { AnySignal } from "../signals/signal";
import type { Watched } from "../watched";
import { PANELS } from "./panels";
import type { PanelPlan, Query, View } from "./plan";
import { ownService, readingKey, type Shown, thresholdOf } from "./readings";
import { WORDS } from "./words";

/** As Grafana names them. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const UNITS: Readonly<Record<Unit, string>> = {
  seconds: "s",
  milliseconds: "ms",
  bytes: "bytes",
  ratio: "percentunit",
  requests: "reqps",
  count: "short",
  cores: "short",
  timestamp: "dateTimeAsIso",
};

const signalOf = ({ signal }: Reading): AnySignal => SIGNALS[signal];

/**
 * Over what a panel reads. Rates and ratios: as much as there is between two points of the picture. A count is one
 * within a time, and its limit holds for that time alone.
 */
function windowOf({ reading, objectives: [first] }: Shown): Window {
  const isCount = reading.unit === "count" && signalOf(reading).language !== "logql";
  return isCount && first !== undefined ? first.window : "$__rate_interval";
}

/** The whole, then each side of a canary. */
function sidesOf(reading: Reading, watched: Watched): readonly (readonly [string, Reading])[] {
  const { signal, subject } = reading;
  const { language } = watched.platform;
  const { sides, legend } = PANELS[signal];
  const service = ownService(subject);
  if (sides !== true || subject.kind !== "host" || subject.traffic.canary === undefined)
    return [[legend ?? service ?? watched.title, reading]];
  return [
    [WORDS.total[language], reading],
    ...(["stable", "canary"] as const).flatMap((side) =>
      readingsOf(signal, watched, { services: [subject.service], side }).map(
        (one) => [WORDS[side][language], one] as const,
      ),
    ),
  ];
}

function queriesOf(shown: Shown, watched: Watched): readonly Query[] {
  const window = windowOf(shown);
  const isLoki = signalOf(shown.reading).language === "logql";
  return sidesOf(shown.reading, watched).map(([legend, { value }]) => {
    const { text } = value(window);
    if (!isLoki) return { legend, expression: text };
    // A limit on a count holds for its own time, which `$__auto` becomes by the step.
    const [first] = shown.objectives;
    return {
      legend,
      expression: text.replaceAll("$__rate_interval", "$__auto"),
      ...(first === undefined ? {} : { step: first.window }),
    };
  });
}

const secondsText = (seconds: number): string => (seconds < 1 ? `${seconds * 1000} ms` : `${seconds} s`);

/** What is read. */
function titleOf({ signal, subject }: Reading, { platform: { language } }: Watched): string {
  const title = PANELS[signal].title[language];
  return subject.kind === "host" && subject.slowerThan !== undefined
    ? `${title} (> ${secondsText(subject.slowerThan)})`
    : title;
}

/** What a reading is of, where a system has several of it. */
function ofWhat({ subject }: Reading, { services, backups }: Watched): string | undefined {
  if (subject.kind === "backup") return backups.length > 1 ? subject.backup.cronJob : undefined;
  return services.length > 1 ? ownService(subject) : undefined;
}

export interface Drawing {
  /** @default - that of its signal */
  readonly view?: View;
  /** Whether its row says already what it is of. @default false */
  readonly bare?: boolean;
}

/** The panel of a reading. */
export function panelOfReading(
  watched: Watched,
  shown: Shown,
  { view, bare = false }: Drawing = {},
): PanelPlan {
  const { reading, objectives } = shown;
  const { language } = watched.platform;
  const { purpose, view: own } = PANELS[reading.signal];
  const { note } = signalOf(reading);
  const of = bare && reading.subject.kind !== "backup" ? undefined : ofWhat(reading, watched);
  return {
    title: [titleOf(reading, watched), ...(of === undefined ? [] : [of])].join(" · "),
    purpose: [purpose[language], ...(note === undefined ? [] : [note[language]])].join(" "),
    unit: UNITS[reading.unit],
    view: view ?? own ?? "timeseries",
    queries: queriesOf(shown, watched),
    signals: [reading.signal],
    readings: [readingKey(reading)],
    thresholds: objectives.map(thresholdOf),
  };
}
