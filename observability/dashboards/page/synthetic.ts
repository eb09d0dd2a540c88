/** Numbers that look like a day of work, the same at each drawing: no measurement is behind them. Pure. */
import type { PanelModel } from "./model";

/** Values of labels by name, for queries that give a line each. */
export type LabelValues = Readonly<Record<string, readonly string[]>>;

export interface Line {
  readonly name: string;
  /** At equal distances of time, the last one now. */
  readonly values: readonly number[];
}

/** Points of a line. */
const POINTS = 90;

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32 over FNV-1a). */
function randomOf(seed: string): () => number {
  let state = Buffer.from(seed).reduce((hash, byte) => Math.imul(hash ^ byte, 16_777_619), 2_166_136_261);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const LABEL = /\{\{(\w+)\}\}/g;

/** A legend's lines: one for each value of its first label, the other labels in step with it. */
function namesOf(legend: string, labels: LabelValues): readonly string[] {
  const [first] = [...legend.matchAll(LABEL)];
  if (first?.[1] === undefined) return [legend];
  const values = labels[first[1]] ?? [];
  // A label without known values stands for itself, so that its panel shows a line.
  const count = Math.max(values.length, 1);
  return Array.from({ length: count }, (_, index) =>
    legend.replace(LABEL, (_whole, label: string) => labels[label]?.[index] ?? label),
  );
}

/** What is usual where no line says what is too much. */
const USUAL: Readonly<Record<string, number>> = { percentunit: 0.4, s: 0.2, reqps: 85, short: 0.3 };
/** Of something. */
const COUNT = 2;
/** Seconds since something happened. */
const AGE = 5400;

const isAge = ({ targets }: PanelModel): boolean => targets.some(({ expr }) => expr.startsWith("time() -"));

/** Level at which all is well: under the lowest line, or over it where low values are wrong. */
function levelOf(panel: PanelModel): number {
  const { unit, thresholds } = panel.fieldConfig.defaults;
  const [base, first] = thresholds.steps;
  const whole = isWhole(panel);
  if (typeof first?.value !== "number") return isAge(panel) ? AGE : whole ? COUNT : (USUAL[unit] ?? 1);
  if (base?.color === "green") return whole && first.value <= 1 ? 0 : first.value * 0.45;
  return first.value * 2.2;
}

/** A line that no alert has: it is a gate's, a load test's or a service level's. */
const NO_ALERT = "purple";

/** What a bad quarter of an hour reaches: a little over the first line of an alert. One panel in four shows one. */
function worstOf({ id, fieldConfig }: PanelModel): number {
  const line = fieldConfig.defaults.thresholds.steps.find(
    ({ value, color }) => value !== null && color !== NO_ALERT,
  );
  const [base] = fieldConfig.defaults.thresholds.steps;
  return id % 4 === 2 && base?.color === "green" ? (line?.value ?? 0) * 1.1 : 0;
}

/** Where in the time it is worst, and how long it lasts. */
const WORST = 0.68;
const SPREAD = 0.035;

/** How a line stands to the others of its panel: quantiles rise, and a canary's sides share the requests. */
function shareOf({ type, fieldConfig, targets }: PanelModel, name: string, index: number): number {
  const quantile = /^P(\d+)$/.exec(name)?.[1];
  if (quantile !== undefined) return { "50": 0.35, "95": 0.8 }[quantile] ?? 1.25;
  if (type === "piechart") return 300 / 3 ** index;
  const sides = fieldConfig.defaults.unit === "reqps" && targets.length === 3;
  return sides ? ([1, 0.9, 0.1][index] ?? 1) : 1;
}

/** Counts are whole; a quotient of counts is not. */
const isWhole = ({ type, fieldConfig, targets }: PanelModel): boolean =>
  fieldConfig.defaults.unit === "short" &&
  (type === "piechart" || targets.every(({ expr }) => !expr.includes(" / ")));

/** A share that must not fall below a line stays above it, and below 1. */
function keptShare(panel: PanelModel): number | undefined {
  const { unit, thresholds } = panel.fieldConfig.defaults;
  const [base, first] = thresholds.steps;
  if (unit !== "percentunit" || base?.color === "green" || typeof first?.value !== "number") return undefined;
  return 1 - (1 - first.value) * 0.4;
}

function waves(panel: PanelModel, name: string, index: number): readonly number[] {
  const random = randomOf(panel.title);
  const own = randomOf(`${panel.title}/${name}`);
  const level = levelOf(panel) * (0.8 + random() * 0.4) * shareOf(panel, name, index);
  const phase = random() * Math.PI;
  const worst = worstOf(panel);
  const whole = isWhole(panel);
  const kept = keptShare(panel);
  if (kept !== undefined) return Array.from({ length: POINTS }, () => 1 - (1 - kept) * (0.9 + own() * 0.2));
  return Array.from({ length: POINTS }, (_, point) => {
    const at = point / (POINTS - 1);
    const day = 1 + 0.22 * Math.sin(phase + at * Math.PI * 2);
    const noise = 0.92 + own() * 0.16;
    const value = level * day * noise + worst * Math.exp(-(((at - WORST) / SPREAD) ** 2));
    return whole ? Math.round(value) : value;
  });
}

/** Lines of states: 1 where a step begins at 1, with one short exception in the first of the lines. */
function states(panel: PanelModel, index: number): readonly number[] {
  const [base] = panel.fieldConfig.defaults.thresholds.steps;
  const well = base?.color === "green" ? 0 : 1;
  return Array.from({ length: POINTS }, (_, point) => {
    const at = point / (POINTS - 1);
    const exception = index === 0 && Math.abs(at - WORST) < SPREAD;
    return exception ? 1 - well : well;
  });
}

/** Lines of a panel, for each of its queries. */
export const linesOf = (panel: PanelModel, labels: LabelValues): readonly Line[] =>
  panel.targets
    .flatMap(({ legendFormat }) => namesOf(legendFormat, labels))
    .map((name, index) => ({
      name,
      values: panel.type === "state-timeline" ? states(panel, index) : waves(panel, name, index),
    }));
