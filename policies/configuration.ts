/** A policy configuration, as `--policy-pack-config` and `golive policy test --config` give it: names to levels and parameters. */
import { isRecord } from "./checks/field";
import { packPolicyNames, releasePolicyNames } from "./names";
import { ParameterError, type RuleSettings } from "./parameters";

/** Key of the level, in Pulumi's own words. */
const LEVEL = "enforcementLevel";

/** Policies that hold on every stack as they are. */
const fixed: readonly string[] = [...releasePolicyNames, ...packPolicyNames];

/**
 * Settings of rules out of a policy configuration.
 *
 * @throws {ParameterError} where it weakens all rules at once, or says anything of a policy that is not to be configured
 */
export function configurationOf(given: Readonly<Record<string, unknown>>): RuleSettings {
  const read = Object.entries(given).map(([name, value]) => [name, fieldsOf(value)] as const);
  const mistakes = read.flatMap(([name, fields]) => entryMistakes(name, fields));
  if (mistakes.length > 0) throw new ParameterError(mistakes);
  return Object.fromEntries(
    read.flatMap(([name, fields]) => (name === "all" || fixed.includes(name) ? [] : [[name, fields ?? {}]])),
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === "string") return { level: value };
  if (!isRecord(value)) return undefined;
  const { [LEVEL]: level, ...parameters } = value;
  return level === undefined ? parameters : { ...parameters, level };
}

function entryMistakes(name: string, fields: Readonly<Record<string, unknown>> | undefined): string[] {
  const source = "the policy configuration";
  if (fields === undefined)
    return [`${source}: ${name}: expected a level, or a mapping of ${LEVEL} and parameters`];
  if (name === "all" && fields.level !== "mandatory")
    return [
      `${source}: "all": found ${JSON.stringify(fields.level)}; no configuration weakens every rule at once: name the rules one by one`,
    ];
  if (fixed.includes(name) && fields.level === "disabled")
    return [`${source}: ${name}: found "disabled"; this policy is not to be turned off: leave it out`];
  return [];
}
