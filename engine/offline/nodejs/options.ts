// What a project may say under `runtime.options` in Pulumi.yaml.

/** Options of the nodejs runtime (source: https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options). */
export interface RuntimeOptions {
  /** Load TypeScript by ts-node. Default: true. */
  readonly typescript: boolean;
  /** Path of tsconfig.json. Default: empty, which means the program's own. */
  readonly tsconfig: string;
  /** Arguments for node itself. Default: none. */
  readonly nodeargs: readonly string[];
  /** Default: `auto`, which means the one whose lock file is found. */
  readonly packagemanager: PackageManager;
}

const PACKAGE_MANAGERS = ["auto", "npm", "yarn", "pnpm", "bun"] as const;
type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** Reads the options as Pulumi's own host does; an option of the wrong type is an error that names it. */
export function parseOptions(options: Readonly<Record<string, unknown>>): RuntimeOptions {
  const { typescript = true, tsconfig = "", nodeargs = "", packagemanager = "auto" } = options;
  if (typeof typescript !== "boolean") throw new Error("typescript option must be a boolean");
  if (typeof tsconfig !== "string") throw new Error("tsconfigpath option must be a string");
  if (typeof nodeargs !== "string") throw new Error("nodeargs option must be a string");
  return {
    typescript,
    tsconfig,
    nodeargs: splitWords(nodeargs),
    packagemanager: packageManager(packagemanager),
  };
}

function packageManager(value: unknown): PackageManager {
  if (typeof value !== "string") throw new Error("packagemanager option must be a string");
  const known = PACKAGE_MANAGERS.find((name) => name === value);
  if (known !== undefined) return known;
  throw new Error(
    `packagemanager option must be one of auto, npm, yarn, pnpm or bun, got ${JSON.stringify(value)}`,
  );
}

const WORD = /(?:[^\s"'\\]+|\\.|"(?:\\.|[^"\\])*"|'[^']*')+/gs;
const PIECE = /\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'|([^\s"'\\]+)/gs;

/** Splits as a shell would: blanks separate, quotes and backslashes keep. An open quote is an error. */
export function splitWords(text: string): string[] {
  if (text.replace(WORD, "").trim() !== "") throw new Error(`nodeargs option has an open quote: ${text}`);
  return (text.match(WORD) ?? []).map(unquote);
}

function unquote(word: string): string {
  return word.replace(
    PIECE,
    (_, escaped?: string, double?: string, single?: string, plain?: string) =>
      escaped ?? double?.replace(/\\(.)/gs, "$1") ?? single ?? plain ?? "",
  );
}
