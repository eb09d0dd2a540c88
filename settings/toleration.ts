/** Taints that a pod tolerates, written as `kubectl taint` writes them: `key[=value][:Effect]`. Pure. */
import type { Parsed } from "./parsed";

/** One toleration of a pod, as Kubernetes takes it. */
export interface Toleration {
  readonly key: string;
  readonly operator: "Exists" | "Equal";
  readonly value?: string;
  /** Not set: every effect of the taint is tolerated. */
  readonly effect?: Effect;
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;
export type Effect = (typeof EFFECTS)[number];

const WORD = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
/** What a toleration looks like; the JSON Schema gives it to editors. */
export const TOLERATION_PATTERN = `^((?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?${WORD})(?:=(${WORD})?)?(?::(${EFFECTS.join("|")}))?$`;
const SHAPE = new RegExp(TOLERATION_PATTERN);

function isEffect(text: string | undefined): text is Effect {
  return EFFECTS.some((effect) => effect === text);
}

/** `spot-instance`, `spot-instance=true`, `spot-instance=true:NoSchedule`. */
export function parseToleration(text: string): Parsed<Toleration> {
  const match = SHAPE.exec(text);
  if (!match) {
    return {
      problem: `expected a taint, key[=value][:effect], such as spot-instance; effects: ${EFFECTS.join(", ")}`,
    };
  }
  const [, key = "", value, effect] = match;
  return {
    value: {
      key,
      ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
      ...(isEffect(effect) ? { effect } : {}),
    },
  };
}
