/** What a stack file changes of the objectives: its own limits, or an alert switched off for a stated reason. Pure. */
import type { Window } from "../promql/expression";
import type { Limit, Objective, Severity } from "./objective";

/** A change to one objective. */
export type Override =
  | {
      readonly kind: "changed";
      /** In the objective's own unit: seconds, ratios from 0 to 1, counts. */
      readonly limit?: number | undefined;
      readonly window?: Window | undefined;
      readonly for?: Window | undefined;
      readonly severity?: Severity | undefined;
    }
  | { readonly kind: "off"; readonly reason: string };

/** Changes by what comes after the system in an objective's id, e.g. `error-rate`. */
export type Overrides = Readonly<Record<string, Override>>;

/** What an objective is called in its system's mapping of a stack file: `error-rate` of `enova/error-rate`. */
export const shortId = ({ id }: Pick<Objective, "id">): string => id.slice(id.indexOf("/") + 1);

function limitOf(limit: Limit, value: number): Limit {
  if ("above" in limit) return { above: value };
  return "below" in limit ? { below: value } : { atLeast: value };
}

/** A service level's limit is what its target leaves. */
const levelOf = (level: NonNullable<Objective["level"]>, limit: number) => ({
  ...level,
  target: Number((1 - limit).toPrecision(12)),
});

function overridden(objective: Objective, override: Override | undefined): Objective {
  if (override === undefined) return objective;
  if (override.kind === "off") return { ...objective, off: override.reason };
  const { limit, window, for: wait, severity } = override;
  const { alert, level } = objective;
  return {
    ...objective,
    ...(limit === undefined ? {} : { limit: limitOf(objective.limit, limit) }),
    ...(window === undefined ? {} : { window }),
    ...(alert === undefined
      ? {}
      : { alert: { ...alert, for: wait ?? alert.for, severity: severity ?? alert.severity } }),
    ...(level === undefined || limit === undefined ? {} : { level: levelOf(level, limit) }),
  };
}

/** The objectives as a stack has them; those that it does not name stay as they are. */
export const withOverrides = (objectives: readonly Objective[], overrides: Overrides): readonly Objective[] =>
  objectives.map((objective) => overridden(objective, overrides[shortId(objective)]));
