/** The report as Markdown, for a comment: the verdict and what is missing first, all the rest folded away. Pure. */
import { markdownTable } from "markdown-table";
import type { LineView, PolicyView, Tone, View } from "./view";

/** Columns are not made equal: it is for a page, and room is dear. */
const table = (rows: readonly (readonly string[])[]) =>
  markdownTable(
    rows.map((row) => [...row]),
    { alignDelimiters: false },
  );

const MARKS: Readonly<Record<Tone, string>> = { good: "✅", bad: "❌", warn: "⚠️", mute: "➖" };

/** The comment on some releases. */
export function reportMarkdown(views: readonly View[], nothing: string): string {
  return views.length === 0 ? `${nothing}\n` : views.map(section).join("\n");
}

function section(view: View): string {
  const { words: w, ready, system, version, stack, summary, refusals, checklist, policies } = view;
  const verdict = `${ready ? MARKS.good : MARKS.bad} ${ready ? w.ready : w.notReady}`;
  const open = checklist.moments.flatMap(({ sections }) =>
    sections.flatMap(({ lines }) => lines.filter(({ tone }) => tone === "bad" || tone === "warn")),
  );
  const rest = policies.open.filter(({ tone }) => tone !== "mute");
  return [
    `### ${inline(system)} ${inline(version)} → ${inline(stack)}: ${verdict}`,
    inline(summary),
    counts(view),
    ...(refusals.length === 0 ? [] : [`**${w.refusals}**`, ...block(open.map(lineItem))]),
    ...(rest.length === 0 ? [] : [`**${w.policies}**`, ...block(rest.map(policyItem))]),
    folded(w.checklist, checklistTables(view)),
    folded(w.resources, resourceTable(view)),
    "",
  ].join("\n\n");
}

const block = (items: readonly string[]): readonly string[] => (items.length === 0 ? [] : [items.join("\n")]);

function counts({ words: w, checklist, policies, resources }: View): string {
  const told = (of: View["checklist"] | View["policies"]) =>
    of.counts.map(({ tone, count, what }) => `${MARKS[tone]} ${count} ${what}`).join(" · ");
  return table([
    [w.checklist, w.policies, w.resources],
    [told(checklist), told(policies), String(resources.count)],
  ]);
}

/** A command is on a line of its own, to be copied. */
function lineItem({ tone, text, id, reason, command }: LineView): string {
  const told = `- ${MARKS[tone]} ${inline(text)} (${code(id)}): ${inline(reason)}`;
  return command === "" ? told : `${told}\n  ${code(command)}`;
}

const policyItem = ({ tone, rule, messages }: PolicyView) =>
  `- ${MARKS[tone]} ${code(rule)}: ${messages.map(inline).join("<br>")}`;

function checklistTables({ checklist, words: w }: View): string {
  return checklist.moments
    .map(({ title, counts: told, sections }) => {
      const rows = sections.flatMap(({ lines }) => lines.map(lineRow));
      return `**${title}**: ${told}\n\n${table([["", w.checklist, ""], ...rows])}`;
    })
    .join("\n\n");
}

const lineRow = ({ tone, state, text, reason }: LineView) => [
  `${MARKS[tone]} ${state}`,
  inline(text),
  inline(reason),
];

function resourceTable({ resources, words: w }: View): string {
  const rows = resources.components.map(({ name, kinds }) => [
    name,
    kinds.map(({ type, names }) => `${names.length} ${code(type)}`).join(", "),
  ]);
  return table([[w.components, w.resources], ...rows]);
}

const folded = (title: string, body: string) =>
  `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** A text that means itself within a line: no tag, no markup, no column, and it calls nobody by `@`. */
function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|~-]/g, "\\$&")
    .replace(/[&<>]/g, (letter) => ENTITIES[letter] ?? letter)
    .replace(/@/g, "@\u200b")
    .replace(/:\/\//g, ":\u200b//");
}

/** A text as code: between more backticks than it has in a row. */
function code(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}
