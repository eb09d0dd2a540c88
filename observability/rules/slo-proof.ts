/** The proof of a burn-rate alert: each of its arms alone, and what neither may take for a burn. Pure. */
import { windowSeconds } from "../promql/window";
import { joined, thinned } from "../proof/values";
import type { Window } from "../promql/expression";
import type { AlertProof, ProofCase } from "./rule";
import { type Burn, burnThreshold, fewestEvents, INTERVAL, type Slo } from "./burns";
import { plain } from "./texts";

/** The share of bad events for so many seconds. */
type Span = readonly [share: number, seconds: number];

const STEP = windowSeconds(INTERVAL);
/** The most that a share of events is made to be. */
const NEARLY_ALL = 0.95;
/** Events a second in a signal's own series. */
const EVENTS_PER_SECOND = 10;

const steps = (seconds: number): number => Math.ceil(seconds / STEP);

function caseOf(
  { reading }: Slo,
  name: string,
  fires: boolean,
  spans: readonly Span[],
  factor = 1,
): ProofCase {
  const series = () =>
    joined(
      spans.map(([share, seconds]) => ({
        steps: steps(seconds),
        series: (run) => reading.series(share, { ...run, windowSeconds: 300 }),
      })),
      { stepSeconds: STEP },
    );
  const length = spans.reduce((sum, [, seconds]) => sum + steps(seconds), 0);
  return {
    name,
    fires,
    stepSeconds: STEP,
    seconds: (length - 1) * STEP,
    series: factor === 1 ? series : () => thinned(series(), factor),
  };
}

/** A window that began empty is full a few minutes later: each five minutes are counted from their end. */
const SETTLED = 10 * STEP;

function casesOf(slo: Slo, burn: Burn, wait: number): readonly ProofCase[] {
  const threshold = burnThreshold(burn, slo.level);
  const [long, short] = [windowSeconds(burn.long), windowSeconds(burn.short)];
  const times = (factor: number) => Math.min(plain(threshold * factor), NEARLY_ALL);
  const full = long + wait + SETTLED;
  const name = (text: string) => `${burn.factor} times over ${burn.long} and ${burn.short}: ${text}`;
  const events = EVENTS_PER_SECOND * long;
  const few = (count: number) => count / events;
  const most = times(4);
  return [
    caseOf(slo, name("just over, all through the long window"), true, [
      [0, 2 * long],
      [times(1.1), full],
    ]),
    caseOf(slo, name("over, then good for the short window"), false, [
      [0, long],
      [times(1.3), full],
      [0, short + wait + SETTLED],
    ]),
    caseOf(
      slo,
      name("one sample too few"),
      false,
      [[times(1.1), full]],
      few(fewestEvents(burn, slo.level) * 0.9),
    ),
    caseOf(slo, name("idle"), false, [[most, full]], 0),
  ];
}

/** The cases of the alert of these burns. */
export function burnProof(slo: Slo, burns: readonly Burn[], wait: Window): AlertProof {
  const waited = windowSeconds(wait);
  const least = burns.reduce((a, b) => (a.factor < b.factor ? a : b));
  const longest = Math.max(...burns.map(({ long }) => windowSeconds(long)));
  const under = plain(burnThreshold(least, slo.level) * 0.9);
  return {
    cases: [
      caseOf(slo, "just under the slowest burn", false, [[under, longest + waited + SETTLED]]),
      { name: "no series at all", fires: false, stepSeconds: STEP, seconds: 3600, series: () => [] },
      ...burns.flatMap((burn) => casesOf(slo, burn, waited)),
    ],
  };
}
