/**
 * The receipt of migrations, in the database itself and in a schema of its own (Prisma refuses a first migration into a schema that
 * holds anything): what ran, of which image, how far, and what each migration was. SQL for psql. Pure.
 */
import { type MigrationTool, type Tool, TOOLS } from "./tools";

/** One migration at a time in a database, whatever it is of: the key of the advisory lock, `golive` in ASCII. */
export const LOCK = "113639773435493";

/** Of a row of pg_locks: somebody has that lock, of this database. */
export const IS_LOCK = `locktype = 'advisory' AND granted AND objsubid = 1
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND (classid::bigint << 32 | objid::bigint) = ${LOCK}`;

/** Made once, by whoever is first; `CREATE SCHEMA IF NOT EXISTS` would ask for a right that nobody needs later. */
const MAKE = `SELECT to_regnamespace('golive') IS NULL AS missing \\gset
\\if :missing
CREATE SCHEMA golive;
\\endif
CREATE TABLE IF NOT EXISTS golive.migration_run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job text NOT NULL,
  version text NOT NULL,
  image text NOT NULL,
  content text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  failed_at timestamptz,
  step text,
  message text,
  finished_at timestamptz,
  reversed_at timestamptz
);
CREATE TABLE IF NOT EXISTS golive.migration_file (
  run bigint NOT NULL REFERENCES golive.migration_run,
  name text NOT NULL,
  sha256 text NOT NULL,
  pending boolean NOT NULL,
  reverse text,
  PRIMARY KEY (run, name)
);
`;

/** The image's migrations, from the file that the step made of them. */
const FILES = `CREATE TEMP TABLE file (name text PRIMARY KEY, up text NOT NULL, down text);
\\copy file FROM '/state/files.csv' (FORMAT csv)
`;

/** What the tool's books say; where it has none of the form, golive's own receipts. */
const applied = ({ table, column, applied: rows }: Tool["books"]) => `
SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('${table}') AND attname = '${column}'
  AND NOT attisdropped) AS kept \\gset
CREATE TEMP TABLE applied (name text PRIMARY KEY, sha256 text);
\\if :kept
INSERT INTO applied ${rows};
\\else
INSERT INTO applied SELECT DISTINCT ON (name) name, sha256 FROM golive.migration_file JOIN golive.migration_run ON id = run
  WHERE job = :'job' AND finished_at IS NOT NULL AND reversed_at IS NULL ORDER BY name, run DESC;
\\endif
`;

/** The text without comments, bodies of functions, strings and names, in which the words of a transaction mean something else. */
const bare = (column: string) => `ALTER TABLE file ADD COLUMN bare text;
UPDATE file SET bare = regexp_replace(${column}, '/\\*.*?\\*/', ' ', 'g');
UPDATE file SET bare = regexp_replace(bare, '--[^\\n]*', ' ', 'g');
UPDATE file SET bare = regexp_replace(bare, '\\$(\\w*?)\\$.*?\\$\\1\\$', ' ', 'g');
UPDATE file SET bare = regexp_replace(bare, '''[^'']*''', ' ', 'g');
UPDATE file SET bare = regexp_replace(bare, '"[^"]*"', ' ', 'g');
UPDATE file SET bare = regexp_replace(bare, 'on\\s+commit', ' ', 'gi');
`;

/** A tool that sends a file as one lets it be the transaction that it says it is. */
const UNWRAP = `UPDATE file SET bare =
  regexp_replace(bare, '^\\s*(begin|start\\s+transaction)(\\s+transaction|\\s+work)?\\s*;(.*)commit\\s*;\\s*$', '\\3', 'i');
`;

/** Words that end a transaction, and those of statements that cannot be in one and so must be alone. */
const ENDS =
  "\\y(commit|rollback|savepoint|start\\s+transaction|(begin|end)\\s+(transaction|work)|begin\\s*;)";
const ALONE = "\\y(concurrently|vacuum|call|alter\\s+system)\\y";
const SEVERAL = "bare ~ ';\\s*\\S'";
const WHOLE = `NOT (bare ~* '${ENDS}' OR bare ~* '${ALONE}')`;

/** What could be half applied is not begun. */
const DIVIDED = `INSERT INTO problem SELECT format(
  '%s is more than one transaction: where it fails, it would stay half applied. Make it several migrations, without COMMIT, each statement with CONCURRENTLY alone',
  name)
FROM file WHERE name NOT IN (SELECT name FROM applied) AND (bare ~* '${ENDS}' OR bare ~* '${ALONE}' AND ${SEVERAL});
SELECT count(*) FROM file WHERE name NOT IN (SELECT name FROM applied) AND ${SEVERAL} \\g /state/several
`;

/** What began and did not end: forgotten where it is certain that nothing of it stayed, else a person must look. */
const unfinished = ({ unfinished: rows, refused, forget, resolve }: Tool["books"]) =>
  rows === undefined || refused === undefined || forget === undefined || resolve === undefined
    ? ""
    : `\\if :kept
CREATE TEMP TABLE unfinished (name text, message text);
INSERT INTO unfinished ${rows};
UPDATE unfinished SET message = (SELECT CASE WHEN step = 'migrate' THEN last.message END FROM golive.migration_run AS last
  WHERE job = :'job' ORDER BY id DESC LIMIT 1) WHERE message IS NULL;
CREATE TEMP TABLE rolled_back AS SELECT name FROM unfinished JOIN file USING (name)
  WHERE message ~ '${refused}' AND ${WHOLE};
INSERT INTO problem SELECT format('%s began, did not end, and nothing says whether it is applied; look at the database, then: ${resolve}',
  name, name) FROM unfinished WHERE name NOT IN (SELECT name FROM rolled_back);
SELECT name || ': failed before, and left nothing: it runs again' FROM rolled_back;
${forget};
\\endif
`;

/** A migration that was applied and is another one now. */
const CHANGED = `INSERT INTO problem
SELECT format('%s was applied%s, and has changed since: leave it as it was, and put the change into a new migration',
  name, ' by ' || version)
FROM file JOIN applied USING (name) LEFT JOIN LATERAL (
  SELECT f.sha256, version FROM golive.migration_file AS f JOIN golive.migration_run ON id = run
  WHERE job = :'job' AND f.name = file.name ORDER BY run DESC LIMIT 1) AS recorded ON true
WHERE coalesce(applied.sha256, recorded.sha256) <> encode(sha256(convert_to(up, 'UTF8')), 'hex');
`;

/** Every problem at once, or none. */
const REFUSE = `DO $$ BEGIN
  IF EXISTS (SELECT FROM problem) THEN
    RAISE EXCEPTION USING MESSAGE = (SELECT string_agg(message, E'\\n' ORDER BY message) FROM problem);
  END IF;
END $$;
`;

const BEFORE = `SELECT format('before: the run of %s that began at %s %s', version, started_at,
  CASE WHEN failed_at IS NULL THEN 'did not end: its pod was lost' ELSE 'failed in the step ' || coalesce(step, '?') END)
FROM (SELECT * FROM golive.migration_run WHERE job = :'job' ORDER BY id DESC LIMIT 1) AS last WHERE finished_at IS NULL;
`;

/** The same version, image and migrations, applied, verified and not taken back: there is nothing to do. */
const DECIDE = `SELECT coalesce((SELECT max(id) FROM golive.migration_run WHERE job = :'job' AND version = :'version' AND image = :'image'
  AND content = :'content' AND finished_at IS NOT NULL AND reversed_at IS NULL), 0) AS run,
  (SELECT count(*) FROM file WHERE name NOT IN (SELECT name FROM applied)) AS pending \\gset
SELECT :run <> 0 AND :pending = 0 AS done \\gset
SELECT name || CASE WHEN name IN (SELECT name FROM applied) THEN ': applied before' ELSE ': to be applied' END
  FROM file ORDER BY name;
SELECT name || ': applied, and not of this version' FROM applied WHERE name NOT IN (SELECT name FROM file) ORDER BY name;
\\if :done
SELECT format('nothing to do: %s was migrated and verified at %s', version, finished_at)
  FROM golive.migration_run WHERE id = :run;
\\else
INSERT INTO golive.migration_run (job, version, image, content) VALUES (:'job', :'version', :'image', :'content')
  RETURNING id AS run \\gset
INSERT INTO golive.migration_file SELECT :run, name, encode(sha256(convert_to(up, 'UTF8')), 'hex'),
  name NOT IN (SELECT name FROM applied), down FROM file;
\\endif
COMMIT;
SELECT :run \\g /state/run
SELECT :pending \\g /state/pending
SELECT :'done' \\g /state/done
`;

const CONTENT = `SELECT encode(sha256(convert_to(coalesce(string_agg(name || encode(sha256(convert_to(up, 'UTF8')), 'hex'), ' '
  ORDER BY name), ''), 'UTF8')), 'hex') AS content FROM file \\gset
`;

const START = `\\set VERBOSITY terse
BEGIN;
`;
const PROBLEMS = `CREATE TEMP TABLE problem (message text);
`;

/** Takes `job`, `version` and `image`; leaves `run`, `pending` and `several` (counts: migrations to be applied, and those of several statements) and `done` (`t` or `f`) in /state, and a run that has started. */
export function beginSql(tool: MigrationTool): string {
  const { books, transaction }: Tool = TOOLS[tool];
  const prepared = [START, MAKE, FILES, CONTENT, applied(books), PROBLEMS, CHANGED];
  const whole = {
    own: [],
    file: [bare("up"), UNWRAP, DIVIDED],
    tool: [bare("up"), DIVIDED],
  }[transaction];
  return [...prepared, ...whole, BEFORE, unfinished(books), REFUSE, DECIDE].join("");
}

/** Takes `job`, `run` and the `session` that held the lock: the receipt, where it still does and the tool's books have every migration. */
export const finishSql = (tool: MigrationTool): string => {
  const { books }: Tool = TOOLS[tool];
  return [
    START,
    FILES,
    applied(books),
    PROBLEMS,
    `INSERT INTO problem SELECT format('%s is not applied, whatever its tool said', name) FROM file
  WHERE ${books.ofUsers === true ? ":'kept'::boolean AND " : ""}name NOT IN (SELECT name FROM applied);
`,
    `INSERT INTO problem SELECT 'the connection that held the lock is lost, and another release may have had it meanwhile'
  WHERE NOT EXISTS (SELECT FROM pg_locks WHERE pid = :session AND ${IS_LOCK});
`,
    REFUSE,
    `UPDATE golive.migration_run SET finished_at = clock_timestamp(), failed_at = NULL, step = NULL, message = NULL
  WHERE id = :run AND finished_at IS NULL;
SELECT name || ': applied' FROM file ORDER BY name;
SELECT format('receipt %s: %s, from %s to %s', id, version, started_at, finished_at)
  FROM golive.migration_run WHERE id = :run;
COMMIT;
`,
  ].join("");
};

/** Every migration that was ever seen, as tools' questions look for it. */
const RECORDED = `CREATE TEMP TABLE file AS SELECT DISTINCT name FROM golive.migration_file JOIN golive.migration_run ON id = run
  WHERE job = :'job';
`;

/** What the runs of a version were to apply, and are applied now. */
const ITS_OWN = `DROP TABLE file;
CREATE TEMP TABLE file AS SELECT DISTINCT ON (name) name, reverse AS down FROM golive.migration_file
  JOIN golive.migration_run ON id = run
  WHERE job = :'job' AND version = :'version' AND reversed_at IS NULL AND pending ORDER BY name, run DESC;
DELETE FROM file WHERE name NOT IN (SELECT name FROM applied);
`;

/** Later migrations stand on earlier ones. */
const LATER = `INSERT INTO problem SELECT format('%s was applied after %s, by %s: take that back first', name, :'version', version)
FROM golive.migration_file JOIN golive.migration_run ON id = run
WHERE job = :'job' AND version <> :'version' AND reversed_at IS NULL AND pending AND name IN (SELECT name FROM applied)
  AND id > (SELECT max(id) FROM golive.migration_run WHERE job = :'job' AND version = :'version');
`;

/**
 * Takes `job` and `version`: the recorded reverse of each migration that the version applied, the last first, with its entry in the
 * tool's books, all in one transaction. Refuses where one has no reverse, or one of several transactions.
 */
export function reverseSql(tool: MigrationTool): string {
  const { books }: Tool = TOOLS[tool];
  return [
    START,
    "SELECT to_regclass('golive.migration_file') IS NOT NULL AS known \\gset\n\\if :known\n",
    RECORDED,
    applied(books),
    ITS_OWN,
    PROBLEMS,
    `INSERT INTO problem SELECT format('%s has no reverse that was recorded', name) FROM file WHERE down IS NULL;
`,
    bare("down"),
    `INSERT INTO problem SELECT format('the reverse of %s is more than one transaction: run it by hand', name) FROM file
  WHERE bare ~* '${ENDS}' OR bare ~* '${ALONE}';
`,
    LATER,
    REFUSE,
    `SELECT statement FROM file,
  LATERAL (VALUES (1, down), (2, format($remove$${books.remove}$remove$, name, :'job'))) AS part (place, statement)
  ORDER BY name DESC, place \\gexec
UPDATE golive.migration_run SET reversed_at = clock_timestamp() WHERE job = :'job' AND version = :'version' AND reversed_at IS NULL;
SELECT name || ': taken back' FROM file ORDER BY name DESC;
SELECT format('nothing of %s is applied', :'version') WHERE NOT EXISTS (SELECT FROM file);
\\else
SELECT 'no migration of golive was ever applied here';
\\endif
COMMIT;
`,
  ].join("");
}
