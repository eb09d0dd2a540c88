/** What the review of a system's migrations means for its release (rows G3, L13). Pure. */
import type { Review } from "../migrations/review";
import { judgeReview, sentence, type Before, type Judged } from "../migrations/verdict";
import { stageOf } from "../settings/evidence";
import type { Refusal } from "./verdict";

/** A folder, reviewed, or why it could not be. */
export type MigrationReview = Review | { readonly problem: string };

/** What migrations do on a stack. */
export interface MigrationVerdict {
  /** Names of those that were judged. */
  readonly judged: readonly string[];
  readonly findings: readonly Judged[];
  /** What is wrong with the folder, or with the comments in it, a sentence each. */
  readonly problems: readonly string[];
}

export interface Reviewed {
  readonly stack: string;
  /** @default - the system has no folder of migrations */
  readonly review?: MigrationReview | undefined;
  /** What ran before each release that the stack deploys. */
  readonly before: readonly Before[];
}

const NONE: MigrationVerdict = { judged: [], findings: [], problems: [] };

/** What the migrations do, judged by the stack and by what ran before. */
export function judgeMigrations({ stack, review, before }: Reviewed): MigrationVerdict {
  if (review === undefined) return NONE;
  if ("problem" in review) return { ...NONE, problems: [review.problem] };
  const findings = judgeReview(review, { stage: stageOf(stack), before: together(before) });
  return { judged: review.judged, findings, problems: review.mistakes };
}

/** Releases that share a database must leave what each of the versions before needs. */
function together(all: readonly Before[]): Before {
  const versions = all.flatMap((before) => (before.kind === "version" ? [before] : []));
  const [first] = versions;
  if (first === undefined) return all[0] ?? { kind: "unknown" };
  return {
    kind: "version",
    version: versions.map(({ version }) => version).join(" and "),
    contracts: first.contracts.filter((name) => versions.every(({ contracts }) => contracts.includes(name))),
  };
}

/** What a release must have evidence of: all that is destroyed. */
export const destructive = ({ findings }: MigrationVerdict): readonly Judged[] =>
  findings.filter(({ level }) => level === "evidence");

/** What speaks against a release, a sentence each. */
export const refusedMigrations = ({ findings, problems }: MigrationVerdict): readonly string[] => [
  ...problems,
  ...findings.filter(({ level }) => level === "error").map(sentence),
];

/** The refusals of a system. */
export const migrationRefusals = (
  verdict: MigrationVerdict,
  { system, stack }: { readonly system: string; readonly stack: string },
): readonly Refusal[] =>
  refusedMigrations(verdict).map((said) => ({
    policy: "release-migration",
    system,
    message: `${system} on ${stack}: ${said}`,
  }));
