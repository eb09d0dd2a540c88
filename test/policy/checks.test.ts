import assert from "node:assert/strict";

import { UNKNOWN } from "../../policies/checks/field";
import { Subjects, type Resource } from "../../policies/resource";
import { judge } from "../support/judge";
import { caseGroups } from "./cases";
import { ceiling, deployment, kubernetes, templateOf } from "./cases/good";
import { expectSaid } from "./expect";

const subjects = new Subjects([], () => Promise.reject(new Error("no case here is a release")));

/** Objects of which not even the containers are known. */
const withoutKnownPod: Readonly<Record<string, Resource>> = {
  "a StatefulSet whose containers are not known": kubernetes("apps/v1", "StatefulSet", {
    spec: { template: templateOf({ containers: UNKNOWN }) },
  }),
  "a Deployment with a container that is not known": deployment({ containers: [UNKNOWN] }),
};

const ofContainers = [
  "container-resources",
  "resource-range",
  "probes",
  "probes-not-identical",
  "duplicate-env",
  "image-tag",
  "pull-policy",
  "privileged",
  "host-port",
  "run-as-non-root",
  "privilege-escalation",
  "drop-all-capabilities",
  "seccomp",
  "read-only-rootfs",
  "pod-security",
  "secrets-in-env",
];

describe("the rules", () => {
  for (const { title, requirements, cases } of caseGroups)
    describe(title, () => {
      for (const each of cases)
        it(`${requirements} ${each.title}`, async () => {
          expectSaid(each, await judge(subjects, each.resource, ceiling, each.parameters));
        });
    });

  for (const [title, resource] of Object.entries(withoutKnownPod))
    it(`D3 ${title} is refused by every rule of containers`, async () => {
      const said = (await judge(subjects, resource, ceiling)).filter(({ message }) =>
        /known only at up/.test(message),
      );
      const policies = new Set<string>(said.map(({ policy }) => policy));
      for (const rule of ofContainers) assert.ok(policies.has(rule), rule);
    });

  for (const [title, resource] of Object.entries({
    "a Deployment whose spec is not known": kubernetes("apps/v1", "Deployment", { spec: UNKNOWN }),
    "a list whose items are not known": kubernetes("apps/v1", "DeploymentList", { items: UNKNOWN }),
  }))
    it(`D3 ${title} is refused by all that read a pod`, async () => {
      const said = await judge(subjects, resource, ceiling);
      const policies = new Set<string>(said.map(({ policy }) => policy));
      for (const rule of ofContainers) assert.ok(policies.has(rule), rule);
    });
});
