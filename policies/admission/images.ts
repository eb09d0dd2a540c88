/** Where a container's image comes from and whether its name always means the same build, in CEL. */
import { type Form, literal } from "./form";

const image = 'c.?image.orValue("")';
const name = "[A-Za-z0-9][A-Za-z0-9._:/-]*";
/** A tag follows a colon after the last slash: what precedes that may be a registry's port. */
const tagged = `^([A-Za-z0-9][A-Za-z0-9._:/-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`;
const digested = `^${name}@sha256:[0-9a-f]{64}$`;

const matches = (pattern: string) => `${image}.matches(${literal(pattern)})`;

export const imageForms = {
  "image-tag": {
    judges: "all",
    refuses: `!${matches(digested)} && (!${matches(tagged)} || ${matches("(?i):latest$")})`,
  },
  "image-digest": { judges: "all", refuses: `!${matches(digested)}` },
} as const satisfies Readonly<Record<string, Form>>;
