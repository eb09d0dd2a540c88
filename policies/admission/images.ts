/** Where a container's image comes from and whether its name always means the same build, in CEL. */
import type { Field } from "../checks/field";
import { type Form, literal, textsOf } from "./form";

const image = 'c.?image.orValue("")';
const name = "[A-Za-z0-9][A-Za-z0-9._:/-]*";
/** A tag follows a colon after the last slash: what precedes that may be a registry's port. */
const tagged = `^([A-Za-z0-9][A-Za-z0-9._:/-]*/)?[A-Za-z0-9][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`;
const digested = `^${name}@sha256:[0-9a-f]{64}$`;

const matches = (pattern: string) => `${image}.matches(${literal(pattern)})`;

/** Docker Hub goes without its name, and its own images without `library`. */
function spellings(registry: string): string[] {
  const [, onHub] = /^(?:docker\.io|index\.docker\.io)\/(.+)$/.exec(registry) ?? [];
  const host = registry.split("/")[0] ?? "";
  const short = onHub ?? (/[.:]|^localhost$/.test(host) ? undefined : registry);
  if (short === undefined) return [registry];
  const official = short.replace(/^library\//, "");
  return [
    short,
    official,
    ...[short, official].flatMap((path) => [`docker.io/${path}`, `index.docker.io/${path}`]),
  ];
}

/** What is below a registry or a folder of it, or is that repository itself: a name that only begins alike is neither. */
function below(registry: string): string {
  const [path] = registry.split(/\/+$/);
  const names = [...new Set(spellings(path ?? ""))].map((text) =>
    text.replace(/[.+*?^$()[\]{}|\\]/g, "\\$&"),
  );
  return `(${names.join("|")})${registry.includes("/") ? "(/|:|@|$)" : "/"}`;
}

export const imageForms = {
  "image-tag": {
    judges: "all",
    refuses: `!${matches(digested)} && (!${matches(tagged)} || ${matches("(?i):latest$")})`,
  },
  "image-registry": {
    judges: "all",
    refuses: (parameters: Field) => {
      const registries = textsOf(parameters.at("registries"));
      return registries.length === 0 ? "false" : `!${matches(`^(${registries.map(below).join("|")})`)}`;
    },
  },
  "image-digest": { judges: "all", refuses: `!${matches(digested)}` },
} as const satisfies Readonly<Record<string, Form>>;
