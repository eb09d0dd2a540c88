/** Where runbooks lie. Their pages are `pages.ts`'s, apart: they link panels, and panels link here. Pure. */
export { anchorOf, pagePath, runbookUrl } from "./address";
