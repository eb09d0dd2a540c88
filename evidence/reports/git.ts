/** The working tree that was built (`git status --porcelain=v2 --branch`). */
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";

/** How many fields stand before the path, by the first letter of a line. */
const BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10, "?": 1 };

/** @see https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
export const git: Format<"git"> = {
  title: "git status --porcelain=v2 --branch",
  kind: "git",
  recognise: ({ text }) => text.startsWith("# branch.oid "),
  read: ({ text }) => {
    const lines = text.split(/\r?\n/).filter((line) => line !== "");
    const commit = header(lines, "oid");
    if (commit === "(initial)")
      throw new Disbelieved("is of a branch without a commit; expected the one built");
    // Ignored files are none of the commit's.
    const changed = lines.filter((line) => !line.startsWith("#") && !line.startsWith("!")).map(pathOf);
    return {
      finding: { kind: "git", clean: changed.length === 0, changed, branch: header(lines, "head") },
      tool: "git",
      commit,
    };
  },
};

function header(lines: readonly string[], name: string): string {
  const start = `# branch.${name} `;
  const found = lines.find((line) => line.startsWith(start));
  if (found === undefined) throw new Disbelieved(`has no line "${start.trim()}"; expected --branch`);
  return found.slice(start.length);
}

function pathOf(line: string): string {
  const fields = BEFORE_PATH[line.charAt(0)];
  const path = line.split(" ").slice(fields).join(" ").split("\t")[0];
  if (fields === undefined || !path) throw new Disbelieved(`has a line that git does not write: "${line}"`);
  return path;
}
