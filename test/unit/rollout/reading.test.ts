import assert from "node:assert/strict";
import { type Answer, type Answers, read, type Reading } from "../../../rollout/reading";
import type { Rule } from "../../../rollout/rule";
import { told } from "../../../rollout/words";
import { errors } from "./fixtures";

const values = (...given: readonly number[]): Answer => ({ kind: "values", values: given });

interface Case {
  readonly title: string;
  readonly rule?: Partial<Rule>;
  readonly answers: Answers;
  readonly elapsed?: number;
  readonly reading: Reading["kind"];
  readonly says: RegExp;
}

const against = { stable: { query: "stable errors", samples: "stable requests", most: 0.005 } };

const CASES: readonly Case[] = [
  {
    title: "E4 a value within its limit passes, with its samples",
    answers: { value: values(0.0003), samples: values(18_240) },
    reading: "pass",
    says: /^0.03 % \(at most 1 %\), n = 18 240$/,
  },
  {
    title: "E4 a value beyond its limit fails",
    answers: { value: values(0.034), samples: values(5200) },
    reading: "fail",
    says: /^3.4 % \(at most 1 %\), n = 5 200$/,
  },
  {
    title: "E3 too few samples are insufficient, with the time still needed",
    answers: { value: values(0), samples: values(40) },
    elapsed: 60,
    reading: "insufficient",
    says: /^40 of 100 samples, enough in 1 min 30 s at this rate$/,
  },
  {
    title: "E3 too few samples for any time say how long a window would do",
    answers: { value: values(0), samples: values(40) },
    elapsed: 300,
    reading: "insufficient",
    says: /never enough at this rate: it takes a window of 12 min 30 s$/,
  },
  {
    title: "E3 no samples at all are insufficient, also where the count has no series",
    answers: { value: values(), samples: values() },
    reading: "insufficient",
    says: /^0 of 100 samples, and no more are coming$/,
  },
  {
    title: "E4 few samples that are all bad are no chance, and fail",
    rule: { isShare: true },
    answers: { value: values(1), samples: values(5) },
    reading: "fail",
    says: /^100 % \(at most 1 %\), n = 5$/,
  },
  {
    title: "E4 one bad sample of few may be chance",
    rule: { isShare: true },
    answers: { value: values(0.2), samples: values(5) },
    reading: "insufficient",
    says: /^5 of 100 samples/,
  },
  {
    title: "E3 no series is broken",
    answers: { value: values(), samples: values(500) },
    reading: "broken",
    says: /^no series/,
  },
  {
    title: "E3 NaN is broken",
    answers: { value: values(Number.NaN), samples: values(500) },
    reading: "broken",
    says: /^not a number: value: NaN/,
  },
  {
    title: "E3 Infinity is broken",
    answers: { value: values(Infinity), samples: values(500) },
    reading: "broken",
    says: /^not a number/,
  },
  {
    title: "E3 several series are broken",
    answers: { value: values(0, 0.5), samples: values(500) },
    reading: "broken",
    says: /^several series: value: 2 series, one is due/,
  },
  {
    title: "E3 an error answer is broken",
    answers: { value: { kind: "error", message: "parse error" }, samples: values(500) },
    reading: "broken",
    says: /^error answer: value: parse error/,
  },
  {
    title: "E3 nobody there is broken, not insufficient",
    answers: {
      value: { kind: "unreachable", message: "ECONNREFUSED" },
      samples: { kind: "unreachable", message: "ECONNREFUSED" },
    },
    reading: "broken",
    says: /^unreachable: number of samples: ECONNREFUSED/,
  },
  {
    title: "E3 samples that nobody asked for are broken",
    answers: { value: values(0) },
    reading: "broken",
    says: /^not asked/,
  },
  {
    title: "K21 G13 no critical line is 0 where there are lines at all",
    rule: { emptyIsZero: true, unit: "count", limit: { above: 0 }, minimumSamples: 1 },
    answers: { value: values(), samples: values(12) },
    reading: "pass",
    says: /^0 \(at most 0\), n = 12$/,
  },
  {
    title: "K21 G13 no critical line is nothing where there is no line",
    rule: { emptyIsZero: true, unit: "count", limit: { above: 0 }, minimumSamples: 1 },
    answers: { value: values(), samples: values() },
    reading: "insufficient",
    says: /^0 of 1 samples/,
  },
  {
    title: "E4 within its limit and worse than the stable side fails",
    rule: against,
    answers: {
      value: values(0.009),
      samples: values(500),
      stable: values(0.001),
      stableSamples: values(4000),
    },
    reading: "fail",
    says: /stable side 0.1 %/,
  },
  {
    title: "E4 as bad as the stable side passes",
    rule: against,
    answers: {
      value: values(0.009),
      samples: values(500),
      stable: values(0.008),
      stableSamples: values(4000),
    },
    reading: "pass",
    says: /stable side 0.8 %/,
  },
  {
    title: "E4 a stable side without requests is no comparison",
    rule: against,
    answers: { value: values(0.009), samples: values(500), stable: values(), stableSamples: values(3) },
    reading: "insufficient",
    says: /^3 of 100 samples of the stable side/,
  },
  {
    title: "L18 at least is reached by the value itself",
    rule: { limit: { atLeast: 5 }, unit: "count" },
    answers: { value: values(5), samples: values(500) },
    reading: "fail",
    says: /^5 \(below 5\)/,
  },
];

describe("a reading", () => {
  for (const { title, rule = {}, answers, elapsed, reading: kind, says } of CASES) {
    it(title, () => {
      const whole = { ...errors, ...rule };
      const reading = read(whole, answers, elapsed);
      assert.equal(reading.kind, kind);
      assert.match(told(reading, whole.unit, whole.limit), says);
    });
  }
});
