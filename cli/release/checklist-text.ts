/** A judged checklist as text: by moment, then by the document's own sections. Pure. */
import { styleText } from "node:util";
import type { Moment } from "../../evidence/line";
import type { Language } from "../../evidence/text";
import type { LineVerdict } from "../../evidence/verdict";
import type { Checked } from "./check";

export interface Look {
  readonly colour: boolean;
  /** Characters of a line. */
  readonly columns: number;
}

type State = LineVerdict["state"];
type Style = Parameters<typeof styleText>[0];

interface Words {
  readonly moments: Readonly<Record<Moment, string>>;
  readonly states: Readonly<Record<State, string>>;
  readonly until: string;
  readonly waivers: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  es: {
    moments: { before: "Antes", during: "Durante", after: "Después" },
    states: { met: "cumplidas", "not-met": "por cumplir", waived: "dispensadas", later: "para más tarde" },
    until: "hasta",
    waivers: "Dispensas",
  },
  en: {
    moments: { before: "Before", during: "During", after: "After" },
    states: { met: "met", "not-met": "not met", waived: "waived", later: "due later" },
    until: "until",
    waivers: "Waivers",
  },
};

const MOMENTS: readonly Moment[] = ["before", "during", "after"];

const MARKS: Readonly<Record<State, { readonly mark: string; readonly style: Style }>> = {
  met: { mark: "[x]", style: "green" },
  "not-met": { mark: "[ ]", style: "red" },
  waived: { mark: "[~]", style: "yellow" },
  later: { mark: "[-]", style: "gray" },
};

/** The text, ready to print. */
export function checklistText(checked: Checked, look: Look): string {
  const { checklist, version, stack, language, verdicts } = checked;
  const words = WORDS[language];
  const title = `${checklist.title[language]}\n${checklist.system} ${version} → ${stack}`;
  const moments = MOMENTS.flatMap((moment) => {
    const own = verdicts.filter(({ line }) => line.moment === moment);
    return own.length === 0
      ? []
      : [
          `${styled("bold", `${words.moments[moment]}: ${counts(own, words)}`, look)}\n${sections(own, language, look)}`,
        ];
  });
  const notes = [...checked.mistakes, ...checked.unused].map((note) => wrapped(`- ${note}`, 2, look));
  const waivers = notes.length === 0 ? [] : [`${words.waivers}:\n${notes.join("\n")}`];
  return [styled("bold", title, look), ...moments, ...waivers, counts(verdicts, words)].join("\n\n");
}

function counts(verdicts: readonly LineVerdict[], { states }: Words): string {
  const order: readonly State[] = ["met", "not-met", "waived", "later"];
  return order
    .map((state) => ({ state, count: verdicts.filter((verdict) => verdict.state === state).length }))
    .filter(({ state, count }) => count > 0 || state === "met")
    .map(({ state, count }) => `${count} ${states[state]}`)
    .join(", ");
}

function sections(verdicts: readonly LineVerdict[], language: Language, look: Look): string {
  const titles = [...new Set(verdicts.map(({ line }) => line.section[language]))];
  return titles
    .map((title) => {
      const own = verdicts.filter(({ line }) => line.section[language] === title);
      return [wrapped(title, 2, look), ...own.map((verdict) => entry(verdict, language, look))].join("\n");
    })
    .join("\n");
}

function entry(verdict: LineVerdict, language: Language, look: Look): string {
  const { line, state } = verdict;
  const { mark, style } = MARKS[state];
  const text = wrapped(`${mark} ${line.text[language]} (${line.id})`, 4, look, 8);
  const details = detailsOf(verdict, WORDS[language]).map((detail) =>
    styled("dim", wrapped(detail, 8, look), look),
  );
  return [text.replace(mark, styled(style, mark, look)), ...details].join("\n");
}

/** What stands below a line. A command is on a line of its own, whole: it is to be copied. */
function detailsOf(verdict: LineVerdict, { until }: Words): readonly string[] {
  switch (verdict.state) {
    case "met":
      return [verdict.by];
    case "not-met":
      return [verdict.missing, `$ ${verdict.command}`];
    case "waived":
      return [`${verdict.why} (${verdict.who}, ${until} ${verdict.until})`];
    case "later":
      return [];
  }
}

const styled = (style: Style, text: string, { colour }: Look) =>
  colour ? styleText(style, text, { validateStream: false }) : text;

/** A text broken between words, indented; a command stays whole. */
function wrapped(text: string, indent: number, { columns }: Look, hanging = indent): string {
  if (text.startsWith("$ ")) return " ".repeat(indent) + text;
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const word of text.split(" ")) {
    const isFull = line.trim() !== "" && line.length + 1 + word.length > columns;
    if (isFull) lines.push(line);
    if (isFull) line = " ".repeat(hanging) + word;
    else line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
