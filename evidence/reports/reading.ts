/** Judges what was measured: by the values and the limit, never by what anybody concluded. Pure. */
import type { Reading } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Expected, Measured } from "./own";
import { RELATIONS } from "./relation";

type Found = number | string | null;

/**
 * The reading: as it should be where each value that was taken keeps the limit, and that of its name as well.
 *
 * @throws {Disbelieved} where nothing was taken, or nothing says what is expected.
 */
export function judged(measured: Measured): Reading {
  const { name, taken } = measured;
  const limits = limitsOf(measured);
  const wrong = taken.find(({ found }) => !isKept(found, limits));
  const shown = wrong ?? taken.at(-1);
  if (shown === undefined) throw new Disbelieved(`has no value of "${name}"; expected what was measured`);
  const unit = measured.unit ? ` ${measured.unit}` : "";
  const found = shown.found === null ? "no data" : `${shown.found}${unit}`;
  const expected = limits.map(({ is, limit }) => `${is} ${limit}${unit}`).join(" and ");
  const reading = `${found} at ${shown.at}${expected && ` (expected ${expected})`}`;
  return { name, ok: wrong === undefined, reading };
}

function isKept(found: Found, limits: readonly Expected[]): boolean {
  if (found === null) return false;
  return limits.every(({ is, limit }) => {
    if (typeof found === "number" && typeof limit === "number") return RELATIONS[is](found, limit);
    return is === "==" && found === limit;
  });
}

/** A limit beside that of the name may be stricter, and cannot loosen it. */
function limitsOf({ name, expected }: Measured): readonly Expected[] {
  const named = saidBy(name);
  if (named === undefined && expected === undefined) {
    throw new Disbelieved(
      `does not say what is expected of "${name}"; expected a limit, or null where people read it`,
    );
  }
  const same = named !== undefined && named.is === expected?.is && named.limit === expected.limit;
  return [named, same ? null : expected].filter((limit) => limit !== undefined && limit !== null);
}

/** `error rate < 1 %` says a limit, and `no errors in logs` that there are none. */
function saidBy(name: string): Expected | undefined {
  const [, is, limit] = / (<=|<|>=|>) (\d+(?:\.\d+)?)(?: |$)/.exec(name) ?? [];
  if (is === "<" || is === "<=" || is === ">" || is === ">=") return { is, limit: Number(limit) };
  return name.startsWith("no ") ? { is: "==", limit: 0 } : undefined;
}
