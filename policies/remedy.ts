import { isRecord } from "./checks/field";
import type { Rule } from "./rule";
import type { Subject } from "./subject";
import { plain } from "./unknown";

/**
 * A resource's inputs as a rule's remedy mends them; undefined where there is nothing to mend. Only what the remedy changes is set, in place:
 * whatever it leaves alone stays as the engine gave it, secrets marked as secrets.
 */
export function remedied(
  props: Record<string, unknown>,
  { remedy }: Rule,
  subject: Subject,
): Record<string, unknown> | undefined {
  const before = plain(props);
  const after = isRecord(before) ? remedy?.(before, subject) : undefined;
  if (!isRecord(after)) return undefined;
  set(props, before, after);
  return props;
}

function set(target: object, before: unknown, after: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(after)) {
    const was: unknown = isRecord(before) ? before[key] : undefined;
    if (was === value) continue;
    const below: unknown = isRecord(was) && isRecord(value) ? Reflect.get(target, key) : undefined;
    if (typeof below === "object" && below !== null && isRecord(value)) set(below, was, value);
    else Reflect.set(target, key, value);
  }
}
