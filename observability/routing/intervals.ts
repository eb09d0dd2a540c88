/** Hours of the week in UTC, as AlertmanagerConfig has them: it knows no other timezone. Pure. */
import type { AlertingSettings, Timezone, Weekday } from "../../settings";
import type { TimeInterval, WeeklyTimes } from "./alertmanager-config";

const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const satisfies readonly Weekday[];

const MINUTES_OF_DAY = 24 * 60;
const MINUTES_OF_WEEK = DAYS.length * MINUTES_OF_DAY;

/** Names of the intervals that a system may have. */
export const WORKING_HOURS = "working-hours";
export const RELEASE_WINDOWS = "release-windows";

/** One day in each season: clocks change between them, in both hemispheres, if they change at all. */
const SEASONS = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)];

/** Days of the week, and the time of each from which and to which it is; to before from is of the next day. */
export interface Span {
  readonly days: readonly Weekday[];
  readonly from: { readonly minutes: number };
  readonly to: { readonly minutes: number };
}

/** Minutes by which the timezone's clocks are ahead of UTC, each once: two where they change. */
export function offsetsOf(timezone: Timezone): readonly number[] {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" });
  const offsets = SEASONS.map((season) => {
    const name = format.formatToParts(season).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    const [, sign, hours = "0", minutes = "0"] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  });
  return [...new Set(offsets)];
}

/** The minutes of UTC's week, Monday's midnight first, that are in some span by some offset. */
function minutesIn(spans: readonly Span[], offsets: readonly number[]): ReadonlySet<number> {
  const minutes = new Set<number>();
  for (const { days, from, to } of spans) {
    const length = to.minutes - from.minutes + (to.minutes > from.minutes ? 0 : MINUTES_OF_DAY);
    for (const day of days) {
      for (const offset of offsets) {
        const start = DAYS.indexOf(day) * MINUTES_OF_DAY + from.minutes - offset + MINUTES_OF_WEEK;
        for (let minute = start; minute < start + length; minute++) minutes.add(minute % MINUTES_OF_WEEK);
      }
    }
  }
  return minutes;
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** The times of one day: each begins where the minute before is not in it, and ends likewise. */
function timesOf(day: number, minutes: ReadonlySet<number>): WeeklyTimes["times"] {
  const isIn = (minute: number) =>
    minute >= 0 && minute < MINUTES_OF_DAY && minutes.has(day * MINUTES_OF_DAY + minute);
  const edges = Array.from({ length: MINUTES_OF_DAY + 1 }, (_, minute) => minute);
  const starts = edges.filter((minute) => isIn(minute) && !isIn(minute - 1));
  const ends = edges.filter((minute) => !isIn(minute) && isIn(minute - 1));
  return starts.map((start, index) => ({
    startTime: clock(start),
    endTime: clock(ends[index] ?? MINUTES_OF_DAY),
  }));
}

/** The spans in UTC, days of the same times together; where clocks change, those of both seasons. */
export function weeklyTimes(spans: readonly Span[], offsets: readonly number[]): readonly WeeklyTimes[] {
  const minutes = minutesIn(spans, offsets);
  const byTimes = new Map<string, WeeklyTimes>();
  DAYS.forEach((day, index) => {
    const times = timesOf(index, minutes);
    const key = JSON.stringify(times);
    if (times.length > 0) byTimes.set(key, { weekdays: [...(byTimes.get(key)?.weekdays ?? []), day], times });
  });
  return [...byTimes.values()];
}

/** The intervals of a system's settings. */
export const timeIntervals = ({
  hours,
  releaseWindows,
}: Pick<AlertingSettings, "hours" | "releaseWindows">): readonly TimeInterval[] => [
  ...(hours === undefined
    ? []
    : [{ name: WORKING_HOURS, timeIntervals: weeklyTimes([hours], offsetsOf(hours.timezone)) }]),
  ...(releaseWindows.length === 0
    ? []
    : [{ name: RELEASE_WINDOWS, timeIntervals: weeklyTimes(releaseWindows, [0]) }]),
];
