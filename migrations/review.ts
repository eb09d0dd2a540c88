/** Reviews the SQL of a folder of migrations: what locks, destroys or breaks, with the line and the safe way (rows G3, L13). Pure but for the parser. */
import type { Node } from "libpg-query";
import { allowances, type Allowance } from "./allow";
import { hitsOf } from "./hits";
import { Memory } from "./known";
import type { Migration } from "./layout";
import { type Effect, isRuleName, RULES, type RuleName } from "./rules";
import { parseScript, type Statement } from "./statements";

/** A migration with its texts. */
export interface Text extends Migration {
  readonly sql: string;
  /** @default - it has none */
  readonly reverseSql?: string | undefined;
}

/** What is reviewed. */
export interface Reviewed {
  /** Folder as messages name it. */
  readonly folder: string;
  /** Every migration, in their order. */
  readonly migrations: readonly Text[];
  /** The last one that is applied wherever it matters: what is after it is judged. @default - all are, each as a release of its own */
  readonly since?: string | undefined;
}

/** One thing that a migration does. */
export interface Finding {
  readonly rule: RuleName;
  readonly effect: Effect;
  readonly migration: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly subject: string;
  /** What becomes of the subject. */
  readonly does: string;
  readonly safe: string;
  /** Why a comment above the statement allows it. @default - none does */
  readonly allowed?: string;
}

/** A folder, reviewed. */
export interface Review {
  readonly folder: string;
  /** Names of those that were judged. */
  readonly judged: readonly string[];
  readonly findings: readonly Finding[];
  /** Comments that allow nothing, a sentence each. */
  readonly mistakes: readonly string[];
}

/** Effects that a comment may allow: the others need a release record. */
const ALLOWABLE: readonly Effect[] = ["locks", "fails", "unseen"];

/** Reviews what is after `since`; what is before it is read for what it knows. */
export async function review({ folder, migrations, since }: Reviewed): Promise<Review> {
  const memory = new Memory();
  const index = migrations.findIndex(({ name }) => name === since);
  const findings: Finding[] = [];
  const mistakes: string[] = [];
  for (const [position, migration] of migrations.entries()) {
    memory.begin(since === undefined || position === index + 1);
    const forth = await scriptOf(migration, `${folder}/${migration.file}`, migration.sql, memory);
    if (position <= index) continue;
    findings.push(...forth.findings, ...(await reverseOf(migration, folder)));
    mistakes.push(...forth.mistakes);
  }
  return { folder, judged: migrations.slice(index + 1).map(({ name }) => name), findings, mistakes };
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly mistakes: readonly string[];
}

type Place = Pick<Finding, "migration" | "file">;

const finding = (rule: RuleName, place: Place, line: number, subject: string, does?: string): Finding => {
  const { effect, safe, does: usual } = RULES[rule];
  return { rule, effect, ...place, line, subject, does: does ?? usual, safe };
};

async function scriptOf(
  { name, tool }: Migration,
  file: string,
  sql: string,
  memory: Memory,
): Promise<Judged> {
  const place = { migration: name, file };
  const script = await parseScript(sql);
  if ("fault" in script) {
    const does = `${RULES["not-sql"].does}: ${script.fault}`;
    return { findings: [finding("not-sql", place, script.line, file, does)], mistakes: [] };
  }
  // Of plain SQL, golive's own entry is one of the others.
  const isAmong = tool === "sql" || script.statements.length > 1;
  const judged = script.statements.map((statement) => {
    const given = judge(statement, isAmong, memory, place);
    memory.learn(statement.node);
    return given;
  });
  return {
    findings: judged.flatMap(({ findings }) => findings),
    mistakes: judged.flatMap(({ mistakes }) => mistakes),
  };
}

function judge(
  { node, line, lineAt, comments }: Statement,
  isAmong: boolean,
  memory: Memory,
  place: Place,
): Judged {
  const among =
    isConcurrent(node) && isAmong ? [finding("concurrent-with-others", place, line, "an index")] : [];
  const found = hitsOf(node, memory).map(({ rule, subject, location }) =>
    finding(rule, place, lineAt(location), subject),
  );
  const allowed = allowances(comments);
  const findings = [...found, ...among].map((each) => {
    const allowance = allowed.find(({ rule }) => rule === each.rule && ALLOWABLE.includes(each.effect));
    return allowance === undefined ? each : { ...each, allowed: allowance.reason };
  });
  const mistakes = allowed.flatMap((allowance) => mistakeOf(allowance, findings));
  return { findings, mistakes: mistakes.map((mistake) => `${place.file}:${line}: ${mistake}`) };
}

function mistakeOf({ rule, reason }: Allowance, findings: readonly Finding[]): readonly string[] {
  if (!isRuleName(rule)) return [`allows ${rule}, which is no rule: ${Object.keys(RULES).join(", ")}`];
  if (reason === "") return [`allows ${rule} without a reason: golive: allow ${rule}: REASON`];
  if (!ALLOWABLE.includes(RULES[rule].effect))
    return [`allows ${rule}, which a comment cannot: a release record speaks for it`];
  return findings.some((each) => each.rule === rule)
    ? []
    : [`allows ${rule}, which the statement does not need`];
}

function isConcurrent(node: Node): boolean {
  if ("IndexStmt" in node) return node.IndexStmt.concurrent === true;
  if ("DropStmt" in node) return node.DropStmt.concurrent === true;
  return (
    "ReindexStmt" in node &&
    (node.ReindexStmt.params ?? []).some(
      (each) => "DefElem" in each && each.DefElem.defname === "concurrently",
    )
  );
}

/** A reverse is a file with a statement, or with a comment that says why there is nothing to undo. */
async function reverseOf(
  { name, file, reverse, reverseSql }: Text,
  folder: string,
): Promise<readonly Finding[]> {
  if (reverseSql === undefined || reverseSql.trim() === "") {
    const does = `${RULES["reverse-missing"].does}: ${folder}/${reverse} is ${reverseSql === undefined ? "not there" : "empty"}`;
    return [finding("reverse-missing", { migration: name, file: `${folder}/${file}` }, 1, name, does)];
  }
  const script = await parseScript(reverseSql);
  if (!("fault" in script)) return [];
  const place = { migration: name, file: `${folder}/${reverse}` };
  return [finding("not-sql", place, script.line, place.file, `${RULES["not-sql"].does}: ${script.fault}`)];
}
