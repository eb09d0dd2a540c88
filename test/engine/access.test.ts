import assert from "node:assert/strict";
import { record } from "../../cli/recorder";
import { ROLE_NAMES, type RoleName } from "../../components/access/roles";
import { TeamAccess } from "../../components/team-access";
import type { Cluster } from "../../engine/cluster/cluster";
import { apply, kubectl, newNamespace, sharedCluster } from "../support/cluster";

const groupOf = (role: RoleName) => `golive:${role}`;

/** Who may do what: `verb resource`, by the roles that may. The API server is asked, as each group. */
const MAY: readonly (readonly [question: string, ...roles: RoleName[]])[] = [
  ["get pods", ...ROLE_NAMES],
  ["get pods/log", ...ROLE_NAMES],
  ["list deployments.apps", ...ROLE_NAMES],
  ["get ingresses.networking.k8s.io", ...ROLE_NAMES],
  ["watch jobs.batch", ...ROLE_NAMES],
  ["get rolebindings.rbac.authorization.k8s.io", ...ROLE_NAMES],
  ["get secrets", "devops", "release-manager", "ci-deploy"],
  ["list secrets", "devops", "release-manager", "ci-deploy"],
  ["create secrets", "devops", "release-manager", "ci-deploy"],
  ["patch deployments.apps", "devops", "release-manager", "ci-deploy"],
  ["patch deployments.apps/scale", "devops", "release-manager", "ci-deploy"],
  ["create jobs.batch", "devops", "release-manager", "ci-deploy"],
  ["delete ingresses.networking.k8s.io", "devops", "release-manager", "ci-deploy"],
  ["update networkpolicies.networking.k8s.io", "devops", "release-manager", "ci-deploy"],
  ["delete pods", "devops", "release-manager"],
  ["create pods/exec", "devops"],
  ["create pods/portforward", "devops"],
  ["create pods"],
  ["delete networkpolicies.networking.k8s.io"],
  ["delete resourcequotas"],
  ["create roles.rbac.authorization.k8s.io"],
  ["patch rolebindings.rbac.authorization.k8s.io"],
  ["bind roles.rbac.authorization.k8s.io"],
  ["escalate roles.rbac.authorization.k8s.io"],
  ["create serviceaccounts/token"],
  ["impersonate serviceaccounts"],
  ["patch namespaces"],
  ["delete namespaces"],
];

/** Objects of the component, as the API server takes them. */
async function objectsOf(namespace: string): Promise<readonly unknown[]> {
  const roles = ROLE_NAMES.map((name) => ({ name, groups: [groupOf(name)] }));
  const registered = await record("test", () =>
    Promise.resolve(new TeamAccess("shop", { namespace, roles })),
  );
  return registered.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
}

describe("access on a real API server", () => {
  let cluster: Cluster;
  let namespace: string;
  let other: string;

  before(async () => {
    cluster = await sharedCluster();
    [namespace, other] = await Promise.all([newNamespace(cluster), newNamespace(cluster)]);
    await apply(cluster, ...(await objectsOf(namespace)));
  });

  /** `kubectl auth can-i` says yes with 0 and no with 1; anything else it says on standard error. */
  async function can(group: string, question: string, where: string): Promise<boolean> {
    const [verb = "", resource = ""] = question.split(" ");
    const [kind = "", subresource] = resource.split("/");
    const args = [
      "auth",
      "can-i",
      verb,
      kind,
      `--namespace=${where}`,
      "--as=somebody",
      `--as-group=${group}`,
    ];
    if (subresource !== undefined) args.push(`--subresource=${subresource}`);
    const answer = await kubectl(cluster, args).catch((error: unknown) => {
      if (error instanceof Error && "stdout" in error) return String(error.stdout);
      throw error;
    });
    assert.match(answer, /^(yes|no)/, `${question}: ${answer}`);
    return answer.startsWith("yes");
  }

  for (const [question, ...roles] of MAY) {
    const who =
      roles.length === 0 ? "no role" : roles.length === ROLE_NAMES.length ? "every role" : roles.join(", ");
    it(`L5 ${question}: ${who}`, async () => {
      const answers = await Promise.all(
        ROLE_NAMES.map(async (role) => [role, await can(groupOf(role), question, namespace)] as const),
      );
      assert.deepEqual(
        answers,
        ROLE_NAMES.map((role) => [role, roles.includes(role)]),
      );
    });
  }

  it("L5 grants nothing in another namespace, and nothing to another group", async () => {
    for (const role of ROLE_NAMES) assert.equal(await can(groupOf(role), "get pods", other), false, role);
    assert.equal(await can("golive:nobody", "get pods", namespace), false);
  });
});
