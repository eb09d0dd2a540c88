/** The rules' names: a policy each, and what a policy configuration file calls them. */
export const policyNames = [
  "container-resources",
  "image-tag",
  "probes",
  "repository-immutable",
  "ingress-tls",
  "chart-renders",
] as const;

export type PolicyName = (typeof policyNames)[number];

/** `mandatory` stops the update, `advisory` only tells. */
export type Level = "mandatory" | "advisory";

/** A rule's level on each stack; `default` is for a stack that has no column. */
export type StackLevels = Readonly<Record<"develop" | "staging" | "production" | "default", Level>>;

const mandatory: StackLevels = {
  develop: "mandatory",
  staging: "mandatory",
  production: "mandatory",
  default: "mandatory",
};

/** The level of each rule on each stack. A policy configuration file (`--policy-pack-config`) goes before it. */
export const levels: Readonly<Record<PolicyName, StackLevels>> = {
  "container-resources": mandatory,
  "image-tag": mandatory,
  probes: mandatory,
  "repository-immutable": mandatory,
  "ingress-tls": mandatory,
  "chart-renders": mandatory,
};

/** The level of a rule on a stack, by the stack's name without its organization. */
export function levelOn(stack: string, of: StackLevels): Level {
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  return isColumn(name) ? of[name] : of.default;
}

function isColumn(name: string): name is keyof StackLevels {
  return ["develop", "staging", "production"].includes(name);
}
