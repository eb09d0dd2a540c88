/** The rules of the policy pack that a single object decides, kept by the API server itself. */
import * as admission from "@pulumi/kubernetes/admissionregistration/v1";
import * as rbac from "@pulumi/kubernetes/rbac/v1";
import * as pulumi from "@pulumi/pulumi";
import { admissionPolicies, type AdmissionRule } from "../policies/admission/objects";

export interface AdmissionPoliciesArgs {
  /** The namespace whose objects are judged. */
  readonly namespace: string;
  readonly rules: readonly AdmissionRule[];
  /** Groups that may read the policies, as an update that refreshes has to. @default - only who may read them anyway */
  readonly readers?: readonly string[];
}

/**
 * Declares a ValidatingAdmissionPolicy with its binding for the rules that refuse, and one for those that only warn: whoever
 * changes an object of the namespace, by kubectl, by Helm or by another program, meets the verdict of the review.
 *
 * All of them belong to the cluster and not to the namespace: to make or change them takes a cluster administrator.
 *
 * @see K5 and K6 of the requirements; https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class AdmissionPolicies extends pulumi.ComponentResource {
  constructor(name: string, args: AdmissionPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:AdmissionPolicies", name, {}, opts);
    const own = { parent: this };
    const policies = admissionPolicies(args.namespace, args.rules);
    for (const { name: policyName, action, policy, binding } of policies) {
      const metadata = { name: policyName };
      const made = new admission.ValidatingAdmissionPolicy(
        `${name}-${action}`,
        { metadata, spec: policy },
        own,
      );
      new admission.ValidatingAdmissionPolicyBinding(
        `${name}-${action}`,
        { metadata, spec: binding },
        { ...own, dependsOn: [made] },
      );
    }
    const names = policies.map((policy) => policy.name);
    const { readers = [] } = args;
    if (readers.length > 0 && names.length > 0) declareReaders(name, args.namespace, readers, names, own);
    this.registerOutputs({});
  }
}

const RBAC = "rbac.authorization.k8s.io";

/** To read these objects by name, and nothing else. */
function declareReaders(
  name: string,
  namespace: string,
  groups: readonly string[],
  resourceNames: readonly string[],
  opts: pulumi.ComponentResourceOptions,
): void {
  const metadata = { name: `golive-${namespace}-admission` };
  const role = new rbac.ClusterRole(
    `${name}-admission`,
    {
      metadata,
      rules: [
        {
          apiGroups: ["admissionregistration.k8s.io"],
          resources: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
          resourceNames: [...resourceNames],
          verbs: ["get"],
        },
      ],
    },
    opts,
  );
  new rbac.ClusterRoleBinding(
    `${name}-admission`,
    {
      metadata,
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role.metadata.name },
      subjects: groups.map((group) => ({ apiGroup: RBAC, kind: "Group", name: group })),
    },
    opts,
  );
}
