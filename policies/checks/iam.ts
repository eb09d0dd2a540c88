import type { Subject } from "../subject";
import type { Field } from "./field";
import { listed, statementsOf } from "./policy-document";
import { undecidable, type Violation } from "./violation";

/** Where resources of AWS keep policies. */
const documents: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/Policy": ["policy"],
  "aws:iam/RolePolicy": ["policy"],
  "aws:iam/UserPolicy": ["policy"],
  "aws:iam/GroupPolicy": ["policy"],
  "aws:iam/Role": ["assumeRolePolicy"],
  "aws:s3/BucketPolicy": ["policy"],
  "aws:ecr/RepositoryPolicy": ["policy"],
  "aws:ecr/RegistryPolicy": ["policy"],
  "aws:kms/Key": ["policy"],
  "aws:kms/KeyPolicy": ["policy"],
  "aws:sns/TopicPolicy": ["policy"],
  "aws:sqs/QueuePolicy": ["policy"],
  "aws:secretsmanager/SecretPolicy": ["policy"],
};

/** Where roles, users and groups are given a policy by its ARN. */
const attachments: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/PolicyAttachment": ["policyArn"],
  "aws:iam/RolePolicyAttachment": ["policyArn"],
  "aws:iam/UserPolicyAttachment": ["policyArn"],
  "aws:iam/GroupPolicyAttachment": ["policyArn"],
  "aws:iam/Role": ["managedPolicyArns"],
};

/** Actions that AWS grants on every resource or on none. */
const withoutResource: ReadonlySet<string> = new Set([
  "cloudwatch:PutMetricData",
  "ecr:GetAuthorizationToken",
  "s3:ListAllMyBuckets",
  "sts:GetCallerIdentity",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
]);

const keyOf = ({ group, kind }: Subject): string => `${group}/${kind}`;

/** True for a resource that grants something. */
export function grants(subject: Subject): boolean {
  return documents[keyOf(subject)] !== undefined || attachments[keyOf(subject)] !== undefined;
}

/** A policy grants what it names, to whom it names; what it denies may be as wide as it likes. */
export function checkGrants(subject: Subject): Violation[] {
  const { object } = subject;
  const inputs = (documents[keyOf(subject)] ?? []).map((input) => object.at(input));
  const inline = object
    .at("inlinePolicies")
    .items()
    .map((policy) => policy.at("policy"));
  const ofKey = subject.group === "aws:kms";
  return [
    ...[...inputs, ...inline].flatMap((policy) => checkDocument(policy, ofKey)),
    ...(attachments[keyOf(subject)] ?? []).flatMap((input) =>
      listed(object.at(input)).flatMap(checkAttached),
    ),
  ];
}

function checkDocument(policy: Field, ofKey: boolean): Violation[] {
  const read = statementsOf(policy);
  if ("statements" in read) return read.statements.flatMap((statement) => checkStatement(statement, ofKey));
  if (read.problem === "unknown") return [undecidable(policy)];
  return read.problem === "absent"
    ? []
    : [
        {
          path: policy.path,
          found: read.problem,
          allowed: "a policy's JSON",
          mend: "write the policy with JSON.stringify",
        },
      ];
}

function checkStatement(statement: Field, ofKey: boolean): Violation[] {
  const effect = statement.at("Effect");
  if (effect.text() === "Deny") return [];
  const actions = listed(statement.at("Action"));
  const [resources, principals] = [listed(statement.at("Resource")), principalsOf(statement.at("Principal"))];
  const free = actions.length > 0 && actions.every((action) => withoutResource.has(action.text() ?? ""));
  const guarded = !statement.at("Condition").absent;
  return [
    ...["NotAction", "NotResource", "NotPrincipal"].flatMap((key) => refuseNot(statement.at(key))),
    ...(ofKey ? [] : actions.filter((action) => isWide(action)).map(refuseAction)),
    ...(ofKey || free ? [] : resources.filter(isNameless).map(refuseResource)),
    ...(guarded ? [] : principals.filter((principal) => principal.text() === "*").map(refusePrincipal)),
    ...[effect, ...actions, ...principals]
      .filter(({ unknown }) => unknown)
      .map((field) => undecidable(field)),
  ];
}

/** `"*"`, `{ AWS: "*" }` and `{ AWS: [...] }` alike. */
const principalsOf = (principal: Field): Field[] =>
  principal.keys().length === 0
    ? listed(principal)
    : principal.keys().flatMap((key) => listed(principal.at(key)));

/** `*`, `s3:*` and `*:*`; a prefix such as `s3:Get*` is named well enough. */
const isWide = (action: Field): boolean => /^(\*|[^:]*:\*)$/.test(action.text() ?? "");

/** A wildcard where the resource's own name should begin. */
const isNameless = (resource: Field): boolean => /^\*$|^arn:(?:[^:]*:){4}\*/.test(resource.text() ?? "");

const refuseNot = (field: Field): Violation[] =>
  field.absent
    ? []
    : [
        {
          path: field.path,
          found: "there, which grants all but what it names",
          allowed: "absent",
          mend: "name what is granted",
        },
      ];

const refuseAction = (field: Field): Violation => ({
  path: field.path,
  found: field.shown(),
  allowed: "actions by name, such as s3:GetObject",
  mend: "name the actions that are needed",
});

const refuseResource = (field: Field): Violation => ({
  path: field.path,
  found: field.shown(),
  allowed: "the ARN of what it is for",
  mend: "name the resource",
});

const refusePrincipal = (field: Field): Violation => ({
  path: field.path,
  found: '"*", which is anybody',
  allowed: "an account, a role or a service by name, or a Condition",
  mend: "name who may do it",
});

function checkAttached(arn: Field): Violation[] {
  if (!/:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(arn.text() ?? "")) return [];
  return [
    {
      path: arn.path,
      found: arn.shown(),
      allowed: "a policy of what it is for",
      mend: "write a policy with the actions that are needed",
    },
  ];
}
