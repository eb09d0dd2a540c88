import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/checks/field";
import { exemptionFaults, exemptionOf } from "../../policies/exemptions";
import type { Judgement, Verdict } from "../../policies/judgement";
import { kubernetesSubjects } from "../../policies/kubernetes";
import { rules } from "../../policies/rules";
import type { Exemption } from "../../settings/policies";

const now = new Date("2026-06-01T12:00:00Z");
const exemption: Exemption = {
  rule: "image-tag",
  resource: "Deployment/shop/web",
  reason: "the vendor has no other tag",
  owner: "platform",
  until: "2026-06-30",
};

function judgement(verdict: Verdict, name = "web", namespace = "shop"): Judgement {
  const [rule] = rules.filter((each) => each.name === "image-tag");
  const [subject] = kubernetesSubjects(
    { metadata: { name, namespace } },
    { apiVersion: "apps/v1", kind: "Deployment", name: UNKNOWN },
  );
  assert.ok(rule !== undefined && subject !== undefined);
  return { rule, subject, verdict, violations: [] };
}

describe("an exemption", () => {
  const holds = (of: Judgement, given = exemption) => exemptionOf(of, [given], now) !== undefined;

  it("K27 is of one rule and one object, and of no other", () => {
    assert.equal(holds(judgement("fail")), true);
    assert.equal(holds(judgement("fail", "web-2")), false);
    assert.equal(holds(judgement("fail", "web", "shop-2")), false);
    assert.equal(holds(judgement("fail"), { ...exemption, rule: "probes" }), false);
    assert.equal(holds(judgement("fail"), { ...exemption, resource: "Deployment/web" }), false);
  });

  it("K27 holds until its last day is over, in UTC", () => {
    assert.equal(holds(judgement("fail"), { ...exemption, until: "2026-06-01" }), true);
    assert.equal(holds(judgement("fail"), { ...exemption, until: "2026-05-31" }), false);
  });

  const faults = (given: Exemption, judgements: readonly Judgement[]) =>
    exemptionFaults([given], judgements, now);

  it("K27 has no fault while it exempts something, undecided or failing", () => {
    assert.deepEqual(faults(exemption, [judgement("fail")]), []);
    assert.deepEqual(faults(exemption, [judgement("undecidable")]), []);
  });

  it("K27 is refused by name once it has ended, when it lasts more than a year, and when it exempts nothing", () => {
    const named = "golive:exemptions: the exemption of Deployment/shop/web from image-tag (owner platform)";
    assert.deepEqual(faults({ ...exemption, until: "2026-05-31" }, [judgement("fail")]), [
      `${named} ended with 2026-05-31: mend the object and remove the exemption, or agree on a new date in review`,
    ]);
    assert.deepEqual(faults({ ...exemption, until: "2027-06-03" }, [judgement("fail")]), [
      `${named} lasts until 2027-06-03; allowed: at most a year ahead. Name an earlier date`,
    ]);
    assert.deepEqual(faults({ ...exemption, until: "2027-06-01" }, [judgement("fail")]), []);
    const unused = [`${named} exempts nothing: no such object breaks the rule. Remove it`];
    assert.deepEqual(faults(exemption, [judgement("pass")]), unused);
    assert.deepEqual(faults(exemption, []), unused);
  });
});
