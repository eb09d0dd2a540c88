/** When a release may begin (row S1). Pure. */

/** Days of the week in the order of `Date.getUTCDay`. */
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

interface TimeOfDay {
  readonly text: string;
  /** Minutes since midnight, 0 to 1440. */
  readonly minutes: number;
}

/** A span of hours on some days of the week, in UTC; one that ends before it begins ends on the next day. */
export interface Window {
  readonly days: readonly string[];
  readonly from: TimeOfDay;
  readonly to: TimeOfDay;
}

/** Whether an instant lies in one of the windows: its first minute does, the one at which it ends does not. */
export const isWithin = (windows: readonly Window[], at: Date): boolean =>
  windows.some((window) => contains(window, at));

function contains({ days, from, to }: Window, at: Date): boolean {
  const minutes = at.getUTCHours() * 60 + at.getUTCMinutes();
  const today = days.includes(dayOf(at));
  if (from.minutes < to.minutes) return today && minutes >= from.minutes && minutes < to.minutes;
  const yesterday = days.includes(dayOf(new Date(at.getTime() - 86_400_000)));
  return (today && minutes >= from.minutes) || (yesterday && minutes < to.minutes);
}

const dayOf = (at: Date): string => DAYS[at.getUTCDay()] ?? "";

/** An instant as people read it beside a window: `saturday 21:00 UTC`. */
export const momentOf = (at: Date): string => `${dayOf(at)} ${at.toISOString().slice(11, 16)} UTC`;

/** Windows as people read them: `tuesday 03:00–05:00 UTC`. */
export const windowsText = (windows: readonly Window[]): string =>
  windows.map(({ days, from, to }) => `${days.join(", ")} ${from.text}–${to.text} UTC`).join("; ");
