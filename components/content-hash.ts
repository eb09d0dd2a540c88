/** The end of a name that changes with a content. Pure. */
import { createHash } from "node:crypto";

/** Characters of {@link contentHash}. */
export const HASH_LENGTH = 8;

/** Eight hexadecimal digits by which contents differ: an object so named is replaced, not changed, and what names it follows. */
export const contentHash = (content: unknown): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, HASH_LENGTH);
