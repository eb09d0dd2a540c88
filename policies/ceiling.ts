import { Field } from "./checks/field";
import type { Ceiling } from "./checks/resources";

/**
 * The ceiling of a stack: `golive:ceiling` of the stack file, each part replaced by the one that the policy's configuration sets.
 *
 * @param stack the JSON text that Pulumi hands over for `golive:ceiling`; what is no JSON object sets nothing
 * @param policy the property `ceiling` of the policy's configuration
 */
export function ceilingOf(stack: string | undefined, policy: unknown): Ceiling {
  return { ...texts(parsed(stack)), ...texts(policy) };
}

function texts(value: unknown): Ceiling {
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
