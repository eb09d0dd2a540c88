/** Runbooks: a page a system and stack, in each language, with a section for each of its alerts. Pure. */
export { anchorOf, pagePath, runbookUrl } from "./address";
