/** What a report says of a release on a stack: its checklist, what refuses it, the policies, and what will be declared. Pure. */
import type { Refusal } from "../../../evidence/verdict";
import type { Item } from "../../inventory";
import type { ObjectVerdict } from "../../policy/verdicts";
import type { Checked } from "../check";

export interface ReleaseReport {
  readonly checked: Checked;
  /** Why the release as a whole is refused. */
  readonly refusals: readonly Refusal[];
  /** What the policy pack says of the objects of the system. */
  readonly policies: readonly ObjectVerdict[];
  /** What the stack declares of the system, the objects of its charts among it. */
  readonly resources: readonly Item[];
  /** The steps of its traffic. @default - the system has no canary: all traffic moves at once */
  readonly canary?: CanaryReport | undefined;
  /** When it was judged. */
  readonly at: Date;
}

/** Where the traffic stands. */
export interface CanaryReport {
  /** Name of the phase in the stack file. */
  readonly phase: string;
  readonly steps: readonly PhaseStep[];
}

/** One phase, as the release goes through them. */
export interface PhaseStep {
  readonly name: string;
  /** Percent of the requests that the new version answers. */
  readonly percent: number;
}

/** What refuses the release; what cannot be judged before `up` is judged there, by the pack. */
export const refuses = ({ verdict, level }: ObjectVerdict): boolean =>
  verdict === "fail" && level !== "advisory";

/** Whether nothing stands in the way of the release. */
export const isReady = ({ checked, refusals, policies }: ReleaseReport): boolean =>
  checked.ok && refusals.length === 0 && !policies.some(refuses);
