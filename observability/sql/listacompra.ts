/** What ListaCompra's database is asked: its document names no question, Prisma's own table has two (rows L8, L19). Pure. */
import type { DatabaseQuery } from "./query";

export const LISTACOMPRA_QUERIES: readonly DatabaseQuery[] = [
  {
    name: "no migration is half applied",
    sql: "SELECT count(*) AS value FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL",
    equals: 0,
  },
  {
    name: "the last migrations",
    sql: "SELECT migration_name, finished_at FROM _prisma_migrations ORDER BY finished_at DESC LIMIT 3",
  },
];
