/** One verdict on rules, now: for pipelines, and for the change of a share. */
import { setTimeout as delay } from "node:timers/promises";
import { read } from "../rollout/reading";
import type { Rule } from "../rollout/rule";
import { judge, type Evaluation, type Verdict } from "../rollout/verdict";
import { ask } from "./ask";
import type { Patience } from "./endpoint";
import type { Sources } from "./sources";

export interface GateOptions {
  /** Seconds between two readings, where a rule must fail several times in a row. @default 10 */
  readonly intervalSeconds?: number;
  readonly patience?: Patience;
}

const INTERVAL_SECONDS = 10;

/** The readings of all rules, taken at once. */
export async function evaluate(
  rules: readonly Rule[],
  sources: Sources,
  patience?: Patience,
): Promise<Evaluation> {
  const readings = await Promise.all(
    rules.map(async (rule) => ({ rule: rule.id, reading: read(rule, await ask(rule, sources, patience)) })),
  );
  return { at: Date.now(), readings };
}

/**
 * The verdict on rules as they are read now: again while a rule fails that must fail several times in a row, so that an answer
 * is had. Nothing is soaked; what is insufficient or broken holds.
 */
export async function gate(
  rules: readonly Rule[],
  sources: Sources,
  { intervalSeconds = INTERVAL_SECONDS, patience }: GateOptions = {},
): Promise<Verdict> {
  const evaluations: Evaluation[] = [];
  for (;;) {
    evaluations.push(await evaluate(rules, sources, patience));
    if (!isOpen(rules, evaluations)) return verdictOf(rules, evaluations, intervalSeconds);
    await delay(intervalSeconds * 1000);
  }
}

/** Whether another reading would tell a failure from a flap. */
function isOpen(rules: readonly Rule[], evaluations: readonly Evaluation[]): boolean {
  const failing = new Set(
    evaluations.at(-1)?.readings.flatMap(({ rule, reading }) => (reading.kind === "fail" ? [rule] : [])),
  );
  return rules.some(({ id, failsInARow }) => failing.has(id) && failsInARow > evaluations.length);
}

function verdictOf(
  rules: readonly Rule[],
  evaluations: readonly Evaluation[],
  intervalSeconds: number,
): Verdict {
  const step = { kind: "soak", id: "gate", title: "gate", seconds: 0, intervalSeconds, rules } as const;
  const patience = { insufficientSeconds: Infinity, brokenSeconds: Infinity };
  const verdict = judge(step, { since: evaluations[0]?.at ?? 0, evaluations, patience });
  if (verdict.kind !== "advance") return verdict;
  return { ...verdict, reason: rules.length === 1 ? "the rule passes" : `all ${rules.length} rules pass` };
}
