/** `mandatory` stops the update, `advisory` only tells, `remediate` mends first and then stops, `disabled` does not judge. */
export type Level = "mandatory" | "advisory" | "remediate" | "disabled";

/** A rule's level on each stack; `default` is for a stack that has no column. */
export type StackLevels = Readonly<Record<"develop" | "staging" | "production" | "default", Level>>;

/** One level on every stack. */
export const everywhere = (level: Level): StackLevels => ({
  develop: level,
  staging: level,
  production: level,
  default: level,
});

/** Mandatory on production, another level elsewhere. */
export const onProduction = (elsewhere: Level): StackLevels => ({
  ...everywhere(elsewhere),
  production: "mandatory",
});

/** On develop nothing, on staging advice of what production would refuse. */
export const fromStaging: StackLevels = {
  develop: "disabled",
  staging: "advisory",
  production: "mandatory",
  default: "mandatory",
};

/** The level of a rule on a stack, by the stack's name without its organization. */
export function levelOn(stack: string, of: StackLevels): Level {
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  return isColumn(name) ? of[name] : of.default;
}

function isColumn(name: string): name is keyof StackLevels {
  return ["develop", "staging", "production"].includes(name);
}
