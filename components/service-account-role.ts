/** An IAM role that the pods of one Kubernetes service account may take, and nobody else. */
import * as iam from "@pulumi/aws/iam";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, statementProblems, type Statement } from "./iam/statement";

export type { Statement } from "./iam/statement";

export interface ServiceAccountRoleArgs {
  /** Name of the role, unique in the account; at most 64 letters, digits and `+=,.@_-`. */
  readonly name: string;
  readonly namespace: string;
  /** Name of the service account whose pods may take the role. */
  readonly serviceAccount: string;
  /** `arn:aws:iam::<account>:oidc-provider/<issuer>`: the cluster's identity provider, in the role's own account. */
  readonly oidcProviderArn: string;
  /** What the role may do, and no more. */
  readonly statements: readonly Statement[];
  /** Whether the service account is declared here; a release's chart declares its own. @default false */
  readonly createServiceAccount?: boolean;
  /** Tags of the role. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The annotation by which EKS gives a pod the role's credentials. */
const ANNOTATION = "eks.amazonaws.com/role-arn";
const PROVIDER = /^arn:([\w-]+):iam::(\d{12}):oidc-provider\/(\S+)$/;
const NAME = /^[\w+=,.@-]{1,64}$/;

/**
 * Declares an IAM role for a service account: only its tokens, issued by the cluster for STS, may take it, and its
 * inline policy is the statements. A wildcard action, or `*` as the resource of what can be narrowed, is refused.
 *
 * @throws {pulumi.RunError} naming every statement that grants too much.
 * @see L6, L7, S5 of the requirements; https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
export class ServiceAccountRole extends pulumi.ComponentResource {
  /** ARN of the role, known at preview; what takes the role depends on this component. */
  readonly arn: string;
  /** Name of the service account, once it may take the role. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: ServiceAccountRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ServiceAccountRole", name, {}, opts);
    const own = { parent: this };
    const { partition, account, issuer } = providerOf(args);
    refuse(args.statements.map(({ resources, ...rest }) => ({ ...rest, resources: texts(resources) })));
    this.arn = `arn:${partition}:iam::${account}:role/${args.name}`;
    const role = new iam.Role(
      name,
      {
        name: args.name,
        description: `Taken by the service account ${args.namespace}/${args.serviceAccount}`,
        assumeRolePolicy: trustPolicy(args, issuer),
        tags: { ...args.tags },
      },
      own,
    );
    const policy = pulumi.output(args.statements).apply((known) => policyDocument(refuse(known)));
    const granted = new iam.RolePolicy(name, { name: "grants", role: role.name, policy }, own);
    this.serviceAccount = granted.name.apply(() => args.serviceAccount);
    if (args.createServiceAccount === true) {
      const account = serviceAccount(args, this.arn);
      const made = new core.ServiceAccount(name, account, { parent: this, dependsOn: [granted] });
      this.serviceAccount = made.metadata.name;
    }
    this.registerOutputs({ arn: this.arn, serviceAccount: this.serviceAccount });
  }
}

function providerOf({ name, oidcProviderArn }: ServiceAccountRoleArgs) {
  const [, partition, account, issuer] = PROVIDER.exec(oidcProviderArn) ?? [];
  if (partition === undefined || account === undefined || issuer === undefined) {
    throw new pulumi.RunError(
      `role ${name}: oidcProviderArn is ${oidcProviderArn}; expected arn:aws:iam::<account>:oidc-provider/<issuer>`,
    );
  }
  if (!NAME.test(name)) {
    throw new pulumi.RunError(`role ${name}: expected a name of at most 64 letters, digits and +=,.@_-`);
  }
  return { partition, account, issuer };
}

const texts = (resources: readonly pulumi.Input<string>[]) =>
  resources.filter((resource) => typeof resource === "string");

/** The statements, unless one grants too much. */
function refuse<S extends Parameters<typeof statementProblems>[0]>(statements: readonly S[]): readonly S[] {
  const problems = statements.flatMap(statementProblems);
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  return statements;
}

const trustPolicy = (
  { namespace, serviceAccount, oidcProviderArn }: ServiceAccountRoleArgs,
  issuer: string,
) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ServiceAccount",
        Effect: "Allow",
        Principal: { Federated: oidcProviderArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
          },
        },
      },
    ],
  });

/** EKS mounts a token of its own for STS; the API server's stays out of the pods. */
const serviceAccount = ({ namespace, serviceAccount: name }: ServiceAccountRoleArgs, arn: string) => ({
  metadata: { name, namespace, annotations: { [ANNOTATION]: arn } },
  automountServiceAccountToken: false,
});
