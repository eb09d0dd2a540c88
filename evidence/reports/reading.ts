/** Judges what was measured: by the values and the limit, never by what anybody concluded. Pure. */
import type { Reading } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Expected, Measured } from "./own";
import { RELATIONS } from "./relation";

type Found = number | string | null;

/**
 * The reading: as it should be where each value that was taken is.
 *
 * @throws {Disbelieved} where nothing was taken, or the limit is another than that of the name.
 */
export function judged(measured: Measured): Reading {
  const { name, taken } = measured;
  const expected = expectedOf(measured);
  const wrong = taken.find(({ found }) => !isKept(found, expected));
  const shown = wrong ?? taken.at(-1);
  if (shown === undefined) throw new Disbelieved(`has no value of "${name}"; expected what was measured`);
  const found = shown.found === null ? "no data" : `${shown.found}${unitOf(measured)}`;
  const limit =
    expected === undefined ? "" : ` (expected ${expected.is} ${expected.limit}${unitOf(measured)})`;
  return { name, ok: wrong === undefined, reading: `${found} at ${shown.at}${limit}` };
}

const unitOf = ({ unit }: Measured) => (unit === undefined || unit === "" ? "" : ` ${unit}`);

function isKept(found: Found, expected: Expected | undefined): boolean {
  if (found === null) return false;
  if (expected === undefined) return true;
  const { is, limit } = expected;
  if (typeof found === "number" && typeof limit === "number") return RELATIONS[is](found, limit);
  return is === "==" && found === limit;
}

function expectedOf({ name, expected }: Measured): Expected | undefined {
  const named = saidBy(name);
  if (named === undefined || expected === undefined) return named ?? expected;
  if (named.is === expected.is && named.limit === expected.limit) return named;
  throw new Disbelieved(
    `measures "${name}" by ${expected.is} ${expected.limit}; expected ${named.is} ${named.limit}, as its name says`,
  );
}

/** `error rate < 1 %` says a limit, and `no errors in logs` that there are none. */
function saidBy(name: string): Expected | undefined {
  const [, is, limit] = / (<=|<|>=|>) (\d+(?:\.\d+)?)(?: |$)/.exec(name) ?? [];
  if (is === "<" || is === "<=" || is === ">" || is === ">=") return { is, limit: Number(limit) };
  return name.startsWith("no ") ? { is: "==", limit: 0 } : undefined;
}
