/** `docs/settings.md`: every key of a stack file as a table, from the JSON Schema. Pure. */
import { markdownTable } from "markdown-table";
import type * as z from "zod";

type Json = z.core.JSONSchema.JSONSchema;
type Node = z.core.JSONSchema._JSONSchema | undefined;

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

const HEAD = `# Settings of a stack

<!-- Generated from settings/ by \`npx tsx settings/json-schema.ts --write\`. -->

A stack's settings are the \`golive:\` keys under \`config\` of \`Pulumi.<stack>.yaml\`. They are parsed once, before
anything is declared; every mistake is listed at once, with its line, what was found, what is allowed and how to mend
it. The first line of a stack file, \`# yaml-language-server: $schema=schema/stack.schema.json\`, makes an editor complete
and check it.

- A value in **bold** must be given. \`—\` as default: not set, as the meaning says.
- Quantities are Kubernetes' own: \`200m\` is 0.2 of a CPU, \`200Mi\` is 200 · 1024² bytes.
- A value of \`environment\` is a text, a secret (\`pulumi config set --secret --path 'golive:kometa.environment.NAME'\`) or
  taken from elsewhere by one of \`{ secretRef: { name, key } }\`, \`{ generate: { length, version } }\`,
  \`{ external: { key, property, version } }\` and \`{ sealed: AgB… }\`: [which when](secrets.md). A variable whose name
  ends in PASSWORD, TOKEN, SECRET, KEY and the like, or whose value looks like a credential, may not be a text.
- Keys of other namespaces, such as \`aws:region\`, belong to Pulumi's providers; golive neither reads nor checks them.
`;

/** The page. */
export function formatReference({ properties = {}, required = [] }: Json, namespace: string): string {
  const sections = Object.entries(properties).map(([name, node]) =>
    section(`${namespace}:${name}`, node, required.includes(name)),
  );
  return [HEAD, ...sections].join("\n");
}

function section(title: string, node: Node, required: boolean): string {
  const rows = isSchema(node) ? rowsOf(node, "") : [];
  const table = markdownTable([
    ["key", "type", "default", "meaning"],
    ...rows.map(({ key, type, fallback, meaning }) => [key, type, fallback, meaning]),
  ]);
  const meaning = isSchema(node) ? (node.description ?? "") : "";
  return `## \`${title}\`\n\n${meaning} ${required ? "Required." : "Optional."}\n\n${table}\n`;
}

function isSchema(node: Node): node is Json {
  return typeof node === "object";
}

function rowsOf({ properties = {}, required = [] }: Json, prefix: string): readonly Row[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    if (!isSchema(node)) return [];
    const key = `${prefix}${name}`;
    const must = required.includes(name);
    const row = {
      key: must ? `**\`${key}\`**` : `\`${key}\``,
      type: typeOf(node),
      fallback: defaultOf(node),
      meaning: node.description ?? "",
    };
    return [row, ...rowsOf(node, `${key}.`), ...itemRows(node, key)];
  });
}

/** Keys of the mappings that a list holds: `people[].role`. */
function itemRows(node: Json, key: string): readonly Row[] {
  const item = itemOf(node);
  return isSchema(item) ? rowsOf(item, `${key}[].`) : [];
}

function typeOf(node: Json): string {
  if (node.type === "array") return isSchema(itemOf(node)) ? `list of ${titleOf(itemOf(node))}` : "list";
  if (node.type === "integer") return `whole number, ${node.minimum ?? ""} to ${node.maximum ?? ""}`;
  if (node.type === "object" && node.additionalProperties !== false) return "mapping of NAME: value";
  return titleOf(node);
}

function itemOf({ items }: Json): Node {
  return Array.isArray(items) ? undefined : items;
}

function titleOf(node: Node): string {
  if (!isSchema(node)) return "";
  return (
    node.title ??
    (node.const === undefined ? (node.type === "object" ? "mapping" : "") : `\`${String(node.const)}\``)
  );
}

function defaultOf({ default: fallback }: Json): string {
  return fallback === undefined
    ? "—"
    : `\`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
}
