/** What a stack file says to the policy pack: levels and parameters of rules, and exemptions from them. */
import * as z from "zod";
import { policyNames, releasePolicyNames } from "../policies/names";
import { parseDate } from "./date";
import { filled, list, mapping, text } from "./fields";
import { nearest } from "./mistakes";
import type { Parsed } from "./parsed";

const LEVELS = ["mandatory", "advisory", "remediate", "disabled"] as const;

const ruleNames: readonly string[] = policyNames;
const releaseNames: readonly string[] = releasePolicyNames;

/** What is wrong with the name of a rule; undefined where it is one. */
export function ruleProblem(name: string): string | undefined {
  if (ruleNames.includes(name)) return undefined;
  if (releaseNames.includes(name))
    return "expected a rule over objects; a rule over releases is waived by a record (golive release waive), never here";
  const meant = nearest(name, ruleNames);
  const question = meant === undefined ? "" : `; did you mean ${meant}?`;
  return `unknown rule${question} (golive policy list shows them all)`;
}

function parseRule(given: string): Parsed<string> {
  const problem = ruleProblem(given);
  return problem === undefined ? { value: given } : { problem };
}

/** One rule: its level, and its own parameters, which the pack checks by the rule's schema. */
const rule = z
  .looseObject(
    {
      level: z
        .enum(LEVELS, { error: () => `expected one of ${LEVELS.join(", ")}` })
        .optional()
        .describe("Not set: the rule's own for this stack (docs/policies.md)."),
    },
    { error: () => "expected a mapping of level and the rule's parameters" },
  )
  .describe("Level and parameters of one rule: docs/policies.md has each with its defaults.");

const ruleName = z.string().refine((name) => ruleProblem(name) === undefined);

/** `golive:policies`: rules by name. */
export const policies = z
  .record(ruleName, rule, {
    error: ({ code, input }) =>
      code === "invalid_key"
        ? ruleProblem(typeof input === "string" ? input : "")
        : "expected a mapping of rules by name",
  })
  .meta({
    description: "Levels and parameters of the policy pack's rules, by the rule's name.",
    propertyNames: { enum: policyNames },
  });

/** `Kind/namespace/name`, or `Kind/name` for what lives in no namespace. */
const RESOURCE_PATTERN = "^[A-Za-z][A-Za-z0-9]*(/[A-Za-z0-9_.:-]+){1,2}$";

function parseResource(given: string): Parsed<string> {
  if (new RegExp(RESOURCE_PATTERN).test(given)) return { value: given };
  return { problem: "expected one resource as Kind/namespace/name or Kind/name, without a wildcard" };
}

const exemption = mapping(
  {
    rule: text(parseRule, { title: "name of a rule", description: "The rule." }),
    resource: text(parseResource, {
      title: "Kind/namespace/name",
      description:
        "The one object, as messages name it; Kind/name where it names no namespace. There is no wildcard.",
      pattern: RESOURCE_PATTERN,
    }),
    reason: filled("Why the object cannot keep the rule."),
    owner: filled("Who answers for it, and ends it."),
    until: text(parseDate, {
      title: "date",
      description: "The last day, in UTC, at most a year ahead. The day after, the object is refused again.",
      examples: ["2026-12-31"],
    }),
  },
  "An exemption of one object from one rule.",
);

/** `golive:exemptions`. */
export const exemptions = list(
  exemption,
  "Objects that may break one rule for a while. One that has ended, and one that exempts nothing, is refused.",
);

export type PolicySettings = z.output<typeof policies>;
export type Exemption = z.output<typeof exemption>;
