/** What became of a checklist's lines. */
import type { ReleasePolicyName } from "../policies/names";
import type { Line } from "./line";

/** One line, judged. */
export type LineVerdict =
  | { readonly state: "met"; readonly line: Line; /** By what, as a phrase. */ readonly by: string }
  | {
      readonly state: "not-met";
      readonly line: Line;
      /** What is missing or wrong, in one sentence. */
      readonly missing: string;
      /** Command that would supply it. */
      readonly command: string;
    }
  | {
      readonly state: "waived";
      readonly line: Line;
      readonly why: string;
      readonly who: string;
      /** Date, ISO 8601. */
      readonly until: string;
    }
  /** Due later: an `after` line before the release, or a resource line where the resources are not known. */
  | { readonly state: "later"; readonly line: Line };

/** Why a release is refused. */
export interface Refusal {
  readonly policy: ReleasePolicyName;
  readonly system: string;
  /** @default - no record is there that would have a version */
  readonly version?: string;
  /** The line's id. @default - the refusal is about no line */
  readonly line?: string;
  /** One sentence: what is missing, and the command that would supply it. */
  readonly message: string;
}
