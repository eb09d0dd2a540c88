/** Where a runbook lies, and which of its sections an alert's is. Pure. */
import type { AlertRule } from "../rules/rule";
import type { Language, Watched } from "../watched";

/**
 * The anchor that GitHub gives a heading: lower case, hyphens for spaces, without punctuation but `-` and `_`.
 * https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
 */
export const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/** Path of a system's page below `docs/runbooks`: Spanish is the documents' own language, and has no suffix. */
export const pagePath = ({ stack, system }: Watched, language: Language): string =>
  `${stack}/${system}${language === "es" ? "" : `.${language}`}.md`;

/** URL of the alert's section, in the stack's language: each of its pages has one section for each name of an alert. */
export const runbookUrl = (watched: Watched, { name }: Pick<AlertRule, "name">): string =>
  `${watched.platform.runbooks}/${pagePath(watched, watched.platform.language)}#${anchorOf(name)}`;
