/** Which approvals count, and which are still needed. Pure. */
import type { ApprovalStep } from "./plan";
import type { Approval, State } from "./state";

/** Whether two names are of one person. */
export const alike = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Of several of one role, or of one person, the first. */
const distinct = (approvals: readonly Approval[]): readonly Approval[] =>
  approvals.reduce<readonly Approval[]>(
    (kept, one) =>
      kept.some(({ role, by }) => role === one.role || alike(by, one.by)) ? kept : [...kept, one],
    [],
  );

/** Those that count at a time, in milliseconds since 1970: each of another role and of another person. */
export const countingApprovals = (approvals: readonly Approval[], at: number): readonly Approval[] =>
  distinct(
    approvals.filter(
      ({ signature }) => signature.kind === "none" || (signature.kind === "valid" && at < signature.until),
    ),
  );

/** How many approvals are still needed at a time. */
export const missingApprovals = (
  { quorum }: ApprovalStep,
  approvals: readonly Approval[],
  at: number,
): number => Math.max(0, quorum - countingApprovals(approvals, at).length);

/** Whether there were approvals enough, did each count that was given. */
export const wereGiven = ({ quorum }: ApprovalStep, approvals: readonly Approval[]): boolean =>
  distinct(approvals).length >= quorum;

const isApproval = (step: State["plan"]["steps"][number] | undefined): step is ApprovalStep =>
  step?.kind === "approval";

/** The approval that the next change waits for: one that is doubted, else the current step. Undefined: it waits for none. */
export function approvalDue({ plan, passed, doubted }: State): ApprovalStep | undefined {
  const approvals = plan.steps.filter(isApproval);
  const current = plan.steps.find(({ id }) => !passed.includes(id));
  return approvals.find(({ id }) => doubted.includes(id)) ?? (isApproval(current) ? current : undefined);
}

/** What is asked for. */
export interface Asked {
  readonly step: ApprovalStep;
  /** Roles of which no approval counts. */
  readonly roles: readonly string[];
  /** How many approvals are still needed. */
  readonly missing: number;
}

/** What the next change waits for at a time. Undefined: no approval. */
export function approvalAsked(state: State, at: number): Asked | undefined {
  const step = approvalDue(state);
  if (step === undefined) return undefined;
  const given = state.approvals[step.id] ?? [];
  const counting = countingApprovals(given, at);
  const roles = step.roles.filter((role) => counting.every((each) => each.role !== role));
  return { step, roles, missing: missingApprovals(step, given, at) };
}
