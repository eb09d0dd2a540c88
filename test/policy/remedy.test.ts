import assert from "node:assert/strict";

import { isRecord } from "../../policies/checks/field";
import { judge } from "../../policies/judgement";
import { Subjects, type Resource } from "../../policies/resource";
import { rules } from "../../policies/rules";
import { World } from "../../policies/world";
import { cronJobOf, deployment, endingPod, inDeployment, kubernetes } from "./cases/good";
import { tweak } from "./cases/tweak";

const subjects = new Subjects([], () => Promise.reject(new Error("no case here is a release")));
const positions = ["containers", "initContainers", "ephemeralContainers"] as const;

/** A Deployment without one setting, on each container or on the pod. */
const broken: Readonly<Record<string, Resource>> = {
  "privilege-escalation": without("allowPrivilegeEscalation"),
  "drop-all-capabilities": without("capabilities"),
  seccomp: tweak(deployment(), [...inDeployment, "securityContext", "seccompProfile"], undefined),
};

function without(key: string): Resource {
  return positions.reduce(
    (each, position) => tweak(each, [...inDeployment, position, 0, "securityContext", key], undefined),
    deployment(),
  );
}

async function verdictOn(name: string, resource: Resource) {
  const rule = rules.find((each) => each.name === name) ?? assert.fail(name);
  const [subject = assert.fail("no subject")] = await subjects.of(resource);
  const { verdict } =
    judge(rule, subject, { parameters: {}, world: new World([subject]) }) ?? assert.fail("not judged");
  const props = isRecord(resource.props) ? resource.props : {};
  return { verdict, mended: rule.remedy?.(props, subject) };
}

describe("the remedies", () => {
  it("K1 are of rules that lose nothing by them", () => {
    const named = rules.filter(({ remedy }) => remedy !== undefined).map(({ name }) => name);
    assert.deepEqual(named, Object.keys(broken));
  });

  for (const [name, resource] of Object.entries(broken))
    it(`K1 ${name} mends what is missing, and then lets it through`, async () => {
      const { verdict, mended } = await verdictOn(name, resource);
      assert.equal(verdict, "fail");
      assert.equal((await verdictOn(name, { ...resource, props: mended })).verdict, "pass");
    });

  it("K1 leave what somebody has chosen, for a person to change", async () => {
    const chosen = tweak(
      deployment(),
      [...inDeployment, "containers", 0, "securityContext", "allowPrivilegeEscalation"],
      true,
    );
    const { mended } = await verdictOn("privilege-escalation", chosen);
    assert.equal((await verdictOn("privilege-escalation", { ...chosen, props: mended })).verdict, "fail");
  });

  it("K1 reach the pods of a CronJob, and leave lists and custom resources alone", async () => {
    const pod = { ...endingPod, securityContext: { runAsNonRoot: true } };
    const cronJob = kubernetes("batch/v1", "CronJob", { spec: cronJobOf(pod) });
    const { mended } = await verdictOn("seccomp", cronJob);
    assert.equal((await verdictOn("seccomp", { ...cronJob, props: mended })).verdict, "pass");
    const list = kubernetes("batch/v1", "CronJobList", { items: [cronJob.props] });
    assert.equal((await verdictOn("seccomp", list)).mended, undefined);
    const custom = kubernetes("example.com/v1", "Server", { spec: { podTemplate: { spec: pod } } });
    assert.equal((await verdictOn("seccomp", custom)).mended, undefined);
  });
});
