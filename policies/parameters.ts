/** Levels and parameters of the rules, from where they are set: policy configuration, stack file, what the stack says anyway, defaults. */
import * as z from "zod";
import { nearest } from "../settings/mistakes";
import { isRecord } from "./checks/field";
import { configurationMistakes, configurationOf } from "./configuration";
import { levelOn, type Level } from "./levels";
import type { Rule } from "./rule";

type Fields = Readonly<Record<string, unknown>>;

/** Settings of rules by name, each a mapping of its parameters and its level. */
export type RuleSettings = Readonly<Record<string, Fields>>;

/** Where settings of rules come from: the first that sets a parameter wins, key by key. */
export interface Sources {
  /** The policy configuration as it is written: `--policy-pack-config`, or `--config` of `golive policy test`. */
  readonly configuration: Fields;
  /** `golive:policies` of the stack file. */
  readonly stackFile: RuleSettings;
  /** What the stack file says elsewhere: its ceiling, its registry, its hosts. Parameters only; a rule hears those that it takes. */
  readonly implied: RuleSettings;
}

/** How one rule judges. */
export interface Setting {
  readonly level: Level;
  readonly parameters: Fields;
}

/** Settings that are wrong, every mistake of them: the pack then judges nothing, and lets nothing through. */
export class ParameterError extends Error {
  override readonly name = "UserError";

  constructor(readonly mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes`;
    super(
      [`golive's policies: ${count} in their settings`, ...mistakes.map((mistake) => `  ${mistake}`)].join(
        "\n",
      ),
    );
  }
}

const LEVELS: readonly string[] = ["mandatory", "advisory", "remediate", "disabled"] satisfies Level[];

const isLevel = (value: unknown): value is Level => typeof value === "string" && LEVELS.includes(value);

/**
 * The setting of each rule on a stack.
 *
 * @throws {ParameterError} naming every unknown rule, unknown parameter and wrong value, with its source
 */
export function settingsOf(
  rules: readonly Rule[],
  stack: string,
  sources: Sources,
): ReadonlyMap<string, Setting> {
  const configuration = configurationOf(sources.configuration);
  const mistakes = [
    ...configurationMistakes(sources.configuration),
    ...sourceMistakes(rules, "the policy configuration", configuration),
    ...sourceMistakes(rules, "golive:policies", sources.stackFile),
  ];
  if (mistakes.length > 0) throw new ParameterError(mistakes);
  return new Map(rules.map((rule) => [rule.name, settingOf(rule, stack, { ...sources, configuration })]));
}

interface RuleSources extends Omit<Sources, "configuration"> {
  readonly configuration: RuleSettings;
}

function settingOf(rule: Rule, stack: string, { configuration, stackFile, implied }: RuleSources): Setting {
  const { level: configured, ...first } = configuration[rule.name] ?? {};
  const { level: written, ...second } = stackFile[rule.name] ?? {};
  const level = [configured, written].find(isLevel) ?? levelOn(stack, rule.levels);
  const heard = Object.entries(implied[rule.name] ?? {}).filter(
    ([key]) => key in (rule.parameters?.shape ?? {}),
  );
  const given = merged(Object.fromEntries(heard), merged(second, first));
  return { level, parameters: rule.parameters?.parse(given) ?? {} };
}

/** Two mappings as one, mapping below mapping; of anything else the second's stands. */
function merged(under: Fields, over: Fields): Fields {
  const entries = Object.entries(over).map(([key, value]): [string, unknown] => {
    const below = under[key];
    return [key, isRecord(below) && isRecord(value) ? merged(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(entries) };
}

function sourceMistakes(rules: readonly Rule[], source: string, given: RuleSettings): string[] {
  return Object.entries(given).flatMap(([name, fields]) => {
    const rule = rules.find((each) => each.name === name);
    if (rule === undefined)
      return [
        `${source}: ${unknown(
          "rule",
          name,
          rules.map((each) => each.name),
        )}`,
      ];
    return ruleMistakes(rule, fields).map((mistake) => `${source}: ${name}${mistake}`);
  });
}

function ruleMistakes(rule: Rule, { level, ...parameters }: Fields): string[] {
  return [...levelMistakes(rule, level), ...parameterMistakes(rule, parameters)];
}

function levelMistakes({ remedy }: Rule, level: unknown): string[] {
  if (level === undefined) return [];
  if (!isLevel(level))
    return [`.level: found ${JSON.stringify(level)}; expected one of ${LEVELS.join(", ")}`];
  const unable = level === "remediate" && remedy === undefined;
  return unable ? [".level: found remediate; this rule mends nothing: expected mandatory"] : [];
}

function parameterMistakes({ parameters: schema = z.strictObject({}) }: Rule, given: Fields): string[] {
  const parsed = schema.safeParse(given);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const path = issue.path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
      .join("");
    if (issue.code !== "unrecognized_keys") return [`${path}: ${issue.message}`];
    const known = Object.keys(schema.shape);
    return issue.keys.map((key) => `${path}: ${unknown("parameter", key, path === "" ? known : [])}`);
  });
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  const listed = what === "parameter" && known.length > 0 ? ` (it takes ${known.join(", ")})` : "";
  const none = what === "parameter" && known.length === 0 ? " (it takes none there)" : "";
  return `unknown ${what} ${JSON.stringify(name)}${question}${listed}${none}`;
}
