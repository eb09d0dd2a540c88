import assert from "node:assert/strict";
import { formOf, forms } from "../../policies/admission/forms";
import { literal } from "../../policies/admission/form";
import { admissionPolicies, type AdmissionRule } from "../../policies/admission/objects";
import { policyNames } from "../../policies/names";
import { rules } from "../../policies/rules";

const rule = (more: Partial<AdmissionRule> = {}): AdmissionRule => ({
  name: "privileged",
  form: { judges: "all", refuses: "c.?securityContext.?privileged.orValue(false)" },
  action: "deny",
  message: "No container is privileged.",
  ...more,
});

const validationsOf = (...given: AdmissionRule[]) =>
  admissionPolicies("shop", given).flatMap(({ policy }) => policy.validations);

describe("the rules in CEL", () => {
  it("D8 K12 every rule has a form, or a reason why it is judged in review alone", () => {
    for (const name of policyNames) {
      const form = forms[name];
      if ("excused" in form) assert.match(form.excused, /^\S.{20,}/, name);
      else assert.notEqual(form.refuses, "", name);
    }
  });

  it("D8 K12 a rule that asks for other objects has no form: the API server shows a policy one", () => {
    const asking = rules.filter(({ name, needsWorld }) => needsWorld === true && formOf(name) !== undefined);
    assert.deepEqual(asking, []);
  });

  it("D8 K5 a namespace has one policy and one binding for what refuses, and one for what warns", () => {
    const [deny, warn, ...more] = admissionPolicies("shop", [rule(), rule({ action: "warn" }), rule()]);
    assert.deepEqual(more, []);
    assert.equal(deny?.name, "golive-shop-deny");
    assert.equal(deny.policy.validations.length, 2);
    assert.deepEqual(deny.binding, {
      policyName: "golive-shop-deny",
      validationActions: ["Deny", "Audit"],
      matchResources: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } },
    });
    assert.equal(warn?.name, "golive-shop-warn");
    assert.deepEqual(warn.binding.validationActions, ["Warn", "Audit"]);
    assert.deepEqual(admissionPolicies("shop", []), []);
    assert.equal(admissionPolicies("shop", [rule()]).length, 1);
  });

  it("D8 K12 what a policy cannot judge is refused, and status and scale are not judged", () => {
    const [made] = admissionPolicies("shop", [rule()]);
    assert.equal(made?.policy.failurePolicy, "Fail");
    const judged = made.policy.matchConstraints.resourceRules;
    for (const { operations } of judged) assert.deepEqual(operations, ["CREATE", "UPDATE"]);
    assert.deepEqual(
      judged.flatMap(({ resources }) => resources).filter((resource) => resource.includes("/")),
      ["pods/ephemeralcontainers"],
    );
  });

  it("D8 K5 a message begins with the rule and names the containers", () => {
    const [made] = validationsOf(rule());
    assert.equal(made?.message, "golive privileged: No container is privileged.");
    assert.match(
      made.messageExpression ?? "",
      /^"golive privileged: .* Found in container " \+ variables\.all\.filter/,
    );
  });

  it("D8 K12 an exemption is of the one object, and of its rule alone", () => {
    const [exempt, other] = validationsOf(rule({ exempt: ["Deployment/shop/old"] }), rule());
    assert.match(exempt?.expression ?? "", /^!\(!\(variables\.resource in \["Deployment\/shop\/old"\]\) && /);
    assert.doesNotMatch(other?.expression ?? "", /variables\.resource/);
  });

  it("D8 K5 a rule of services judges what runs on, and one of a kind that kind", () => {
    const [service] = validationsOf(
      rule({ form: { judges: "running", refuses: "true", longRunning: true } }),
    );
    assert.match(service?.expression ?? "", /^!\(variables\.longRunning && variables\.running\.exists/);
    const [kind] = validationsOf(rule({ form: { judges: ["Ingress"], refuses: "a || b" } }));
    assert.equal(kind?.expression, '!(object.kind in ["Ingress"] && (a || b))');
  });

  it("D8 K12 a parameter is a literal, whatever is in it", () => {
    const hosts = ['a"].exists(x, true) || ["', "b\\", "c\nd", "e'"];
    const form = formOf("ingress-host");
    assert.ok(form);
    const [made] = validationsOf(rule({ name: "ingress-host", form, parameters: { hosts } }));
    for (const host of hosts) assert.ok(made?.expression.includes(JSON.stringify(host)), host);
    assert.doesNotMatch(made?.expression ?? "", /\n/);
    assert.equal(literal('a"\\\n'), '"a\\"\\\\\\n"');
  });
});
