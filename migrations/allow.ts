/** Comments by which a migration's author allows what a rule finds: `-- golive: allow RULE: REASON`. Pure. */

export interface Allowance {
  readonly rule: string;
  /** Empty where none is given. */
  readonly reason: string;
}

const ALLOW = /--\s*golive:\s*allow\s+([a-z-]+)\s*:?[ \t]*([^\n]*)/g;

/** The allowances of the comments above a statement. */
export const allowances = (comments: string): readonly Allowance[] =>
  [...comments.matchAll(ALLOW)].map(([, rule = "", reason = ""]) => ({ rule, reason: reason.trim() }));
