/** What a statement's judge knows of those before it: what the release itself made, and which columns are never null. Pure. */
import type { AlterTableCmd, Constraint, Node, RenameStmt } from "libpg-query";
import { objectName, tableOf, textsOf } from "./names";

/** Names as `names.ts` writes them. */
export interface Known {
  /** Whether a table or a column was made by the release: no code that runs knows it. */
  readonly isFresh: (name: string) => boolean;
  /** Whether a valid CHECK says that a column is not null. */
  readonly isNeverNull: (column: string) => boolean;
  /** Whether the same migration added a constraint, by `table.constraint`. */
  readonly isAddedHere: (constraint: string) => boolean;
}

/** Gathers what is known, statement by statement. */
export class Memory implements Known {
  private readonly fresh = new Set<string>();
  private readonly neverNull = new Set<string>();
  private readonly added = new Set<string>();
  /** Constraints that say of a column that it is not null, by `table.constraint`. */
  private readonly notNull = new Map<string, string>();

  readonly isFresh = (name: string): boolean => this.fresh.has(name) || this.fresh.has(ownerOf(name));
  readonly isNeverNull = (column: string): boolean => this.neverNull.has(column);
  readonly isAddedHere = (constraint: string): boolean => this.added.has(constraint);

  /** A migration begins; `isNewRelease`: what was made until now is old. */
  begin(isNewRelease: boolean): void {
    this.added.clear();
    if (isNewRelease) this.fresh.clear();
  }

  /** Learns what a statement makes. */
  learn(node: Node): void {
    if ("CreateStmt" in node) this.fresh.add(tableOf(node.CreateStmt.relation));
    if ("CreateTableAsStmt" in node) this.fresh.add(tableOf(node.CreateTableAsStmt.into?.rel));
    if ("ViewStmt" in node && node.ViewStmt.replace !== true) this.fresh.add(tableOf(node.ViewStmt.view));
    if ("CreateEnumStmt" in node) this.fresh.add(textsOf(node.CreateEnumStmt.typeName).join("."));
    if ("IndexStmt" in node) this.fresh.add(node.IndexStmt.idxname ?? "");
    if ("RenameStmt" in node) this.rename(node.RenameStmt);
    if ("AlterTableStmt" in node) {
      const { relation, cmds = [] } = node.AlterTableStmt;
      for (const each of cmds) if ("AlterTableCmd" in each) this.alter(tableOf(relation), each.AlterTableCmd);
    }
  }

  /** What the release made keeps to be its own under another name. */
  private rename({ relation, object, subname, newname = "" }: RenameStmt): void {
    const owner = object === undefined ? tableOf(relation) : objectName(object);
    const [before, after] =
      subname === undefined ? [owner, newname] : [`${owner}.${subname}`, `${owner}.${newname}`];
    if (this.isFresh(before)) this.fresh.add(after);
  }

  private alter(table: string, { subtype, name = "", def }: AlterTableCmd): void {
    if (subtype === "AT_AddColumn" && def !== undefined && "ColumnDef" in def)
      this.fresh.add(`${table}.${def.ColumnDef.colname ?? ""}`);
    if (subtype === "AT_AddConstraint" && def !== undefined && "Constraint" in def)
      this.constrain(table, def.Constraint);
    const column = subtype === "AT_ValidateConstraint" ? this.notNull.get(`${table}.${name}`) : undefined;
    if (column !== undefined) this.neverNull.add(column);
  }

  private constrain(table: string, given: Constraint): void {
    const { conname = "", raw_expr: check, initially_valid: isValid = false } = given;
    this.added.add(`${table}.${conname}`);
    const column = check === undefined ? undefined : columnNotNull(check);
    if (column === undefined) return;
    this.notNull.set(`${table}.${conname}`, `${table}.${column}`);
    if (isValid) this.neverNull.add(`${table}.${column}`);
  }
}

const ownerOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf(".")));

/** The column of `column IS NOT NULL`. */
function columnNotNull(check: Node): string | undefined {
  if (!("NullTest" in check) || check.NullTest.nulltesttype !== "IS_NOT_NULL") return undefined;
  const { arg } = check.NullTest;
  return arg !== undefined && "ColumnRef" in arg ? textsOf(arg.ColumnRef.fields).at(-1) : undefined;
}
