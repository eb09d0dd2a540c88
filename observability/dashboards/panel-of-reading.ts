/** The panel of one reading: its signal's query, with a line at each limit. Pure. */
import type { Unit } from "../metrics/metric";
import type { Window } from "../promql/expression";
import { SIGNALS } from "../signals";
import type { Subject } from "../signals/signal";
import type { Watched } from "../watched";
import { PANELS } from "./panels";
import type { PanelPlan, Query, View } from "./plan";
import { expressionOf, type Reading, readingKey, serviceOf, thresholdOf } from "./readings";
import { WORDS } from "./words";

/** As Grafana names them. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const UNITS: Readonly<Record<Unit, string>> = {
  seconds: "s",
  bytes: "bytes",
  ratio: "percentunit",
  requests: "reqps",
  count: "short",
  cores: "short",
  milliseconds: "ms",
  timestamp: "dateTimeAsIso",
};

/**
 * Over what a panel reads. Rates and ratios: as much as there is between two points of the picture. A count is one
 * within a time, and its limit holds for that time alone. Loki's own word for the former is `$__auto`.
 */
function windowOf({ signal, objectives }: Reading): Window {
  const { unit, language } = SIGNALS[signal];
  const [first] = objectives;
  return unit === "count" && language !== "logql" && first !== undefined ? first.window : "$__rate_interval";
}

/** The whole, then each side of a canary. */
function sidesOf({ signal, subject }: Reading, watched: Watched): readonly (readonly [string, Subject])[] {
  const { language } = watched.platform;
  const { sides, legend } = PANELS[signal];
  if (sides !== true || subject.kind !== "host" || subject.traffic.canary === undefined)
    return [[legend ?? serviceOf(subject) ?? watched.title, subject]];
  return [
    [WORDS.total[language], subject],
    [WORDS.stable[language], { ...subject, side: "stable" }],
    [WORDS.canary[language], { ...subject, side: "canary" }],
  ];
}

function queriesOf(reading: Reading, watched: Watched): readonly Query[] {
  const signal = SIGNALS[reading.signal];
  const window = windowOf(reading);
  return sidesOf(reading, watched).flatMap(([legend, subject]) => {
    const text = expressionOf(signal, subject, window)?.text;
    if (text === undefined) return [];
    const expression = signal.language === "logql" ? text.replaceAll("$__rate_interval", "$__auto") : text;
    return [{ expression, legend }];
  });
}

const secondsText = (seconds: number): string => (seconds < 1 ? `${seconds * 1000} ms` : `${seconds} s`);

/** What is read, and of what where a system has several of it. */
function titleOf({ signal, subject }: Reading, { platform: { language } }: Watched): string {
  const title = PANELS[signal].title[language];
  if (subject.kind === "host" && subject.slowerThan !== undefined)
    return `${title} (> ${secondsText(subject.slowerThan)})`;
  return subject.kind === "backup" ? `${title}: ${subject.backup.cronJob}` : title;
}

/** The panel of a reading, drawn as its signal is unless told otherwise. */
export function panelOfReading(watched: Watched, reading: Reading, view?: View): PanelPlan {
  const { language } = watched.platform;
  const { purpose, view: own } = PANELS[reading.signal];
  const { unit, note } = SIGNALS[reading.signal];
  return {
    title: titleOf(reading, watched),
    purpose: [purpose[language], ...(note === undefined ? [] : [note[language]])].join(" "),
    unit: UNITS[unit],
    view: view ?? own ?? "timeseries",
    queries: queriesOf(reading, watched),
    signals: [reading.signal],
    readings: [readingKey(reading.signal, reading.subject)],
    thresholds: reading.objectives.map(thresholdOf),
  };
}
