/** The `.env` of a system's environment Local, as an example to copy. Pure. */

/** One variable, and what it is for. */
export interface Line {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  /** Whether the variable is shown as a comment alone. @default false */
  readonly isComment?: boolean;
}

/** The text of `.env.example`. */
export function environmentFile(system: string, lines: readonly Line[]): string {
  const head = `# Environment Local of ${system}, written by golive local ${system}. Copy it to .env beside the application.`;
  return [head, ...lines.map(describe), ""].join("\n");
}

const describe = ({ name, value, description, isComment = false }: Line) =>
  `\n# ${description}\n${isComment ? "# " : ""}${name}=${quoted(value)}`;

/** As dotenv, shells and Compose read it alike: what is more than letters, digits and the marks of a URL stands in single quotes. */
const quoted = (value: string) =>
  /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
