/** Mutation of the alerts of every stack: alerts of one shape once. */
import { inParallel } from "../../engine/promtool";
import { mutationOf, type Mutation } from "./proof";
import { STACKS, watchedRules } from "./watched-stacks";

/** Without the names of hosts and services, which tell no mistake from another; `another` is one. */
const nameless = (text: string): string => text.replaceAll(/"(?!another")(?:[^"\\]|\\.)*"/g, '""');

/** Every alert of every stack with what is recorded beside it. */
export const everyAlert = () =>
  STACKS.flatMap((stack) =>
    watchedRules(stack).flatMap(({ watched, alerts, recordings }) =>
      alerts.map((alert) => ({ stack, system: watched.system, alert, recordings })),
    ),
  );

/** What becomes of the mutants of all alerts of one name. */
export interface Score {
  readonly name: string;
  /** Alerts that differ in more than names. */
  readonly shapes: number;
  readonly mutants: number;
  /** Mistakes that no case tells from the alert, without names. */
  readonly survivors: readonly string[];
}

/** The alerts of these names, or all: of those that differ in names alone, one. */
export function everyShape(only: readonly string[] = []) {
  const asked = everyAlert().filter(({ alert }) => only.length === 0 || only.includes(alert.name));
  const shapes = new Map(
    asked.map((each) => {
      const { name, expression, for: wait } = each.alert;
      return [[name, nameless(expression.text), wait].join("\n"), each];
    }),
  );
  return [...shapes.values()];
}

/** Tries the alerts of these names, or all. */
export async function scoresOf(promtool: string, only: readonly string[] = []): Promise<readonly Score[]> {
  const found = await inParallel(everyShape(only), ({ alert, recordings }) =>
    mutationOf(promtool, alert, recordings),
  );
  const names = [...new Set(found.map(({ alert }) => alert.name))];
  return names.map((name) =>
    scoreOf(
      name,
      found.filter(({ alert }) => alert.name === name),
    ),
  );
}

const scoreOf = (name: string, all: readonly Mutation[]): Score => ({
  name,
  shapes: all.length,
  mutants: all.reduce((sum, { mutants }) => sum + mutants.length, 0),
  survivors: all.flatMap(({ survivors }) => survivors.map(({ change }) => nameless(change))),
});

const sum = (scores: readonly Score[], of: (score: Score) => number): number =>
  scores.reduce((total, score) => total + of(score), 0);

/** Of each name, and of all. */
function rowsOf(scores: readonly Score[]): readonly (readonly [string, ...number[]])[] {
  const row = (name: string, part: readonly Score[]): readonly [string, ...number[]] => {
    const mutants = sum(part, (score) => score.mutants);
    const alive = sum(part, ({ survivors }) => survivors.length);
    return [name, sum(part, ({ shapes }) => shapes), mutants, mutants - alive, alive];
  };
  return [...scores.map((score) => row(score.name, [score])), row("all", scores)];
}

const HEAD = ["alert", "shapes", "mutants", "killed", "alive"] as const;

/** In columns. */
export function tableOf(scores: readonly Score[]): string {
  const [widest] = [HEAD, ...rowsOf(scores)]
    .map(([name]) => name.length)
    .toSorted((one, other) => other - one);
  return [HEAD, ...rowsOf(scores)]
    .map(([name, ...counts]) =>
      [name.padEnd(widest ?? 0), ...counts.map((count) => String(count).padStart(9))].join(""),
    )
    .join("\n");
}

const BLOCK = /```text\n[^`]*```/;

/** docs/mutation.md with the score in its block. */
export const filledPage = (page: string, scores: readonly Score[]): string =>
  page.replace(BLOCK, () => `\`\`\`text\n${tableOf(scores)}\n\`\`\``);
