/** Names of what a statement speaks of, as people write them: `Product`, `Product.version`, `shop.Order`. Pure. */
import type { Node, RangeVar } from "libpg-query";

/** A table, without the schema that is meant where none is named. */
export const tableOf = ({ schemaname, relname = "" }: RangeVar = {}): string =>
  schemaname === undefined || schemaname === "public" ? relname : `${schemaname}.${relname}`;

/** The texts of a list of `String` nodes. */
export const textsOf = (nodes: readonly Node[] = []): readonly string[] =>
  nodes.flatMap((node) => ("String" in node && node.String.sval !== undefined ? [node.String.sval] : []));

const dotted = (parts: readonly string[]): string =>
  parts.filter((part, index) => index > 0 || part !== "public" || parts.length === 1).join(".");

/** What `DROP` and `ALTER … RENAME` name, whatever kind of object it is. */
export function objectName(node: Node): string {
  if ("List" in node) return dotted(textsOf(node.List.items));
  if ("String" in node) return node.String.sval ?? "";
  if ("TypeName" in node) return dotted(textsOf(node.TypeName.names));
  if ("ObjectWithArgs" in node) return dotted(textsOf(node.ObjectWithArgs.objname));
  return "RangeVar" in node ? tableOf(node.RangeVar) : "";
}

/** The tables of a list of `RangeVar` nodes. */
export const tablesOf = (nodes: readonly Node[] = []): readonly string[] =>
  nodes.flatMap((node) => ("RangeVar" in node ? [tableOf(node.RangeVar)] : []));
