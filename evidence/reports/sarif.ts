/** Static analysis as SARIF 2.1.0: CodeQL, Semgrep, ESLint, njsscan. */
import * as z from "zod";
import type { StaticAnalysis } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { commit, count, has, instant, natural, parsed } from "./shared";

const level = z.enum(["none", "note", "warning", "error"]);
type Level = z.infer<typeof level>;

const rule = z.object({
  id: z.string(),
  defaultConfiguration: z.object({ level: level.optional() }).optional(),
});
const component = z.object({
  name: z.string(),
  version: z.string().optional(),
  semanticVersion: z.string().optional(),
  rules: z.array(rule).optional(),
});

const result = z.object({
  ruleId: z.string().optional(),
  ruleIndex: z.int().optional(),
  rule: z
    .object({
      id: z.string().optional(),
      index: z.int().optional(),
      toolComponent: z.object({ index: natural.optional() }).optional(),
    })
    .optional(),
  kind: z.string().optional(),
  level: level.optional(),
  baselineState: z.string().optional(),
  suppressions: z
    .array(z.object({ status: z.enum(["accepted", "underReview", "rejected"]).optional() }))
    .optional(),
});
type Result = z.infer<typeof result>;

const run = z.object({
  tool: z.object({ driver: component, extensions: z.array(component).optional() }),
  invocations: z
    .array(
      z.object({
        executionSuccessful: z.boolean(),
        endTimeUtc: instant.optional(),
      }),
    )
    .optional(),
  results: z.array(result).nullish(),
  versionControlProvenance: z.array(z.object({ revisionId: commit.optional() })).optional(),
});
type Run = z.infer<typeof run>;

const log = z.object({ version: z.literal("2.1.0"), runs: z.array(run).nullable() });

/**
 * SARIF 2.1.0. A result is suppressed where it has suppressions and each of them was accepted, which is what one without a
 * status is; a result without a level has its rule's, which is else `warning`. Notes, passes and what an older run had
 * (`absent`) do not count.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html 3.14.23, 3.20.14, 3.27.10, 3.35.3
 */
export const sarif: Format<"sast"> = {
  title: "SARIF 2.1.0",
  kind: "sast",
  recognise: ({ json }) => has(json, "runs"),
  read: ({ json }) => {
    const runs = parsed(log, json, "SARIF 2.1.0").runs ?? [];
    if (runs.length === 0) throw new Disbelieved("has 0 runs; expected that of an analysis");
    const judged = runs.flatMap(judgedResults);
    const open = judged.filter(({ suppressed }) => !suppressed);
    const finding: StaticAnalysis = {
      kind: "sast",
      errors: count(open, (one) => one.level === "error"),
      warnings: count(open, (one) => one.level === "warning"),
      suppressed: judged.length - open.length,
    };
    return { finding, tool: toolsOf(runs), at: endOf(runs), commit: revisionOf(runs) };
  },
};

function judgedResults(one: Run): { readonly level: Level; readonly suppressed: boolean }[] {
  const { name } = one.tool.driver;
  if (one.invocations?.some(({ executionSuccessful }) => !executionSuccessful)) {
    throw new Disbelieved(
      `says that ${name} did not succeed (executionSuccessful is false); expected a run to its end`,
    );
  }
  if (!one.results) {
    throw new Disbelieved(
      `has no results of ${name}, which is an analysis that did not run; expected a list, if empty`,
    );
  }
  return one.results
    .map((found) => ({ found, level: levelOf(found, one) }))
    .filter(
      ({ found, level: its }) => found.baselineState !== "absent" && (its === "error" || its === "warning"),
    )
    .map(({ found, level: its }) => ({ level: its, suppressed: isSuppressed(found) }));
}

function levelOf(found: Result, { tool }: Run): Level {
  if (found.level !== undefined) return found.level;
  if (found.kind !== undefined && found.kind !== "fail") return "none";
  const extension = found.rule?.toolComponent?.index;
  const rules = (extension === undefined ? tool.driver : tool.extensions?.[extension])?.rules ?? [];
  const index = found.rule?.index ?? found.ruleIndex ?? -1;
  const id = found.rule?.id ?? found.ruleId;
  const its = rules[index] ?? rules.find((one) => one.id === id);
  return its?.defaultConfiguration?.level ?? "warning";
}

const isSuppressed = ({ suppressions = [] }: Result) =>
  suppressions.length > 0 && suppressions.every(({ status = "accepted" }) => status === "accepted");

function toolsOf(runs: readonly Run[]): string {
  const names = runs.map(({ tool: { driver } }) => {
    const version = driver.semanticVersion ?? driver.version;
    return version === undefined ? driver.name : `${driver.name} ${version}`;
  });
  return [...new Set(names)].join(", ");
}

function endOf(runs: readonly Run[]): string | undefined {
  const ends = runs.flatMap((one) => one.invocations ?? []).flatMap(({ endTimeUtc }) => endTimeUtc ?? []);
  return ends.sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}

function revisionOf(runs: readonly Run[]): string | undefined {
  const revisions = runs.flatMap((one) => one.versionControlProvenance ?? []);
  const found = new Set(revisions.flatMap(({ revisionId }) => revisionId ?? []));
  if (found.size > 1) throw new Disbelieved(`is of ${found.size} commits; expected one`);
  return [...found][0];
}
