/** Reads a folder of migrations. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { migrationsOf } from "./layout";
import type { Text } from "./review";

/** The migrations of a folder with their SQL, in their order; `undefined` where there is no such folder. */
export function readMigrations(folder: string): readonly Text[] | undefined {
  if (!existsSync(folder)) return undefined;
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
  return migrationsOf(paths.map((path) => path.split(sep).join("/"))).map((migration) => ({
    ...migration,
    sql: textOf(migration.file),
    reverseSql: existsSync(join(folder, migration.reverse)) ? textOf(migration.reverse) : undefined,
  }));
}
