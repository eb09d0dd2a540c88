/** Who may do what in a namespace: roles of the team and of CI, bound to groups. */
import * as rbac from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { accessFaults, type AccessRule, ROLES } from "./access/roles";

/** A role, and who has it. */
export interface TeamRole {
  /** Name of the Role and of its RoleBinding, e.g. `devops`. */
  readonly name: string;
  /** Groups that the cluster's authentication gives, e.g. those of an EKS access entry. */
  readonly groups: readonly string[];
  /** @default - those of golive's role of that name (`components/access/roles.ts`) */
  readonly rules?: readonly AccessRule[];
}

export interface TeamAccessArgs {
  readonly namespace: pulumi.Input<string>;
  readonly roles: readonly TeamRole[];
}

/**
 * Declares a Role and a RoleBinding for each role, in one namespace: nothing is granted beyond it.
 *
 * To make or change roles takes more rights than a role of the team has: the first `up` of a namespace, and one that
 * changes access, are a cluster administrator's.
 *
 * @throws {pulumi.RunError} naming every wildcard, and every role that has neither rules nor a name that golive knows.
 * @see L5 of the requirements; https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 */
export class TeamAccess extends pulumi.ComponentResource {
  constructor(name: string, args: TeamAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:TeamAccess", name, {}, opts);
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    for (const { name: role, groups, rules } of checked(args.roles)) {
      const metadata = { name: role, namespace: args.namespace };
      const made = new rbac.Role(`${name}-${role}`, { metadata, rules: rules.map(policyRule) }, own);
      new rbac.RoleBinding(
        `${name}-${role}`,
        {
          metadata,
          roleRef: { apiGroup: RBAC, kind: "Role", name: made.metadata.name },
          subjects: groups.map((group) => ({ apiGroup: RBAC, kind: "Group", name: group })),
        },
        own,
      );
    }
    this.registerOutputs({});
  }
}

const RBAC = "rbac.authorization.k8s.io";

function checked(roles: readonly TeamRole[]) {
  const known: Readonly<Record<string, readonly AccessRule[]>> = ROLES;
  const full = roles.map((role) => ({ ...role, rules: role.rules ?? known[role.name] ?? [] }));
  const faults = full.flatMap(({ name, rules }) =>
    rules.length === 0
      ? [`role ${name} has no rules; give it some, or name it one of ${Object.keys(ROLES).join(", ")}`]
      : accessFaults(name, rules),
  );
  if (faults.length > 0) throw new pulumi.RunError(faults.join("\n"));
  return full;
}

const policyRule = ({ group, resources, verbs }: AccessRule) => ({
  apiGroups: [group],
  resources: [...resources],
  verbs: [...verbs],
});
