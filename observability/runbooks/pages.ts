/** The runbook pages: one a system and stack, in each language, with a section for each of its alerts. Pure. */
import type { RuleGroup } from "../rules/rule";
import { LANGUAGES, type Watched } from "../watched";
import { runbookPage, type Page } from "./page";

/** A system's pages in both languages. `groupsOf` gives all of its rules: what they say is in the platform's language. */
export const runbookPages = (
  watched: Watched,
  groupsOf: (watched: Watched) => readonly RuleGroup[],
): readonly Page[] =>
  LANGUAGES.map((language) => {
    const spoken = { ...watched, platform: { ...watched.platform, language } };
    return runbookPage(spoken, groupsOf(spoken));
  });
