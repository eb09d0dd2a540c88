/** The documents of a file: YAML as Kubernetes reads it, or JSON. */
import { isMap, isScalar, parseAllDocuments, visit, type Document } from "yaml";

/** One document of a file, or why it is none. */
export type Parsed = { readonly value: unknown } | { readonly broken: string };

const RENDER_FIRST =
  "is a template, which is no manifest before it is rendered: render it first (helm template …) and judge what comes out";

/** The documents of a text, in order; empty ones are left out. A broken one says what is wrong with it. */
export function parseDocuments(text: string): Parsed[] {
  const json = jsonOf(text);
  if (json !== undefined) return [{ value: json }];
  return parseAllDocuments(text, {
    // go-yaml, which Kubernetes reads with, takes `yes` for true and merges by `<<`, but knows neither times nor dates.
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
    prettyErrors: true,
  }).flatMap((document) => parsedOf(document, text));
}

const isTime = ({ tag, format }: { readonly tag: string; readonly format?: string }) =>
  format === "TIME" || tag === "tag:yaml.org,2002:timestamp";

function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsedOf(document: Document.Parsed, text: string): Parsed[] {
  const [fault] = document.errors;
  if (fault !== undefined) {
    const [start, end] = [document.range[0], document.range[2]];
    const template = text.slice(start, end).includes("{{");
    return [{ broken: template ? RENDER_FIRST : `does not parse: ${fault.message.trimEnd()}` }];
  }
  if (document.contents === null || isNothing(document.contents)) return [];
  return [isTemplate(document) ? { broken: RENDER_FIRST } : { value: document.toJS() }];
}

const isNothing = (node: unknown) => isScalar(node) && node.value === null;

/** What helm alone fills in: other texts between braces belong to Prometheus or Grafana, and stay as they are. */
const HELM = /\{\{[^}]*(?:\.(?:Values|Release|Chart|Capabilities)\b|\binclude\b)/;

/** Kinds that may hold any text at all, templates of others among them. */
const HOLDS_TEXT = ["ConfigMap", "Secret"];

function isTemplate(document: Document.Parsed): boolean {
  const holdsText = isMap(document.contents) && HOLDS_TEXT.includes(String(document.contents.get("kind")));
  let found = false;
  visit(document, {
    // `{{ x }}` without quotes is a mapping with a mapping for a key.
    Pair: (_, { key }) => {
      found ||= isMap(key);
      return found ? visit.BREAK : undefined;
    },
    Scalar: (_, { value: text }) => {
      found ||= !holdsText && typeof text === "string" && HELM.test(text);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}
