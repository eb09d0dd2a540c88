/** The statements of a migration's SQL, by PostgreSQL's own parser (libpg_query, of PostgreSQL 18). */
import type { Node, RawStmt } from "libpg-query";

/** One statement. */
export interface Statement {
  readonly node: Node;
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** The line of a place within it, from 1; `location` is the parser's. */
  readonly lineAt: (location: number | undefined) => number;
  /** The comments before it. */
  readonly comments: string;
}

export type Script =
  { readonly statements: readonly Statement[] } | { readonly fault: string; readonly line: number };

/** Parses a script. A text without a statement has none; one that PostgreSQL would not read has a fault. */
export async function parseScript(sql: string): Promise<Script> {
  if (leading(sql).length === sql.length) return { statements: [] };
  // 2 MB of WebAssembly, for stacks that name a folder of migrations alone.
  const { hasSqlDetails, parse } = await import("libpg-query");
  try {
    const { stmts = [] } = await parse(sql);
    return { statements: statementsOf(sql, stmts) };
  } catch (error) {
    if (!hasSqlDetails(error)) throw error;
    const before = Array.from(sql).slice(0, error.sqlDetails?.cursorPosition ?? 0);
    return { fault: error.message, line: lines(before.join("")) };
  }
}

const lines = (text: string): number => text.split("\n").length;

/** Spaces, comments and empty statements at the beginning of a text. */
const leading = (text: string): string => /^(?:[\s;]+|--[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? "";

/** The parser's locations are bytes; a statement begins where the one before it ends, comments and all. */
function statementsOf(sql: string, parsed: readonly RawStmt[]): readonly Statement[] {
  const bytes = Buffer.from(sql);
  const lineOf = (location: number) => lines(bytes.subarray(0, location).toString());
  let end = 0;
  return parsed.flatMap(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
    if (stmt === undefined) return [];
    const begin = end;
    end = length === undefined || length === 0 ? bytes.length : from + length;
    const comments = leading(bytes.subarray(begin, end).toString());
    const line = lineOf(begin + Buffer.byteLength(comments));
    return [
      {
        node: stmt,
        line,
        lineAt: (location) => (location === undefined ? line : lineOf(location)),
        comments,
      },
    ];
  });
}
