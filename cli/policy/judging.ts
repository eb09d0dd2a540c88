/** How `golive policy test` judges: which rules, at which levels, with which parameters. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { isFields } from "../../charts/manifest";
import { exemptionOf } from "../../policies/exemptions";
import { stops, type Judgement } from "../../policies/judgement";
import { everywhere, type Level } from "../../policies/levels";
import { settingsOf } from "../../policies/parameters";
import type { Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { stackPolicies, type StackPolicies } from "../../policies/stack";
import { ruleProblem } from "../../settings/policies";
import { stackFile } from "../stacks";
import { UserError } from "../user-error";

export interface JudgingOptions {
  /** File of a policy configuration, as Pulumi's `--policy-pack-config` takes it. @default - the rules' own parameters */
  readonly config?: string;
  /** Judges as the pack does on this stack. @default - every rule is mandatory, with the parameters of `config` and its own */
  readonly stack?: string;
  /** The rules to judge by. @default - all of them */
  readonly rule?: readonly string[];
}

export interface Judging {
  readonly rules: readonly Rule[];
  readonly parameters: (rule: Rule) => unknown;
  /** The level of a judgement: that of its rule, or `advisory` where an exemption of the stack file holds, or where it is for `up` to judge. */
  readonly level: (judgement: Judgement) => Level;
}

const NO_STACK: StackPolicies = { stackFile: {}, implied: {}, exemptions: [] };

/**
 * Reads the options.
 *
 * @throws {UserError} for an unknown rule or stack and an unreadable file, {ParameterError} for what such a file says wrongly
 */
export async function judgingOf(options: JudgingOptions): Promise<Judging> {
  const { stack, config, rule: names = [] } = options;
  refuseUnknown(names);
  const configuration = config === undefined ? {} : await readMapping(config);
  const said = stack === undefined ? NO_STACK : await readStack(stack);
  const judged =
    stack === undefined ? rules.map((rule) => ({ ...rule, levels: everywhere("mandatory") })) : rules;
  const settings = settingsOf(judged, stack ?? "", { ...said, configuration });
  const chosen = judged.filter(({ name }) => names.length === 0 || names.includes(name));
  const levelOf = ({ name }: Rule): Level => settings.get(name)?.level ?? "mandatory";
  const now = new Date();
  return {
    rules: chosen.filter((rule) => levelOf(rule) !== "disabled"),
    parameters: ({ name }) => settings.get(name)?.parameters,
    level: (judgement) =>
      isLeftToUp(judgement) || exemptionOf(judgement, said.exemptions, now) !== undefined
        ? "advisory"
        : levelOf(judgement.rule),
  };
}

const isLeftToUp = (judgement: Judgement): boolean => judgement.verdict !== "pass" && !stops(judgement);

function refuseUnknown(names: readonly string[]): void {
  const problems = names.flatMap((name) => {
    const problem = ruleProblem(name);
    return problem === undefined ? [] : [`--rule ${name}: ${problem}`];
  });
  if (problems.length > 0) throw new UserError(problems.join("\n"));
}

async function readStack(stack: string): Promise<StackPolicies> {
  const { config } = await readMapping(await stackFile(stack));
  const entries = isFields(config) ? Object.entries(config) : [];
  const own = entries.filter(([key]) => key.startsWith("golive:"));
  return stackPolicies(Object.fromEntries(own.map(([key, value]) => [key.slice("golive:".length), value])));
}

/** A file of YAML or JSON that holds a mapping. */
async function readMapping(file: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readValue(file);
  if (isFields(value)) return value;
  throw new UserError(`${file} holds no mapping: expected rules by name, each with its level or parameters`);
}

async function readValue(file: string): Promise<unknown> {
  try {
    return parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
