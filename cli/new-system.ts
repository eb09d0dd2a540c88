/** `golive new system NAME`: writes a working system, to be edited from there. */
import { access, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isMap, parseDocument } from "yaml";
import { repositoryRoot } from "../engine/cache";
import { stackSchema } from "../settings/schema";
import * as templates from "./new-system/templates";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

const NAME = /^[a-z][a-z0-9]{1,29}$/;
/** Words that TypeScript keeps to itself, or that the tables of the systems use. */
const KEPT =
  "arguments as async await break case catch class const continue debugger default delete do else enum eval export extends false finally for from function if implements import in index instanceof interface let new null of package private protected public return static super switch systems this throw true try type typeof undefined var void while with yield".split(
    " ",
  );

/** A file to be, by its path from the checkout. */
interface File {
  readonly path: string;
  readonly text: string;
}

/**
 * Writes settings, composition and test of a system, and its lines in the tables and in a stack file. Gives the paths.
 *
 * @throws {UserError} for a name that is none or is taken, a stack without a file, and a table that does not look as
 * it should; nothing is written then.
 */
export async function newSystem(name: string, stack: string): Promise<readonly string[]> {
  const names = { name, type: `${name.charAt(0).toUpperCase()}${name.slice(1)}` };
  const stackPath = path.basename(await stackFile(stack));
  const made = [
    { path: `settings/systems/${name}.ts`, text: templates.settingsFile(names) },
    { path: `systems/${name}.ts`, text: templates.compositionFile(names) },
    { path: `systems/watched/${name}.ts`, text: templates.watchedFile(names) },
    { path: `test/unit/systems/${name}.test.ts`, text: templates.testFile(names, stack) },
  ];
  await refuseName(name, made);
  const files = [
    ...made,
    await changed("settings/systems/index.ts", (text) => withSchema(text, name)),
    await changed("systems/index.ts", (text) => insert(text, /\n};\n/, templates.declaration(names))),
    await changed("systems/watched/index.ts", (text) => withWatched(text, names)),
    await changed("cli/doctor/endpoints.ts", (text) => insert(text, /\n};\n/, templates.endpoint(names))),
    await changed(stackPath, (text) => withKey(text, templates.stackEntry(names, stack))),
  ];
  for (const { path: file, text } of await Promise.all(files.map(formatted))) {
    await writeFile(path.join(repositoryRoot, file), text);
  }
  return files.map(({ path: file }) => file);
}

/** `golive new system NAME [--stack STACK]`: writes the files, and says what to do next. */
export async function newSystemCommand(name: string, stack: string): Promise<void> {
  const files = await newSystem(name, stack);
  console.log(
    [
      `${name} is a system now, and stands on ${stack}:`,
      ...files.map((file) => `  ${file}`),
      "",
      "Next:",
      `  edit golive:${name} in Pulumi.${stack}.yaml: host, image, limits, contacts`,
      "  npm run generate          the editor's schema and the pages of docs/",
      `  npx mocha test/unit/systems/${name}.test.ts`,
      `  npm run preview -- ${stack}`,
    ].join("\n"),
  );
}

async function refuseName(name: string, made: readonly File[]): Promise<void> {
  const given = `${JSON.stringify(name)} cannot be a system's name:`;
  if (!NAME.test(name)) {
    throw new UserError(`${given} expected 2 to 30 lower-case letters and digits, a letter first`);
  }
  if (KEPT.includes(name)) throw new UserError(`${given} it is a word of TypeScript's or of golive's own`);
  if (name in stackSchema.shape)
    throw new UserError(`${given} golive:${name} is a key of stack files already`);
  for (const { path: file } of made) {
    if (await isThere(file)) throw new UserError(`${given} ${file} is there already`);
  }
}

const isThere = (file: string) =>
  access(path.join(repositoryRoot, file)).then(
    () => true,
    () => false,
  );

async function changed(file: string, change: (text: string) => string): Promise<File> {
  const text = await readFile(path.join(repositoryRoot, file), "utf8");
  try {
    return { path: file, text: change(text) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`${file} does not look as golive wrote it: ${error.message}; add the lines by hand`);
  }
}

/** Puts `line` before the only match of `mark`, after the line break that the match begins with. */
function insert(text: string, mark: RegExp, line: string): string {
  const found = mark.exec(text);
  if (found === null) throw new RangeError(`there is no ${mark.source}`);
  const at = found.index + 1;
  return `${text.slice(0, at)}${line}${text.slice(at)}`;
}

/** The import, the entry with schema and rules, and the entry of the stack's schema. */
function withSchema(text: string, name: string): string {
  const imported = insert(
    text,
    /\n\n\/\*\* Key in the stack file/,
    `import * as ${name} from "./${name}";\n`,
  );
  const listed = imported.replace(
    /(export const SYSTEMS = \{[^}]*?),? \} as const;/,
    `$1, ${name} } as const;`,
  );
  if (listed === imported) throw new RangeError("there is no table SYSTEMS");
  return insert(listed, /\n} as const;\n/, `  ${name}: ${name}.schema.optional(),\n`);
}

/** The import, and the entry. */
const withWatched = (text: string, names: templates.Names) =>
  insert(
    insert(text, /\n\ntype Systems/, `import { ${names.name} } from "./${names.name}";\n`),
    /\n};\n/,
    templates.watchedEntry(names),
  );

/** The text of a stack file with one more key at the end of its `config`; its comments stay where they are. */
function withKey(text: string, entry: string): string {
  const config = parseDocument(text).get("config", true);
  if (!isMap(config) || !config.range) throw new RangeError("there is no config");
  const end = text.indexOf("\n", config.range[1] - 1);
  return end === -1 ? `${text}\n${entry}` : `${text.slice(0, end + 1)}${entry}${text.slice(end + 1)}`;
}

/** As `npm run format` leaves it. */
async function formatted({ path: file, text }: File): Promise<File> {
  const prettier = await import("prettier");
  const filepath = path.join(repositoryRoot, file);
  const options = await prettier.resolveConfig(filepath);
  return { path: file, text: await prettier.format(text, { ...options, filepath }) };
}
