import { everyPosition, judgeContainers } from "./containers";
import type { Field } from "./field";
import { refused, type Violation } from "./violation";

/** No container sets one variable twice: the last would win, silently. */
export function checkDuplicateEnv(pod: Field): Violation[] {
  return judgeContainers(pod, everyPosition, (container, name) => {
    const env = container.at("env");
    const once = { allowed: "a name that no earlier variable has", mend: "remove one of the two" };
    if (env.unknown) return [refused(env, once, name)];
    const names = env.items().map((variable) => variable.at("name"));
    const seen = new Set<string>();
    return names.flatMap((variable) => {
      const text = variable.text();
      if (variable.unknown && names.length > 1) return [refused(variable, once, name)];
      if (text === undefined) return [];
      if (seen.has(text)) return [refused(variable, { ...once, found: `"${text}" again` }, name)];
      seen.add(text);
      return [];
    });
  });
}
