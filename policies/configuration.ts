/** A policy configuration, as `--policy-pack-config` and `golive policy test --config` give it: names to levels and parameters. */
import { isRecord } from "./checks/field";
import { packPolicyNames, releasePolicyNames } from "./names";
import type { RuleSettings } from "./parameters";

/** Key of the level, in Pulumi's own words. */
const LEVEL = "enforcementLevel";

/** Key that stands for every policy at once. */
const ALL = "all";

const release: readonly string[] = releasePolicyNames;

/** Policies that hold on every stack as they are. */
const fixed: readonly string[] = [...release, ...packPolicyNames];

/** Settings of rules out of a policy configuration; what is said of all policies, or of the fixed ones, is left out. */
export function configurationOf(given: Readonly<Record<string, unknown>>): RuleSettings {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => name !== ALL && !fixed.includes(name))
      .map(([name, value]) => [name, fieldsOf(value) ?? {}]),
  );
}

/** What is wrong with a policy configuration as such: it weakens all rules at once, or a policy that holds as it is. */
export function configurationMistakes(given: Readonly<Record<string, unknown>>): string[] {
  const all = ALL in given ? entryMistakes(ALL, fieldsOf(given[ALL])) : [];
  return all.length > 0
    ? all
    : Object.entries(given).flatMap(([name, value]) => entryMistakes(name, fieldsOf(value)));
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
  if (name === ALL && fields.level !== "mandatory")
    return [
      `${source}: "all": found ${JSON.stringify(fields.level)}; no configuration weakens every rule at once: name the rules one by one`,
    ];
  if (fixed.includes(name) && fields.level === "disabled")
    return [`${source}: ${name}: found "disabled"; this policy is not to be turned off: leave it out`];
  const weakened = release.includes(name) && fields.level !== undefined && fields.level !== "mandatory";
  if (weakened)
    return [
      `${source}: ${name}: found ${JSON.stringify(fields.level)}; a rule over releases is mandatory on every stack: leave it out`,
    ];
  return [];
}
