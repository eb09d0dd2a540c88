import { Field } from "./checks/field";
import type { Bound, Ceiling } from "./checks/resources";

/** What a person may set of a ceiling, in the stack file or in the policy's configuration. */
export interface CeilingTexts {
  readonly cpu?: string;
  readonly memory?: string;
}

/**
 * The ceiling of a stack: `golive:ceiling` of the stack file, each part replaced by the one that the policy's configuration sets.
 *
 * @param stack the JSON text that Pulumi hands over for `golive:ceiling`; what is no JSON object sets nothing
 * @param policy the property `ceiling` of the policy's configuration
 */
export function ceilingOf(stack: string | undefined, policy: unknown): Ceiling {
  const [fromStack, fromPolicy] = [texts(parsed(stack)), texts(policy)];
  return {
    cpu: bound(fromPolicy.cpu, fromStack.cpu, "cpu"),
    memory: bound(fromPolicy.memory, fromStack.memory, "memory"),
  };
}

function bound(policy: string | undefined, stack: string | undefined, resource: string): Bound {
  if (policy !== undefined)
    return { text: policy, source: `the policy configuration's container-resources.ceiling.${resource}` };
  return { ...(stack === undefined ? {} : { text: stack }), source: `golive:ceiling.${resource}` };
}

function texts(value: unknown): CeilingTexts {
  const [cpu, memory] = [Field.of(value).at("cpu").text(), Field.of(value).at("memory").text()];
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
