/** Asking a system's database from a shell. Pure. */
import type { DatabaseQuery } from "../sql/query";
import type { Watched } from "../watched";

/** The Secret of the namespace that holds the database's URL, and its key: each system with a database names it so. */
export const databaseSecret = ({ system }: Pick<Watched, "system">) =>
  ({ name: `${system}-database`, key: "DATABASE_URL" }) as const;

/** Sets `DATABASE_URL`, without what Prisma alone reads there and libpq refuses. */
export function connect(watched: Watched): string {
  const { name, key } = databaseSecret(watched);
  return [
    `DATABASE_URL=$(kubectl get secret ${name} -n ${watched.namespace} -o jsonpath='{.data.${key}}' | base64 -d)`,
    "DATABASE_URL=${DATABASE_URL%%\\?*}",
  ].join("\n");
}

/** Runs statements once {@link connect} has run. */
export const psql = (...statements: readonly string[]): string =>
  [`psql "$DATABASE_URL" <<'SQL'`, ...statements.map((sql) => `${sql};`), "SQL"].join("\n");

/** Asks each question of a list, and says before it what must come. */
export const asking = (queries: readonly DatabaseQuery[]): string =>
  [
    `psql "$DATABASE_URL" <<'SQL'`,
    ...queries.flatMap(({ name, sql, equals }) => [
      String.raw`\echo ${name.replaceAll("'", "’")}${equals === undefined ? "" : `: ${equals}`}`,
      `${sql};`,
    ]),
    "SQL",
  ].join("\n");
