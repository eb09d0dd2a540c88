import assert from "node:assert/strict";
import fc from "fast-check";
import { valueOf, type Timezone } from "../../../../settings";
import { parseTimezone, WEEKDAYS } from "../../../../settings/alerting";
import type { WeeklyTimes } from "../../../../observability/routing/alertmanager-config";
import {
  offsetsOf,
  timeIntervals,
  weeklyTimes,
  type Span,
} from "../../../../observability/routing/intervals";
import { ALERTING } from "../../../support/alerting";

const zone = (name: string): Timezone => valueOf(parseTimezone(name));

const DAY = 1440;

const spans = fc.array(
  fc
    .record({
      days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
      from: fc.record({ minutes: fc.integer({ min: 0, max: DAY - 1 }) }),
      to: fc.record({ minutes: fc.integer({ min: 0, max: DAY }) }),
    })
    .filter(({ from, to }) => from.minutes !== to.minutes),
  { minLength: 1, maxLength: 3 },
);
const offsets = fc.uniqueArray(
  fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15),
  { minLength: 1, maxLength: 2 },
);

const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
};

/** As Alertmanager reads it: the end is not in it. */
const isIn = (times: readonly WeeklyTimes[], day: number, minute: number) =>
  times.some(
    ({ weekdays, times: ranges }) =>
      weekdays.includes(WEEKDAYS[day] ?? "") &&
      ranges.some(({ startTime, endTime }) => minutesOf(startTime) <= minute && minute < minutesOf(endTime)),
  );

/** As a person reads it: the local time by some clock is in the span, or in what is left of yesterday's. */
const isMeant = (given: readonly Span[], ahead: readonly number[], day: number, minute: number) =>
  ahead.some((offset) => {
    const local = (day * DAY + minute + offset + 7 * DAY) % (7 * DAY);
    const today = Math.floor(local / DAY);
    const time = local % DAY;
    return given.some(({ days, from, to }) => {
      const has = (index: number) => days.some((name) => name === WEEKDAYS[(index + 7) % 7]);
      if (to.minutes > from.minutes) return has(today) && time >= from.minutes && time < to.minutes;
      return (has(today) && time >= from.minutes) || (has(today - 1) && time < to.minutes);
    });
  });

describe("routing: intervals", () => {
  it("S1 S10 hold every minute that is meant, in UTC, and no other", () => {
    const moment = fc.record({ day: fc.nat(6), minute: fc.nat(DAY - 1) });
    fc.assert(
      fc.property(
        spans,
        offsets,
        fc.array(moment, { minLength: 50, maxLength: 50 }),
        (given, ahead, moments) => {
          const times = weeklyTimes(given, ahead);
          for (const { day, minute } of moments) {
            assert.equal(
              isIn(times, day, minute),
              isMeant(given, ahead, day, minute),
              JSON.stringify({ day, minute }),
            );
          }
        },
      ),
    );
  });

  it("S10 are of times that Alertmanager takes: each begins before it ends, and each day stands once", () => {
    fc.assert(
      fc.property(spans, offsets, (given, ahead) => {
        const times = weeklyTimes(given, ahead);
        const days = times.flatMap(({ weekdays }) => weekdays);
        assert.equal(new Set(days).size, days.length);
        for (const { startTime, endTime } of times.flatMap(({ times: ranges }) => ranges)) {
          assert.ok(minutesOf(startTime) < minutesOf(endTime));
          assert.match(startTime, /^([01]\d|2[0-3]):[0-5]\d$/);
          assert.match(endTime, /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);
        }
      }),
    );
  });

  it("S10 know clocks that never change, those that do, and halves of hours", () => {
    assert.deepEqual(offsetsOf(zone("UTC")), [0]);
    assert.deepEqual(offsetsOf(zone("America/Mexico_City")), [-360]);
    assert.deepEqual(offsetsOf(zone("Europe/Madrid")), [60, 120]);
    assert.deepEqual(offsetsOf(zone("America/Santiago")), [-180, -240]);
    assert.deepEqual(offsetsOf(zone("Asia/Kolkata")), [330]);
  });

  it("S1 S10 of S5 are nine to six in Mexico and Tuesday at three in UTC", () => {
    assert.deepEqual(timeIntervals(ALERTING.s5), [
      {
        name: "working-hours",
        timeIntervals: [
          { weekdays: WEEKDAYS.slice(0, 5), times: [{ startTime: "15:00", endTime: "24:00" }] },
        ],
      },
      {
        name: "release-windows",
        timeIntervals: [{ weekdays: ["tuesday"], times: [{ startTime: "03:00", endTime: "05:00" }] }],
      },
    ]);
    assert.deepEqual(timeIntervals(ALERTING.kometa), []);
  });

  it("S10 go over midnight, and over the week's end", () => {
    const late: Span = { days: ["sunday"], from: { minutes: 22 * 60 }, to: { minutes: 2 * 60 } };
    assert.deepEqual(weeklyTimes([late], [0]), [
      { weekdays: ["monday"], times: [{ startTime: "00:00", endTime: "02:00" }] },
      { weekdays: ["sunday"], times: [{ startTime: "22:00", endTime: "24:00" }] },
    ]);
  });
});
