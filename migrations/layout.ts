/** How the tools lay out a folder of migrations, and which file is the way back. Pure. */

/** One migration: its name, and its files by their paths from the folder. */
export interface Migration {
  readonly name: string;
  readonly file: string;
  /** Where its reverse is, or should be. */
  readonly reverse: string;
}

interface Layout {
  readonly tool: string;
  /** A migration's file, its name in the first group. */
  readonly pattern: RegExp;
  readonly reverse: (name: string) => string;
}

/** The first that fits a file has it; Prisma has no reverse of its own, and golive takes `down.sql` beside the migration. */
const LAYOUTS: readonly Layout[] = [
  { tool: "prisma", pattern: /^([^/]+)\/migration\.sql$/, reverse: (name) => `${name}/down.sql` },
  { tool: "golang-migrate", pattern: /^([^/]+)\.up\.sql$/, reverse: (name) => `${name}.down.sql` },
  { tool: "db-migrate", pattern: /^(sqls\/[^/]+)-up\.sql$/, reverse: (name) => `${name}-down.sql` },
  { tool: "sql", pattern: /^([^/]+)\.sql$/, reverse: (name) => `${name}.down.sql` },
];

/** What is a way back, and no migration. */
const REVERSE = /(?:^|[./-])down\.sql$/;

/** A number, or a time, before the rest of the name. */
const numberOf = (name: string): bigint => BigInt(/^(?:sqls\/)?(\d+)/.exec(name)?.[1] ?? 0);

/** By their numbers, then by their names: golang-migrate's 2 comes before its 10. */
function inOrder(a: Migration, b: Migration): number {
  const difference = numberOf(a.name) - numberOf(b.name);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The migrations of a folder in the order in which they are applied; `paths` are its files, from the folder, with `/`. */
export const migrationsOf = (paths: readonly string[]): readonly Migration[] =>
  paths
    .filter((file) => !REVERSE.test(file))
    .flatMap((file) => {
      const [layout] = LAYOUTS.filter(({ pattern }) => pattern.test(file));
      const name = layout?.pattern.exec(file)?.[1];
      return layout === undefined || name === undefined
        ? []
        : [{ name, file, reverse: layout.reverse(name) }];
    })
    .sort(inOrder);
