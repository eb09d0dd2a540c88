/** The page that a post-mortem begins with: what is known, and the document's own questions. Rows K23, G14. Pure. */
import type { Language, Text } from "../observability/watched";
import type { ReleaseEvent } from "./event";
import { messageOf } from "./message";
import { say } from "./words";

const HEADINGS = {
  facts: { es: "Hechos", en: "Facts" },
  timeline: { es: "Cronología (UTC)", en: "Timeline (UTC)" },
  questions: { es: "Preguntas", en: "Questions" },
  after: { es: "Después", en: "Afterwards" },
  open: { es: "Por escribir.", en: "To be written." },
} as const satisfies Readonly<Record<string, Text>>;

/** Anything that begins a line of Markdown's own is none in a fact. */
const inline = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll(/([\\`*_[\]<>|#])/g, "\\$1");

const heading = (key: keyof typeof HEADINGS, language: Language) => HEADINGS[key][language];
const unmarked = (line: string) => line.replace(/^• /, "");

/**
 * Markdown of a post-mortem: `event` is the release's `postMortem`, `past` what was told of it before, in any order.
 * Whoever calls it hides the secrets (`hiding` of hide.ts).
 */
export function postMortemPage(
  event: Extract<ReleaseEvent, { kind: "postMortem" }>,
  past: readonly ReleaseEvent[],
  language: Language,
): string {
  const tell = (key: Parameters<typeof say>[0], value = "") => say(key, language, { value });
  const happened = [...past].sort((a, b) => a.at.getTime() - b.at.getTime());
  const questions = (["whatFailed", "howPrevent", "moreTests"] as const).flatMap((key) => [
    `### ${unmarked(tell(key))}`,
    heading("open", language),
  ]);
  const duties = (["incidentDocs", "schedulePostMortem", "releasePlan"] as const).map(
    (key) => `- [ ] ${unmarked(tell(key))}`,
  );
  return [
    `# ${inline(messageOf(event, language).title)}`,
    `## ${heading("facts", language)}`,
    [
      `- ${tell("reason", inline(event.reason))}`,
      `- ${tell("version", inline(event.version))}`,
      `- ${event.meeting === undefined ? tell("noMeeting") : tell("meeting", event.meeting.toISOString())}`,
    ].join("\n"),
    `## ${heading("timeline", language)}`,
    happened.map((one) => `- ${one.at.toISOString()} ${inline(messageOf(one, language).title)}`).join("\n"),
    `## ${heading("questions", language)}`,
    ...questions,
    `## ${heading("after", language)}`,
    duties.join("\n"),
    "",
  ].join("\n\n");
}
