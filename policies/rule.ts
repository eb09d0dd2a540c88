/** What a rule is: data and a pure function over plain objects. The pack, `golive policy test`, the admission policies and the docs all read it. */
import type * as z from "zod";
import type { Violation } from "./checks/violation";
import type { StackLevels } from "./levels";
import type { PolicyName } from "./names";
import type { Subject } from "./subject";
import type { World } from "./world";

export type Severity = "low" | "medium" | "high" | "critical";

/** What a rule reads beside the object. */
export interface Context<Parameters = unknown> {
  /** The rule's own parameters, from policy configuration, stack file or defaults. */
  readonly parameters: Parameters;
  /** Every object that is judged together; for a rule without `needsWorld` it holds the one object alone. */
  readonly world: World;
}

/** One rule. */
export interface Rule {
  readonly name: PolicyName;
  readonly severity: Severity;
  /** What it checks, in one sentence. */
  readonly checks: string;
  /** How a violation is mended, in one sentence. */
  readonly mend: string;
  /** The rows of requirements.md that it serves. */
  readonly requirements: readonly string[];
  /** The upstream rules that it corresponds to: `kyverno:best-practices/require-probes`, `kube-score:pod-probes`. Empty: none is known. */
  readonly upstream: readonly string[];
  readonly levels: StackLevels;
  /** Schema of the parameters, every one with a default. @default - the rule takes none. */
  readonly parameters?: z.ZodObject;
  /** True where the verdict on one object depends on others: judged once all are known, and so at preview alone. @default false */
  readonly needsWorld?: boolean;
  /**
   * True where what it reads is mostly made of other resources' outputs, so that preview can seldom judge it: that does not block there, is told
   * by the policy `undecided`, and `up` judges it before the resource is made. @default false: what cannot be judged blocks
   */
  readonly judgedAtUp?: boolean;
  /** Whether the rule has anything to say of an object: on others there is no verdict at all. */
  readonly applies: (subject: Subject) => boolean;
  readonly judge: (subject: Subject, context: Context) => readonly Violation[];
  /** The object mended, where that is safe; undefined where there is nothing to mend. @default - only a person can mend it. */
  readonly remedy?: (object: Readonly<Record<string, unknown>>, subject: Subject) => object | undefined;
}

/** A rule whose parameters are read by its schema: `judge` gets them parsed. */
export interface RuleWith<Schema extends z.ZodObject> extends Omit<Rule, "parameters" | "judge"> {
  readonly parameters: Schema;
  readonly judge: (subject: Subject, context: Context<z.output<Schema>>) => readonly Violation[];
}

/** Makes a rule of one whose `judge` takes parsed parameters. Throws zod's error where they are none of the schema's. */
export function withParameters<Schema extends z.ZodObject>(rule: RuleWith<Schema>): Rule {
  const parsed = new WeakMap<object, z.output<Schema>>();
  const defaults = rule.parameters.parse({});
  const parse = (raw: unknown): z.output<Schema> => {
    if (typeof raw !== "object" || raw === null) return defaults;
    const known = parsed.get(raw) ?? rule.parameters.parse(raw);
    parsed.set(raw, known);
    return known;
  };
  return {
    ...rule,
    judge: (subject, context) => rule.judge(subject, { ...context, parameters: parse(context.parameters) }),
  };
}
