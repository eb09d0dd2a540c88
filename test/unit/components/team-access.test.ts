import assert from "node:assert/strict";
import { inventory } from "../../../cli/inventory";
import { record } from "../../../cli/recorder";
import { stackNames } from "../../../cli/stacks";
import { ROLE_NAMES, ROLES, type AccessRule } from "../../../components/access/roles";
import { TeamAccess, type TeamRole } from "../../../components/team-access";
import { useHelm } from "../../support/helm";

const declared = (...roles: TeamRole[]) =>
  record("test", () => Promise.resolve(new TeamAccess("shop", { namespace: "shop", roles })));

/** Whether some rule of a role grants this. */
const grants = (role: readonly AccessRule[], group: string, resource: string, verb: string) =>
  role.some(
    (rule) =>
      rule.group === group && rule.resources.includes(resource) && rule.verbs.some((one) => one === verb),
  );

describe("TeamAccess", function () {
  this.timeout(60_000);

  before(useHelm);

  it("L5 declares a Role and its RoleBinding to the groups, and nothing beyond the namespace", async () => {
    const registered = await declared({ name: "devops", groups: ["golive:devops", "golive:sre"] });
    assert.deepEqual(
      registered.map(({ type, name }) => `${type} ${name}`),
      [
        "golive:components:TeamAccess shop",
        "kubernetes:rbac.authorization.k8s.io/v1:Role shop-devops",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding shop-devops",
      ],
    );
    assert.deepEqual(registered[2]?.inputs.metadata, { name: "devops", namespace: "shop" });
    assert.deepEqual(registered[2].inputs.roleRef, {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "devops",
    });
    assert.deepEqual(
      registered[2].inputs.subjects,
      ["golive:devops", "golive:sre"].map((name) => ({
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Group",
        name,
      })),
    );
  });

  it("L5 has no wildcard, changes no role and no namespace, in any role", () => {
    for (const name of ROLE_NAMES) {
      const rules = ROLES[name];
      assert.doesNotMatch(JSON.stringify(rules), /\*/, name);
      for (const verb of ["create", "update", "patch", "delete"]) {
        for (const resource of ["roles", "rolebindings"]) {
          assert.equal(grants(rules, "rbac.authorization.k8s.io", resource, verb), false, `${name} ${verb}`);
        }
        assert.equal(grants(rules, "", "namespaces", verb), false, `${name} ${verb} namespaces`);
      }
    }
  });

  it("L5 lets ci-deploy make all that the stacks declare in a namespace, but for who may do what", async () => {
    const declaredKinds = new Set<string>();
    for (const stack of await stackNames()) {
      for (const { type } of await inventory(stack)) {
        if (!type.includes(":") || type.startsWith("kubernetes:"))
          declaredKinds.add(type.split(":").at(-1) ?? "");
      }
    }
    const made = new Set(
      ROLES["ci-deploy"]
        .filter(({ verbs }) => verbs.includes("create"))
        .flatMap(({ resources }) => resources),
    );
    const plural = (kind: string) =>
      `${kind
        .toLowerCase()
        .replace(/(s|x)$/, "$1e")
        .replace(/y$/, "ie")}s`;
    const missing = [...declaredKinds].filter((kind) => !made.has(plural(kind)));
    // A release is made of the others; the rest are a cluster administrator's.
    assert.deepEqual(missing.sort(), [
      "ClusterRole",
      "ClusterRoleBinding",
      "Namespace",
      "Release",
      "Role",
      "RoleBinding",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
    ]);
  });

  it("L5 refuses every wildcard of rules of one's own, and a role without any, at once", async () => {
    const wild: AccessRule = { group: "*", resources: ["pods", "*"], verbs: ["get"] };
    await assert.rejects(
      declared({ name: "auditor", groups: ["a"], rules: [wild] }, { name: "nobody", groups: ["b"] }),
      (error: Error) => {
        assert.match(error.message, /role auditor, rule 1: group has "\*"; expected names, no wildcard/);
        assert.match(error.message, /role auditor, rule 1: resources has "\*"/);
        assert.match(
          error.message,
          /role nobody has no rules; .*devops, release-manager, ci-preview, ci-deploy/,
        );
        return true;
      },
    );
  });
});
