import type { RuleParameters } from "../policy/case";
import type { PolicyName } from "../../policies/names";
import { settingsOf } from "../../policies/parameters";
import { Subjects, type Resource } from "../../policies/resource";
import { messagesOf, rules } from "../../policies/rules";
import { stackPolicies } from "../../policies/stack";

/** What one policy says of a resource. */
export interface Said {
  readonly policy: PolicyName;
  readonly message: string;
}

/** The policy configuration that turns rules on. */
export const turnedOn = (parameters: RuleParameters): Record<string, object> =>
  Object.fromEntries(
    Object.entries(parameters).map(([rule, given]) => [rule, { ...given, enforcementLevel: "mandatory" }]),
  );

/** Judges resources by the rules themselves, without a pack's process, as on develop. `subjects` carries the renderer. */
export async function judge(
  subjects: Subjects,
  resource: Resource,
  ceiling: object,
  parameters: RuleParameters = {},
): Promise<Said[]> {
  const { stackFile, implied } = stackPolicies({ ceiling });
  const settings = settingsOf(rules, "develop", { configuration: turnedOn(parameters), stackFile, implied });
  const judged = await subjects.of(resource);
  return rules.flatMap((rule) => {
    const setting = settings.get(rule.name);
    if (setting === undefined || setting.level === "disabled" || rule.needsWorld === true) return [];
    return messagesOf(rule, judged, setting.parameters).map((message) => ({ policy: rule.name, message }));
  });
}
