import assert from "node:assert/strict";
import { record } from "../../../cli/recorder";
import { AdmissionPolicies, type AdmissionPoliciesArgs } from "../../../components/admission-policies";
import type { AdmissionRule } from "../../../policies/admission/objects";

const RULE: AdmissionRule = {
  name: "privileged",
  form: { judges: "all", refuses: "c.?securityContext.?privileged.orValue(false)" },
  action: "deny",
  message: "No container is privileged.",
};

const declared = async (args: Partial<AdmissionPoliciesArgs> = {}) => {
  const full = { namespace: "kometa-develop", rules: [RULE], ...args };
  const all = await record("test", () => Promise.resolve(new AdmissionPolicies("kometa", full)));
  return all.filter(({ type }) => type !== "golive:components:AdmissionPolicies");
};

const listed = (all: Awaited<ReturnType<typeof declared>>) =>
  all.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`);

describe("AdmissionPolicies", () => {
  it("K5 D8 declares one policy and its binding, both named after the namespace", async () => {
    const all = await declared();
    assert.deepEqual(listed(all), [
      "ValidatingAdmissionPolicy kometa-deny",
      "ValidatingAdmissionPolicyBinding kometa-deny",
    ]);
    for (const { inputs } of all) assert.deepEqual(inputs.metadata, { name: "golive-kometa-develop-deny" });
  });

  it("K5 D8 declares another pair for the rules that only warn, and nothing without a rule", async () => {
    const both = await declared({ rules: [RULE, { ...RULE, action: "warn" }] });
    assert.deepEqual(listed(both), [
      "ValidatingAdmissionPolicy kometa-deny",
      "ValidatingAdmissionPolicy kometa-warn",
      "ValidatingAdmissionPolicyBinding kometa-deny",
      "ValidatingAdmissionPolicyBinding kometa-warn",
    ]);
    assert.deepEqual(await declared({ rules: [], readers: ["golive:ci-deploy"] }), []);
  });

  it("L5 D8 lets the readers read these objects, by name, and nothing else", async () => {
    const all = await declared({ readers: ["golive:ci-deploy"] });
    const [role, binding] = ["ClusterRole", "ClusterRoleBinding"].map((kind) =>
      all.find(({ type }) => type.endsWith(`:${kind}`)),
    );
    assert.deepEqual(role?.inputs.rules, [
      {
        apiGroups: ["admissionregistration.k8s.io"],
        resources: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
        resourceNames: ["golive-kometa-develop-deny"],
        verbs: ["get"],
      },
    ]);
    assert.deepEqual(binding?.inputs.subjects, [
      { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "golive:ci-deploy" },
    ]);
    assert.equal(listed(await declared({ readers: [] })).length, 2);
  });
});
