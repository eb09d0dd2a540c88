/** What the rules find in one statement. Pure. */
import type {
  AlterTableCmd,
  AlterTableStmt,
  ColumnDef,
  Constraint,
  DropStmt,
  Node,
  RangeVar,
} from "libpg-query";
import type { Known } from "./known";
import { objectName, tableOf, tablesOf, textsOf } from "./names";
import type { RuleName } from "./rules";
import { isVolatile } from "./volatile";

/** A rule that a statement breaks. */
export interface Hit {
  readonly rule: RuleName;
  /** What it is about: `Product`, `Product.version`. */
  readonly subject: string;
  /** The parser's place of it within the statement. @default - the statement's own */
  readonly location?: number | undefined;
}

type Hits = readonly Hit[];

const NONE: Hits = [];

/** Every rule that the statement breaks; what the release itself has made, nobody waits for and nobody reads. */
export function hitsOf(node: Node, known: Known): Hits {
  if ("AlterTableStmt" in node) return alterTable(node.AlterTableStmt, known);
  if ("DropStmt" in node) return drop(node.DropStmt, known);
  if ("RenameStmt" in node) {
    const { relation, object, subname, renameType } = node.RenameStmt;
    if (INNER_NAMES.includes(renameType ?? "")) return NONE;
    const owner = object === undefined ? tableOf(relation) : objectName(object);
    const isPart = renameType === "OBJECT_COLUMN" || renameType === "OBJECT_ATTRIBUTE";
    return ofOld(known, isPart ? `${owner}.${subname ?? ""}` : owner, ["name-changed"]);
  }
  if ("AlterObjectSchemaStmt" in node) {
    const { relation, object } = node.AlterObjectSchemaStmt;
    return ofOld(known, object === undefined ? tableOf(relation) : objectName(object), ["name-changed"]);
  }
  if ("AlterEnumStmt" in node) {
    const { typeName, oldVal } = node.AlterEnumStmt;
    return oldVal === undefined
      ? NONE
      : ofOld(known, `${textsOf(typeName).join(".")}.${oldVal}`, ["name-changed"]);
  }
  if ("IndexStmt" in node) {
    const { relation, concurrent = false } = node.IndexStmt;
    return concurrent ? NONE : ofOld(known, tableOf(relation), ["index-not-concurrent"]);
  }
  return rows(node, known);
}

/** What is renamed and no query names. */
const INNER_NAMES: readonly string[] = [
  "OBJECT_INDEX",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_TRIGGER",
  "OBJECT_POLICY",
  "OBJECT_RULE",
];

/** `LOCK TABLE … IN SHARE MODE`, and every stronger one; PostgreSQL's own number. */
const SHARE_MODE = 5;

/** Statements on whole tables, and code. */
function rows(node: Node, known: Known): Hits {
  const each = (tables: readonly string[], rule: RuleName): Hits =>
    tables.flatMap((table) => ofOld(known, table, [rule]));
  const one = (relation: RangeVar | undefined, rule: RuleName): Hits => each([tableOf(relation)], rule);
  if ("TruncateStmt" in node) return each(tablesOf(node.TruncateStmt.relations), "rows-truncated");
  if ("DeleteStmt" in node)
    return node.DeleteStmt.whereClause === undefined ? one(node.DeleteStmt.relation, "rows-deleted") : NONE;
  if ("UpdateStmt" in node)
    return node.UpdateStmt.whereClause === undefined
      ? one(node.UpdateStmt.relation, "rows-overwritten")
      : NONE;
  if ("LockStmt" in node)
    return (node.LockStmt.mode ?? 0) < SHARE_MODE
      ? NONE
      : each(tablesOf(node.LockStmt.relations), "table-locked");
  if ("ClusterStmt" in node) return one(node.ClusterStmt.relation, "table-rewritten");
  if ("VacuumStmt" in node)
    return isOption(node.VacuumStmt.options, "full")
      ? each(vacuumed(node.VacuumStmt.rels), "table-rewritten")
      : NONE;
  if ("ReindexStmt" in node) {
    const { relation, name = "", params } = node.ReindexStmt;
    const subject = relation === undefined ? name : tableOf(relation);
    return isOption(params, "concurrently") ? NONE : ofOld(known, subject, ["reindex-not-concurrent"]);
  }
  if ("RefreshMatViewStmt" in node)
    return node.RefreshMatViewStmt.concurrent === true
      ? NONE
      : one(node.RefreshMatViewStmt.relation, "view-refreshed");
  if ("DoStmt" in node) return [{ rule: "code-not-judged", subject: "DO" }];
  if ("CallStmt" in node) return [{ rule: "code-not-judged", subject: "CALL" }];
  return NONE;
}

const isOption = (options: readonly Node[] = [], name: string): boolean =>
  options.some((option) => "DefElem" in option && option.DefElem.defname === name);

const vacuumed = (tables: readonly Node[] = [{ String: { sval: "" } }]): readonly string[] =>
  tables.map((each) => ("VacuumRelation" in each ? tableOf(each.VacuumRelation.relation) : "every table"));

/** The rules, where the subject was there before the release. */
const ofOld = (known: Known, subject: string, names: readonly RuleName[]): Hits =>
  known.isFresh(subject) ? NONE : names.map((rule) => ({ rule, subject }));

/** What a dropped object takes along, by its kind; an index is no name that a query has, and other kinds hold nothing. */
const DROPS: Readonly<Partial<Record<NonNullable<DropStmt["removeType"]>, readonly RuleName[]>>> = {
  OBJECT_TABLE: ["table-dropped", "name-gone"],
  OBJECT_FOREIGN_TABLE: ["name-gone"],
  OBJECT_SCHEMA: ["schema-dropped", "name-gone"],
  OBJECT_VIEW: ["name-gone"],
  OBJECT_MATVIEW: ["name-gone"],
  OBJECT_SEQUENCE: ["name-gone"],
  OBJECT_TYPE: ["name-gone"],
  OBJECT_DOMAIN: ["name-gone"],
  OBJECT_FUNCTION: ["name-gone"],
  OBJECT_PROCEDURE: ["name-gone"],
  OBJECT_EXTENSION: ["name-gone"],
};

function drop({ objects = [], removeType, behavior, concurrent = false }: DropStmt, known: Known): Hits {
  const names = objects.map(objectName);
  const index: readonly RuleName[] =
    removeType === "OBJECT_INDEX" && !concurrent ? ["index-drop-not-concurrent"] : [];
  const others: readonly RuleName[] = behavior === "DROP_CASCADE" ? ["drop-cascade"] : [];
  const rules = [...index, ...((removeType && DROPS[removeType]) ?? []), ...others];
  return names.flatMap((name) => ofOld(known, name, rules));
}

function alterTable({ relation, cmds = [], objtype }: AlterTableStmt, known: Known): Hits {
  const table = tableOf(relation);
  if (known.isFresh(table) || objtype === "OBJECT_INDEX" || objtype === "OBJECT_SEQUENCE") return NONE;
  return cmds.flatMap((command) =>
    "AlterTableCmd" in command ? ofCommand(table, command.AlterTableCmd, known) : NONE,
  );
}

function ofCommand(table: string, command: AlterTableCmd, known: Known): Hits {
  const { subtype, name = "" } = command;
  const find = subtype === undefined ? undefined : COMMANDS[subtype];
  return find?.({ ...command, table, subject: `${table}.${name}`, known }) ?? NONE;
}

/** One command of ALTER TABLE on a table that the version before knows. */
interface Command extends AlterTableCmd {
  readonly table: string;
  /** What the command names: a column or a constraint, `table.name`. */
  readonly subject: string;
  readonly known: Known;
}

/** What matters of a column only where the version before knows it. */
const OF_OLD_COLUMNS: readonly RuleName[] = ["column-dropped", "name-gone", "type-changed"];

const column = ({ subject, known, def }: Command, names: readonly RuleName[]): Hits => {
  const location = def !== undefined && "ColumnDef" in def ? def.ColumnDef.location : undefined;
  return names
    .filter((rule) => !known.isFresh(subject) || !OF_OLD_COLUMNS.includes(rule))
    .map((rule) => ({ rule, subject, location }));
};

const cascade = ({ subject, behavior }: Command): Hits =>
  behavior === "DROP_CASCADE" ? [{ rule: "drop-cascade", subject }] : NONE;

const rewrites = ({ table }: Command): Hits => [{ rule: "table-rewritten", subject: table }];

const COMMANDS: Readonly<Partial<Record<NonNullable<AlterTableCmd["subtype"]>, (given: Command) => Hits>>> = {
  AT_AddColumn: ({ table, def }) =>
    def !== undefined && "ColumnDef" in def ? addedColumn(table, def.ColumnDef) : NONE,
  AT_AddConstraint: ({ table, def }) =>
    def !== undefined && "Constraint" in def ? constraint(table, def.Constraint) : NONE,
  AT_DropColumn: (given) => [...column(given, ["column-dropped", "name-gone"]), ...cascade(given)],
  AT_DropConstraint: cascade,
  AT_AlterColumnType: (given) => column(given, ["column-type", "type-changed"]),
  AT_SetNotNull: (given) => [
    ...(given.known.isNeverNull(given.subject) ? NONE : column(given, ["column-set-not-null"])),
    ...column(given, ["null-refused"]),
  ],
  AT_ColumnDefault: (given) => (given.def === undefined ? column(given, ["default-gone"]) : NONE),
  AT_ValidateConstraint: ({ subject, known }) =>
    known.isAddedHere(subject) ? [{ rule: "validated-at-once", subject }] : NONE,
  AT_SetLogged: rewrites,
  AT_SetUnLogged: rewrites,
  AT_SetTableSpace: rewrites,
  AT_SetAccessMethod: rewrites,
};

const SERIAL: readonly string[] = ["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"];

/** A new column; a table of the release itself does not come here. */
function addedColumn(table: string, { colname = "", constraints = [], typeName, location }: ColumnDef): Hits {
  const subject = `${table}.${colname}`;
  const own = constraints.flatMap((each) => ("Constraint" in each ? [each.Constraint] : []));
  const of = (type: string) => own.find(({ contype }) => contype === type);
  const isSerial = textsOf(typeName?.names).some((name) => SERIAL.includes(name));
  const fills = isSerial || of("CONSTR_IDENTITY") !== undefined || of("CONSTR_GENERATED") !== undefined;
  const isRequired = of("CONSTR_NOTNULL") ?? of("CONSTR_PRIMARY");
  const hasDefault = fills || of("CONSTR_DEFAULT") !== undefined;
  const differs = fills || isVolatile(of("CONSTR_DEFAULT")?.raw_expr);
  const names: readonly RuleName[] = [
    ...(differs ? (["column-rewrites-table"] as const) : []),
    ...(isRequired !== undefined && !hasDefault ? (["column-required", "null-refused"] as const) : []),
  ];
  return [
    ...names.map((rule) => ({ rule, subject, location })),
    ...own.flatMap((each) => constraint(table, each)),
  ];
}

/** By the kind of constraint, its rule; one that is NOT VALID, or takes an index that is there, breaks none. */
const CONSTRAINTS: Readonly<Partial<Record<NonNullable<Constraint["contype"]>, RuleName>>> = {
  CONSTR_FOREIGN: "foreign-key-validated",
  CONSTR_CHECK: "check-validated",
  CONSTR_PRIMARY: "constraint-builds-index",
  CONSTR_UNIQUE: "constraint-builds-index",
  CONSTR_EXCLUSION: "constraint-builds-index",
};

/** A constraint on a table that is there. */
function constraint(table: string, given: Constraint): Hits {
  const { contype, location, indexname, skip_validation: isUnchecked = false } = given;
  const rule = contype === undefined ? undefined : CONSTRAINTS[contype];
  return rule === undefined || isUnchecked || indexname !== undefined
    ? NONE
    : [{ rule, subject: table, location }];
}
