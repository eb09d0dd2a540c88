/** Where a container's image comes from and whether its name always means the same build, in CEL. */
import type { Field } from "../checks/field";
import { HUB, imagePatterns, registryPrefixes } from "../checks/image-reference";
import { type Form, literal, literals, textsOf } from "./form";

const { repository, tag, digest } = imagePatterns;
const image = 'c.?image.orValue("")';
const digested = `^${repository}(:${tag})?@${digest}$`;

const matches = (pattern: string) => `${image}.matches(${literal(pattern)})`;

function escaped(text: string): string {
  return text.replace(/[.+*?^$()[\]{}|\\]/g, "\\$&");
}

/** What is below a registry or a folder of it, or is that repository itself: a name that only begins alike is neither. */
const below = (prefix: string): string => (prefix === HUB ? anyOfHub : `${spelled(prefix)}(/|:|@|$)`);

/** Whatever names no registry, and what names Docker Hub. */
const anyOfHub = `((index\\.)?${escaped(HUB)}/|[^/.:A-Z]+/|[^/]*$)`;

/** Docker Hub goes without its name, and its own images without `library`. */
function spelled(prefix: string): string {
  const [registry = "", ...path] = prefix.split("/");
  if (registry !== HUB) return escaped(prefix);
  const hub = `((index\\.)?${escaped(HUB)}/)?`;
  return path[0] === "library" && path.length > 1
    ? `${hub}(library/)?${escaped(path.slice(1).join("/"))}`
    : `${hub}${escaped(path.join("/"))}`;
}

/** True of an image within one of the registries. */
function isWithin(registries: readonly string[]): string {
  if (registries.length === 0) return "false";
  const prefixes = [...new Set(registries.flatMap(registryPrefixes))];
  const within = `(${matches(`^${repository}(:${tag})?(@${digest})?$`)} && ${matches(`^(${prefixes.map(below).join("|")})`)}`;
  const isLocal = `${image}.startsWith("localhost/")`;
  return prefixes.includes(HUB) && !prefixes.includes("localhost")
    ? `${within} && !${isLocal})`
    : `${within})`;
}

export const imageForms = {
  "image-tag": {
    judges: "all",
    refuses: `!${matches(digested)} && (!${matches(`^${repository}:${tag}$`)} || ${matches("(?i):latest$")})`,
  },
  "image-digest": {
    judges: "all",
    refuses: (parameters: Field) => `!${matches(digested)} && !${isWithin(textsOf(parameters.at("tagged")))}`,
  },
  "image-registry": {
    judges: "all",
    refuses: (parameters: Field) => {
      const registries = textsOf(parameters.at("registries"));
      return registries.length === 0 ? "false" : `!${isWithin(registries)}`;
    },
  },
  // The API server fills it in before a policy sees it.
  "pull-policy": {
    judges: "all",
    refuses: (parameters: Field) =>
      `!(c.?imagePullPolicy.orValue("") in ${literals(textsOf(parameters.at("policies")))})`,
  },
} as const satisfies Readonly<Record<string, Form>>;
