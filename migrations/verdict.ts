/** What a review's findings mean on a stack: by its stage, and by what the version before no longer needs. Pure. */
import type { Stage } from "../settings/evidence";
import type { Finding, Review } from "./review";
import type { Effect } from "./rules";

/** What ran before the release, by the release records. */
export type Before =
  /** No record speaks of the release. */
  | { readonly kind: "unknown" }
  /** The release is the first: no code runs. */
  | { readonly kind: "nothing" }
  | {
      readonly kind: "version";
      readonly version: string;
      /** Tables and columns that its code does without, as its records say. */
      readonly contracts: readonly string[];
    };

/**
 * - `error`: the release is refused
 * - `evidence`: the release record must speak for it (line `golive-destructive`)
 * - `warning`: it is said
 * - `allowed`: somebody said why
 */
export type Level = "error" | "evidence" | "warning" | "allowed";

/** A finding with its level. */
export interface Judged extends Finding {
  readonly level: Level;
  /** Why it is of that level, where its effect alone does not say. */
  readonly note?: string;
}

export interface Situation {
  readonly stage: Stage | undefined;
  readonly before: Before;
}

type Ruling = Pick<Judged, "level" | "note">;

const RULINGS: Readonly<Record<Effect, (finding: Finding, situation: Situation) => Ruling>> = {
  locks: byComment,
  fails: byComment,
  unseen: byComment,
  destroys: (_, { stage }) => ({ level: stage === "production" ? "evidence" : "warning" }),
  reverse: (_, { stage }) => ({ level: stage === "production" ? "error" : "warning" }),
  breaks: byContract,
};

function byComment({ allowed }: Finding): Ruling {
  return allowed === undefined ? { level: "error" } : { level: "allowed", note: allowed };
}

function byContract({ subject }: Finding, { before }: Situation): Ruling {
  if (before.kind === "unknown")
    return { level: "warning", note: "no release record says which version runs before it" };
  if (before.kind === "nothing") return { level: "allowed", note: "no version runs before the first" };
  const { version, contracts } = before;
  const names = [subject, subject.slice(0, Math.max(0, subject.lastIndexOf(".")))];
  return contracts.some((name) => names.includes(name))
    ? { level: "allowed", note: `${version} does without it, by its contracts` }
    : { level: "error", note: `${version} still runs, and its contracts do not name ${subject}` };
}

/** Every finding with its level. */
export const judgeReview = ({ findings }: Review, situation: Situation): readonly Judged[] =>
  findings.map((finding) => ({ ...finding, ...RULINGS[finding.effect](finding, situation) }));

/** A finding as a sentence. */
export const sentence = ({ file, line, rule, subject, does, safe, note }: Judged): string =>
  `${file}:${line}: ${subject} ${does} (${rule})${note === undefined ? "" : `; ${note}`}: ${safe}`;
