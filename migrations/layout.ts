/** How the tools lay out a folder of migrations, and which file is the way back: as `components/migration/tools.ts` has it. Pure. */

/** One migration: its name as its tool keeps it, and its files by their paths from the folder. */
export interface Migration {
  readonly tool: Tool;
  readonly name: string;
  readonly file: string;
  /** Where its reverse is, or should be. */
  readonly reverse: string;
}

interface Layout {
  /** A migration's file, its name in the first group. */
  readonly pattern: RegExp;
  readonly reverse: (name: string) => string;
}

/** The first that fits a file has it; Prisma has no reverse of its own, and golive takes `down.sql` beside the migration. */
const LAYOUTS = {
  prisma: { pattern: /^([^/]+)\/migration\.sql$/, reverse: (name) => `${name}/down.sql` },
  "golang-migrate": { pattern: /^([^/]+)\.up\.sql$/, reverse: (name) => `${name}.down.sql` },
  "db-migrate": { pattern: /^sqls\/([^/]+)-up\.sql$/, reverse: (name) => `sqls/${name}-down.sql` },
  sql: { pattern: /^([^/]+\.sql)$/, reverse: (name) => name.replace(/\.sql$/, ".down.sql") },
} as const satisfies Readonly<Record<string, Layout>>;

export type Tool = keyof typeof LAYOUTS;

const TOOLS: readonly Tool[] = ["prisma", "golang-migrate", "db-migrate", "sql"];

/** What is a way back, and no migration. */
const REVERSE = /(?:^|[./-])down\.sql$/;

/** golang-migrate's 2 comes before its 10; the others go by the names alone. */
const numberOf = ({ tool, name }: Migration): bigint =>
  tool === "golang-migrate" ? BigInt(/^(\d+)/.exec(name)?.[1] ?? 0) : 0n;

function inOrder(a: Migration, b: Migration): number {
  const difference = numberOf(a) - numberOf(b);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The migrations of a folder in the order in which they are applied; `paths` are its files, from the folder, with `/`. */
export const migrationsOf = (paths: readonly string[]): readonly Migration[] =>
  paths
    .filter((file) => !REVERSE.test(file))
    .flatMap((file) => {
      const [tool] = TOOLS.filter((each) => LAYOUTS[each].pattern.test(file));
      if (tool === undefined) return [];
      const { pattern, reverse } = LAYOUTS[tool];
      const name = pattern.exec(file)?.[1] ?? "";
      return [{ tool, name, file, reverse: reverse(name) }];
    })
    .sort(inOrder);
