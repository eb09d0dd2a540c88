/** The cases of the rules that judge one object, by what they are about. */
import type { Case } from "../case";
import { duplicateCases } from "./environment";
import { digestCases, imageCases, pullCases, registryCases } from "./images";
import { ingressCases } from "./ingresses";
import { podSecurityCases } from "./pod-security";
import { probeCases, sameProbeCases } from "./probes";
import { releaseCases } from "./releases";
import { repositoryCases } from "./repositories";
import { rangeCases, resourceCases, storageCases } from "./resources";
import { configMapCases, environmentCases } from "./secrets";
import { unknownCases } from "./unknowns";
import { workloadCases } from "./workloads";

export interface CaseGroup {
  readonly title: string;
  /** Ids of the requirements that the cases prove. */
  readonly requirements: string;
  readonly cases: readonly Case[];
}

const group = (title: string, requirements: string, cases: readonly Case[]): CaseGroup => ({
  title,
  requirements,
  cases,
});

export const caseGroups: readonly CaseGroup[] = [
  group("container-resources", "K5", resourceCases),
  group("resource-range", "K5", rangeCases),
  group("ephemeral-storage", "K5", storageCases),
  group("probes", "K6", probeCases),
  group("probes-not-identical", "K6", sameProbeCases),
  group("duplicate-env", "K12", duplicateCases),
  group("image-tag", "K3 K4", imageCases),
  group("image-digest", "K3", digestCases),
  group("image-registry", "K3", registryCases),
  group("pull-policy", "K3", pullCases),
  group("Pod Security", "K1", podSecurityCases),
  group("secrets-in-env", "L7", environmentCases),
  group("secrets-in-configmap", "L7", configMapCases),
  group("chart-renders", "K9", releaseCases),
  group("repositories", "K3", repositoryCases),
  group("Ingresses", "K8", ingressCases),
  group("every kind with a pod", "K5 K6", workloadCases),
  group("values known only at up", "D3", unknownCases),
];

export const everyCase: readonly Case[] = caseGroups.flatMap(({ cases }) => cases);
