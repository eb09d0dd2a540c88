/** What a role may do, statement by statement, and what is too much. Pure. */
import type { Input } from "@pulumi/pulumi";

/** One permission: what may be done to what. */
export interface Statement {
  /** Name of the statement: letters and digits. */
  readonly sid: string;
  /** Actions by their full names, e.g. `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs. `*` alone goes only with actions that AWS grants on nothing less. */
  readonly resources: readonly Input<string>[];
  /** Operator to key to value, e.g. `{ StringEquals: { "s3:prefix": "backups" } }`. @default - none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, Input<string>>>>>;
}

/** A statement whose resources are known. */
type KnownStatement = Omit<Statement, "resources" | "conditions"> & {
  readonly resources: readonly string[];
  readonly conditions?: unknown;
};

/**
 * Actions that know no resource: AWS refuses them on anything but `*`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const WITHOUT_RESOURCE: ReadonlySet<string> = new Set([
  "cloudwatch:PutMetricData",
  "ecr:GetAuthorizationToken",
  "s3:ListAllMyBuckets",
  "sts:GetCallerIdentity",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
]);

const ACTION = /^[a-z0-9-]+:[A-Za-z]+$/;
const SID = /^[A-Za-z0-9]+$/;
/** A wildcard where the resource's own name should begin: after the last `:` of an ARN. */
const NAMELESS = /^\*$|^arn:(?:[^:]*:){4,}\*/;

/** What is wrong with a statement; resources that are not known yet are left out by the caller. */
export function statementProblems({ sid, actions, resources }: KnownStatement): string[] {
  const found = (problem: string) => `statement ${sid}: ${problem}`;
  const free = actions.every((action) => WITHOUT_RESOURCE.has(action));
  return [
    ...(SID.test(sid) ? [] : [found("expected a sid of letters and digits")]),
    ...(actions.length === 0 ? [found("expected at least one action")] : []),
    ...actions
      .filter((action) => !ACTION.test(action))
      .map((action) => found(`action ${action}: expected one action by its full name, such as s3:GetObject`)),
    ...resources
      .filter((resource) => NAMELESS.test(resource) && !(resource === "*" && free))
      .map((resource) =>
        found(
          `resource ${resource}: expected the ARN of what the role is for; ` +
            `* goes only with ${[...WITHOUT_RESOURCE].join(", ")}`,
        ),
      ),
  ];
}

/** The policy of statements, as IAM takes it. */
export function policyDocument(statements: readonly KnownStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    })),
  });
}
