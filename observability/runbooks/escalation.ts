/** Who is called, and when (rows K28, L17, S2, E11). Pure. */
import { markdownTable } from "markdown-table";
import type { Text, Watched } from "../watched";
import { WORDS } from "./words";

/** The levels in a few words. */
export const levelsOf = ({ contacts: { escalation: levels } }: Watched): readonly string[] =>
  levels.map(({ to, after }) => `${after.text}: ${to}`);

/** The last section of a page. */
export function escalation(
  { contacts: { escalation: levels, people } }: Watched,
  say: (text: Text) => string,
): string {
  const steps = markdownTable([
    [say(WORDS.after), say(WORDS.who)],
    ...levels.map(({ to, after }) => [after.text, to]),
  ]);
  const persons = markdownTable([
    [WORDS.role, WORDS.name, WORDS.contact].map(say),
    ...people.map(({ role, name, contact }) => [
      role,
      name ?? say(WORDS.undecided),
      contact ?? say(WORDS.undecided),
    ]),
  ]);
  return [
    `## ${say(WORDS.escalation)}`,
    ...(levels.length === 0 ? [] : [steps]),
    people.length === 0 ? say(WORDS.nobody) : persons,
  ].join("\n\n");
}
