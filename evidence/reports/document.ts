/** A document of the release: any text. */
import type { Format } from "./format";

/** CHANGELOG, release notes, README, API docs, runbook, rollback plan. Read for what is cited as a document, whatever it holds. */
export const document: Format<"document"> = {
  title: "a text",
  kind: "document",
  recognise: () => false,
  read: ({ text }, { version }) => ({
    finding: { kind: "document", mentionsVersion: mentions(text, version), text },
    tool: "a text",
  }),
};

/**
 * Whether a text has something of a version: its name where something is said, or as a heading with something below it.
 * `1.1.0` is neither `1.1.0-rc.1` nor `11.1.0`. Where a link leads is not said.
 */
export function mentions(text: string, version: string): boolean {
  const name = version.replace(/^v/, "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\w.-])v?${name}(?![\\w-]|\\.\\w|\\+)`, "i");
  const lines = text.split(/\r?\n/).filter((line) => !LINK.test(line));
  return lines.some((line, index) => pattern.test(line) && (!isHeading(line) || hasText(lines, index)));
}

/** Markdown's definition of a link: `[1.1.0]: https://…`. */
const LINK = /^\s*\[[^\]]+\]:\s/;

const levelOf = (line: string) => /^(#{1,6})\s/.exec(line)?.[1]?.length;
const isHeading = (line: string) => levelOf(line) !== undefined;

/** Whether anything but headings stands below a heading, up to the next that is not below it. */
function hasText(lines: readonly string[], heading: number): boolean {
  const level = levelOf(lines[heading] ?? "") ?? 0;
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => (levelOf(line) ?? Infinity) <= level);
  const section = end === -1 ? below : below.slice(0, end);
  return section.some((line) => line.trim() !== "" && !isHeading(line));
}
