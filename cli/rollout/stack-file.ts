/** Edits of the stack file: the lines of a step, and not one other character. Pure but for its last function. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { isScalar, parseDocument } from "yaml";
import type { Setting } from "../../rollout/plan";
import { UserError } from "../user-error";

/**
 * The text of a stack file with other values. What a YAML parser would read as something else than a text is quoted.
 *
 * @throws {UserError} for a value, other than a switch's `false`, that the file does not have in a place of its own, and for a
 *   file that is no YAML.
 */
export function withSettings(text: string, settings: readonly Setting[]): string {
  const [fault] = parseDocument(text).errors;
  if (fault !== undefined) {
    throw new UserError(
      `the stack file is no YAML, and nothing is written into it: ${oneLine(fault.message)}`,
    );
  }
  return settings.reduce(withSetting, text);
}

const oneLine = (text: string): string => text.split("\n")[0]?.replace(/:$/, "") ?? "";

function withSetting(text: string, { path, value }: Setting): string {
  const place = placeOf(text, path);
  if (place === undefined) {
    // A switch that the file does not have is off.
    if (value === false) return text;
    throw new UserError(
      `golive:${path} is not in the stack file: write it there first, with its present value`,
    );
  }
  return `${text.slice(0, place.start)}${written(value)}${text.slice(place.end)}`;
}

/** What the stack file says at a path; undefined where it says nothing there. */
export const settingAt = (text: string, path: string): unknown => placeOf(text, path)?.value;

function placeOf(text: string, path: string) {
  const [first = "", ...rest] = path.split(".");
  const node = parseDocument(text).getIn(["config", `golive:${first}`, ...rest], true);
  if (!isScalar(node) || node.range === null || node.range === undefined) return undefined;
  const [start, end] = node.range;
  return { start, end, value: node.value };
}

/** A plain word stays plain; `10`, `1.10`, `true` or `a: b` would be read as something else. */
function written(value: Setting["value"]): string {
  const plain =
    typeof value !== "string" ||
    /^(?!(?:true|false|null|yes|no|on|off)$)[a-z](?:[\w./-]|:(?=\w))*$/i.test(value);
  return plain ? String(value) : JSON.stringify(value);
}

/** Changes a stack file whole or not at all: killed in the middle, the file is the one before. Says whether it changed. */
export async function editStackFile(file: string, edit: (text: string) => string): Promise<boolean> {
  const before = await readFile(file, "utf8");
  const after = edit(before);
  if (after === before) return false;
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, after);
  await rename(partial, file);
  return true;
}
