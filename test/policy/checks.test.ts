import assert from "node:assert/strict";

import { UNKNOWN } from "../../policies/checks/field";
import { Subjects, type Resource } from "../../policies/resource";
import { judge } from "../support/judge";
import type { Case } from "./case";
import { ceiling, deployment, kubernetes } from "./cases/good";
import { imageCases } from "./cases/images";
import { ingressCases } from "./cases/ingresses";
import { probeCases } from "./cases/probes";
import { repositoryCases } from "./cases/repositories";
import { resourceCases } from "./cases/resources";
import { unknownCases } from "./cases/unknowns";
import { workloadCases } from "./cases/workloads";
import { expectSaid } from "./expect";

const subjects = new Subjects([], () => Promise.reject(new Error("no case here is a release")));

/** Objects of which not even the containers are known. */
const withoutKnownPod: Readonly<Record<string, Resource>> = {
  "a Deployment whose spec is not known": kubernetes("apps/v1", "Deployment", { spec: UNKNOWN }),
  "a StatefulSet whose containers are not known": kubernetes("apps/v1", "StatefulSet", {
    spec: { template: { spec: { containers: UNKNOWN } } },
  }),
  "a Deployment with a container that is not known": deployment({ containers: [UNKNOWN] }),
  "a list whose items are not known": kubernetes("apps/v1", "DeploymentList", { items: UNKNOWN }),
};

async function hold(each: Case): Promise<void> {
  expectSaid(each, await judge(subjects, each.resource, ceiling));
}

describe("the rules", () => {
  describe("container-resources", () => {
    for (const each of resourceCases) it(`K5 ${each.title}`, () => hold(each));
  });
  describe("image-tag", () => {
    for (const each of imageCases) it(`K3 K4 ${each.title}`, () => hold(each));
  });
  describe("probes", () => {
    for (const each of probeCases) it(`K6 ${each.title}`, () => hold(each));
  });
  describe("repository-immutable", () => {
    for (const each of repositoryCases) it(`K3 ${each.title}`, () => hold(each));
  });
  describe("ingress-tls", () => {
    for (const each of ingressCases) it(`K8 ${each.title}`, () => hold(each));
  });
  describe("every kind with a pod", () => {
    for (const each of workloadCases) it(`K5 K6 ${each.title}`, () => hold(each));
  });
  describe("values known only at up", () => {
    for (const each of unknownCases) it(`D3 ${each.title}`, () => hold(each));
    for (const [title, resource] of Object.entries(withoutKnownPod)) {
      it(`D3 ${title} is refused by every rule of pods`, async () => {
        const said = await judge(subjects, resource, ceiling);
        assert.deepEqual(
          said.map(({ policy }) => policy),
          ["container-resources", "image-tag", "probes"],
        );
        for (const { message } of said) assert.match(message, /known only at up/);
      });
    }
  });
});
