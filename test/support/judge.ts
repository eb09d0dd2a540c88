import { ceilingOf } from "../../policies/ceiling";
import type { PolicyName } from "../../policies/names";
import { Subjects, type Resource } from "../../policies/resource";
import { messagesOf, rules } from "../../policies/rules";

/** What one policy says of a resource. */
export interface Said {
  readonly policy: PolicyName;
  readonly message: string;
}

/** Judges resources by the rules themselves, without a pack's process. `subjects` carries the renderer. */
export async function judge(subjects: Subjects, resource: Resource, ceiling: object): Promise<Said[]> {
  const parameters = { ceiling: ceilingOf(JSON.stringify(ceiling), undefined) };
  const judged = await subjects.of(resource);
  return rules.flatMap((rule) =>
    messagesOf(rule, judged, parameters).map((message) => ({ policy: rule.name, message })),
  );
}
