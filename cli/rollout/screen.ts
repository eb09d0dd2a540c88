/** A rollout as a terminal shows it while it runs: steps, time left, each reading against its threshold. Pure. */
import { styleText } from "node:util";
import { approvalAsked, type Asked } from "../../rollout/approvals";
import type { Action } from "../../rollout/engine";
import type { Step } from "../../rollout/plan";
import type { Reading } from "../../rollout/reading";
import type { State } from "../../rollout/state";
import type { Finding } from "../../rollout/verdict";
import { amount, expected, grouped, span, told } from "../../rollout/words";
import { refusedLines, sparkline } from "./text";

/** How many readings back a plot shows. */
const PLOTTED = 30;

type Mark = "passed" | "current" | "due" | "back";

const MARKS: Readonly<Record<Mark, string>> = {
  passed: styleText("green", "✔"),
  current: styleText("cyan", "▶"),
  due: styleText("gray", "·"),
  back: styleText("yellow", "↩"),
};

const KINDS: Readonly<Record<Reading["kind"], string>> = {
  pass: styleText("green", "pass"),
  fail: styleText("red", "fail"),
  insufficient: styleText("yellow", "too few"),
  broken: styleText("magenta", "broken"),
};

/** The lines of the screen; `action` is what is being done now. */
export function screen(state: State, action: Action, now: number): readonly string[] {
  const { plan, bound, startedAt } = state;
  const ran = span(((state.ended?.at ?? now) - startedAt) / 1000);
  const asked = state.back === undefined && state.ended === undefined ? approvalAsked(state, now) : undefined;
  const current = currentOf(state, action, asked);
  return [
    styleText("bold", `${bound.system} ${plan.from} → ${bound.version} on ${bound.stack}`) +
      styleText("gray", `  ${state.rollout}, ${ran}`),
    ...plan.steps.map(
      (step) => `  ${MARKS[markOf(state, step, current)]} ${step.title}${leftOf(state, step, current)}`,
    ),
    ...findingsOf(state).map((finding) => `      ${row(finding, state)}`),
    ...footer(state, action, asked),
  ];
}

/** What is being done; while somebody's approval is waited for that, though the soak before it is read on. */
function currentOf({ plan, passed }: State, action: Action, asked: Asked | undefined): string | undefined {
  const doing = "step" in action ? action.step.id : undefined;
  const isWatch = doing !== undefined && passed.includes(doing);
  return (
    (isWatch ? asked?.step.id : undefined) ?? doing ?? plan.steps.find(({ id }) => !passed.includes(id))?.id
  );
}

function markOf(state: State, step: Step, current: string | undefined): Mark {
  if (state.undos[step.id]?.kind === "done") return "back";
  if (step.id === current && state.ended === undefined) return "current";
  return state.passed.includes(step.id) ? "passed" : "due";
}

function leftOf(state: State, step: Step, current: string | undefined): string {
  const left = state.verdict?.secondsLeft;
  return step.id === current && left !== undefined && step.kind === "soak"
    ? styleText("cyan", `  ${span(left)} left`)
    : "";
}

const findingsOf = ({ verdict }: State): readonly Finding[] => verdict?.findings ?? [];

/** `errors of frontend   0.03 %  ≤ 1 %  n = 18 240  ▁▁▂▁  pass` */
function row({ rule, title, limit, unit, reading }: Finding, state: State): string {
  const isNumber = reading.kind === "pass" || reading.kind === "fail";
  const value = isNumber ? amount(unit, reading.value) : told(reading, unit, limit);
  const samples = isNumber && reading.samples !== undefined ? `n = ${grouped(reading.samples)}` : "";
  const plot = sparkline(valuesOf(rule, state).slice(-PLOTTED), limit);
  return [
    title.padEnd(34),
    value.padStart(isNumber ? 9 : 0),
    isNumber ? expected(unit, limit).padEnd(9) : "",
    samples.padEnd(12),
    plot,
    KINDS[reading.kind],
  ].join(" ");
}

const valuesOf = (rule: string, { evaluations }: State): readonly (number | undefined)[] =>
  evaluations.map(({ readings }) => {
    const reading = readings.find((one) => one.rule === rule)?.reading;
    return reading?.kind === "pass" || reading?.kind === "fail" ? reading.value : undefined;
  });

function footer(state: State, action: Action, asked: Asked | undefined): readonly string[] {
  if (action.kind === "paused") return [styleText("yellow", `paused by ${action.by}: ${action.reason}`)];
  if (action.kind === "stuck") return [styleText("red", `stuck: ${action.message}`)];
  if (asked !== undefined) {
    const waits = `waits for ${asked.missing} approval(s) of ${asked.roles.join(", ")}: ${asked.step.title}`;
    return [waits, ...refusedLines(state)].map((line) => styleText("yellow", line));
  }
  if (state.back !== undefined) return [styleText("red", `going back: ${state.back.reason}`)];
  return state.verdict === undefined ? [] : [`${state.verdict.kind}: ${state.verdict.reason}`];
}
