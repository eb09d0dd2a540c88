/** A simulated day as promtool is asked for it, and whom it calls. Pure. */
import type { AlertRule } from "../rules/rule";
import type { InhibitRule } from "../routing";
import { matches, routeOf, type AlertmanagerTree, type Labels } from "../routing";
import { joined, thinned, type Stretch } from "../proof/values";
import { windowSeconds } from "../promql/window";
import { rangesOf } from "../rules/ranges";
import { METRICS_ABSENT, WATCHDOG } from "../rules/upkeep";
import { SIGNALS } from "../signals";
import type { AnySignal, InputSeries, Run } from "../signals/signal";
import { COURSES, DAYS, MINUTES_OF_DAY, NOON, TRAFFIC, type Course, type Spell } from "./days";

const STEP_SECONDS = 60;

/** Alertmanager sends the changes of a group this often: what comes and goes within is one message. */
export const SLOT_MINUTES = 5;
const SLOTS = MINUTES_OF_DAY / SLOT_MINUTES;

/**
 * What promtool is given for one alert on one day: the time around the spell. Before it nothing has changed, and after it
 * nothing will: the first answer holds since midnight, and the last one until midnight.
 */
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

/** Of what came before the spell and after it; a window of days sees no more of either than half a day. */
const MOST_QUIET_MINUTES = NOON;

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.flatMap(rangesOf));

/** Minutes after which an alert is again as it was, once its signal is: what is read looks back, and who is called waits. */
function quietMinutes(
  { signal, expression, for: wait, keepFiringFor }: AlertRule,
  { recordings, escalationSeconds }: Beside,
): number {
  const spans = [SIGNALS[signal].lookback ?? "0s", wait, keepFiringFor ?? "0s"].map(windowSeconds);
  const ranges = longest([expression.text]) + longest(recordings);
  const seconds = [...spans, ranges, escalationSeconds].reduce((sum, each) => sum + each, 0);
  // Two slots more: one that is all as usual, and one in which the last of it ends.
  const slots = Math.ceil(seconds / STEP_SECONDS / SLOT_MINUTES) + 2;
  return Math.min(MOST_QUIET_MINUTES, slots * SLOT_MINUTES);
}

/** What an alert does not say itself. */
interface Beside {
  /** Texts of the recordings that it reads. */
  readonly recordings: readonly string[];
  /** After which its last escalation is called; 0 where it has none. */
  readonly escalationSeconds: number;
}

/** One day of a signal: as usual, the spell if there is one, and as usual again. */
function scenario(
  { usual }: Course,
  spell: Spell | undefined,
  traffic: number,
  quiet: number,
  of: SeriesOfValue,
): DayScenario {
  const stretch = (steps: number, value: number): Stretch => ({
    steps,
    series: (run) => thinned(of(value, run), traffic),
  });
  const before = stretch(quiet, usual);
  const after = stretch(quiet + 1, usual);
  const [stretches, minutes] =
    spell === undefined
      ? [[before], 0]
      : [[before, stretch(spell.minutes, spell.value), after], SLOT_MINUTES + spell.minutes + quiet];
  return {
    stepSeconds: STEP_SECONDS,
    series: joined(stretches, { stepSeconds: STEP_SECONDS }),
    // Each slot is asked about in its last minute.
    questions: Array.from({ length: 1 + Math.floor(minutes / SLOT_MINUTES) }, (_, slot) => ({
      expr: RECENT,
      atSeconds: (quiet + (slot - 1) * SLOT_MINUTES - 1) * STEP_SECONDS,
    })),
  };
}

const RECENT = `max_over_time(ALERTS{alertstate="firing"}[${SLOT_MINUTES}m])`;

/** Alerts on what watches: it is well on each day. */
const OF_WATCHING: ReadonlySet<string> = new Set([WATCHDOG, METRICS_ABSENT]);

/** The days for one alert, the same scenario for days that are alike. Nothing where it is not simulated. */
export function scenariosOf(alert: AlertRule, beside: Beside): readonly DayScenario[] | undefined {
  const course = COURSES[alert.signal];
  const of = seriesOf(alert);
  if (course === undefined || of === undefined || OF_WATCHING.has(alert.name)) return undefined;
  const quiet = quietMinutes(alert, beside);
  const made = new Map<string, DayScenario>();
  return DAYS.map((day) => {
    const spell = course.spells?.[day];
    const like = JSON.stringify([TRAFFIC[day], spell]);
    const found = made.get(like) ?? scenario(course, spell, TRAFFIC[day], quiet, of);
    made.set(like, found);
    return found;
  });
}

/** Labels of the alerts that fired in each slot of a day. */
export type Slots = readonly (readonly Labels[])[];

/** The slot before the one that ends with the spell's beginning. */
const FIRST_ASKED = NOON / SLOT_MINUTES - 2;

/** All slots of a day out of those that its scenario asks about. */
export const wholeDay = (asked: Slots): Slots =>
  Array.from({ length: SLOTS }, (_, slot) => {
    const at = Math.min(Math.max(slot - FIRST_ASKED, 0), asked.length - 1);
    return asked[at] ?? [];
  });

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
    const calling = new Map(loud.map((labels) => [keyOf(labels), labels]));
    for (const [key, labels] of calling) {
      if (told.has(key)) continue;
      const { alertname: alert = "", service = "" } = labels;
      for (const { receiver } of routeOf(tree.route, labels)) {
        pages.push({ receiver, alert, service, minute: slot * SLOT_MINUTES });
      }
    }
    told = new Set(calling.keys());
  });
  return pages;
}
