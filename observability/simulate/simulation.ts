/** A simulated day as promtool is asked for it, and whom it calls. Pure. */
import type { AlertRule } from "../rules/rule";
import type { InhibitRule } from "../routing";
import { matches, routeOf, type AlertmanagerTree, type Labels } from "../routing";
import { joined, thinned, type Stretch } from "../proof/values";
import { windowSeconds } from "../promql/window";
import { rangesOf } from "../rules/ranges";
import { SIGNALS } from "../signals";
import type { AnySignal, InputSeries, Run } from "../signals/signal";
import { COURSES, DAYS, MINUTES_OF_DAY, NOON, TRAFFIC, type Course, type Day } from "./days";

const STEP_SECONDS = 60;

/** Alertmanager sends the changes of a group this often: what comes and goes within is one message. */
export const SLOT_MINUTES = 5;
const SLOTS = MINUTES_OF_DAY / SLOT_MINUTES;

/** What promtool is given for one alert on one day. */
export interface DayScenario {
  readonly stepSeconds: number;
  readonly series: readonly InputSeries[];
  readonly questions: readonly { readonly expr: string; readonly atSeconds: number }[];
}

type SeriesOfValue = (value: number, run: Run) => readonly InputSeries[];

/** The series under which an alert's signal reads a value. */
function seriesOf({ signal: name, subject }: AlertRule): SeriesOfValue | undefined {
  const signal: AnySignal = SIGNALS[name];
  if (signal.on === "host" && subject.kind === "host")
    return (value, run) => signal.series(subject, value, run);
  if (signal.on === "workload" && subject.kind === "workload")
    return (value, run) => signal.series(subject, value, run);
  if (signal.on === "backup" && subject.kind === "backup")
    return (value, run) => signal.series(subject, value, run);
  if (signal.on === "namespace" && subject.kind === "namespace")
    return (value, run) => signal.series(subject, value, run);
  return undefined;
}

/** The day in stretches, after what came before it and was as usual. */
function stretches(
  { usual, spells }: Course,
  day: Day,
  pastMinutes: number,
  of: SeriesOfValue,
): readonly Stretch[] {
  const stretch = (steps: number, value: number): Stretch => ({
    steps,
    series: (run) => thinned(of(value, run), TRAFFIC[day]),
  });
  const spell = spells?.[day];
  const whole = pastMinutes + MINUTES_OF_DAY + 1;
  if (spell === undefined) return [stretch(whole, usual)];
  const before = pastMinutes + NOON;
  return [
    stretch(before, usual),
    stretch(spell.minutes, spell.value),
    stretch(whole - before - spell.minutes, usual),
  ];
}

/** Of what came before the day: more would take promtool minutes, and it was as usual. */
const MOST_PAST_MINUTES = 360;

/** How far back the texts look, in minutes, as far as it is simulated. */
const pastOf = (texts: readonly string[], alert: AlertRule): number => {
  const lookback = windowSeconds(SIGNALS[alert.signal].lookback ?? "0s");
  const seconds = lookback + Math.max(0, ...texts.flatMap(rangesOf));
  return Math.min(MOST_PAST_MINUTES, Math.ceil(seconds / STEP_SECONDS));
};

/** The days for one alert; `texts` are its expression and those of what it reads. Nothing where its signal is not simulated. */
export function scenariosOf(alert: AlertRule, texts: readonly string[]): readonly DayScenario[] | undefined {
  const course = COURSES[alert.signal];
  const of = seriesOf(alert);
  if (course === undefined || of === undefined) return undefined;
  const past = pastOf(texts, alert);
  const recent = `max_over_time(ALERTS{alertstate="firing"}[${SLOT_MINUTES}m])`;
  return DAYS.map((day) => ({
    stepSeconds: STEP_SECONDS,
    series: joined(stretches(course, day, past, of), { stepSeconds: STEP_SECONDS }),
    questions: Array.from({ length: SLOTS }, (_, slot) => ({
      expr: recent,
      atSeconds: (past + (slot + 1) * SLOT_MINUTES) * STEP_SECONDS,
    })),
  }));
}

/** Labels of the alerts that fired in each slot of a day. */
export type Slots = readonly (readonly Labels[])[];

/** One message that begins to be told. */
export interface Page {
  readonly receiver: string;
  readonly alert: string;
  readonly service: string;
  /** Of the day. */
  readonly minute: number;
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

const inhibits = (rule: InhibitRule, source: Labels, target: Labels): boolean =>
  source !== target &&
  rule.sourceMatch.every((matcher) => matches(matcher, source)) &&
  rule.targetMatch.every((matcher) => matches(matcher, target)) &&
  rule.equal.every((label) => (source[label] ?? "") === (target[label] ?? ""));

/** Who is told of what: an alert that starts to fire and that no other inhibits, by each receiver that its route has. */
export function pagesOf(slots: Slots, tree: AlertmanagerTree): readonly Page[] {
  const pages: Page[] = [];
  let told = new Set<string>();
  slots.forEach((firing, slot) => {
    const loud = firing.filter(
      (target) => !tree.inhibitRules.some((rule) => firing.some((source) => inhibits(rule, source, target))),
    );
    for (const labels of loud.filter((each) => !told.has(keyOf(each)))) {
      const { alertname: alert = "", service = "" } = labels;
      for (const { receiver } of routeOf(tree.route, labels)) {
        pages.push({ receiver, alert, service, minute: slot * SLOT_MINUTES });
      }
    }
    told = new Set(loud.map(keyOf));
  });
  return pages;
}
