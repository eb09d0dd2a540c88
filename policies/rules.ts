import type { Field } from "./checks/field";
import { checkImages } from "./checks/image";
import { checkIngress } from "./checks/ingress";
import { checkProbes } from "./checks/probes";
import { checkRepository } from "./checks/repository";
import { checkResources, type Ceiling } from "./checks/resources";
import type { Violation } from "./checks/violation";
import type { PolicyName } from "./levels";
import { describe, type Subject } from "./subject";
import { workloadsOf } from "./workloads";

/** What a rule is told beside the object. */
export interface RuleSettings {
  readonly ceiling: Ceiling;
}

/** One rule of the pack. */
export interface Rule {
  readonly name: PolicyName;
  /** What it checks, in one sentence. */
  readonly checks: string;
  /** How a violation is mended, in one sentence. */
  readonly mend: string;
  /** The rows of requirements.md that it serves. */
  readonly requirements: readonly string[];
  /** True where the rule reads a ceiling, which the policy's configuration may set. @default false */
  readonly configurable?: boolean;
  readonly judge: (subject: Subject, settings: RuleSettings) => readonly Violation[];
}

function onPods(check: (pod: Field, settings: RuleSettings) => Violation[]): Rule["judge"] {
  return (subject, settings) => workloadsOf(subject).flatMap(({ pod }) => check(pod, settings));
}

const ingressGroups = ["networking.k8s.io", "extensions"];

/** Every rule of the pack, in the order of docs/policies.md. */
export const rules: readonly Rule[] = [
  {
    name: "container-resources",
    checks:
      "Every container and init container has limits and requests of CPU and memory, no request above its limit and no limit above the stack's ceiling.",
    mend: "Set the limits in the stack file, or raise `golive:ceiling` there, in review.",
    requirements: ["K5"],
    configurable: true,
    judge: onPods((pod, { ceiling }) => checkResources(pod, ceiling)),
  },
  {
    name: "image-tag",
    checks:
      "Every container, init container and ephemeral container names its image by a tag other than `latest`, or by digest.",
    mend: "Name the version's own tag, or its digest.",
    requirements: ["K3", "K4"],
    judge: onPods(checkImages),
  },
  {
    name: "probes",
    checks: "Every container of a long-running pod has a liveness, a readiness and a startup probe.",
    mend: "Give the container the missing probe.",
    requirements: ["K6"],
    judge: (subject) =>
      workloadsOf(subject).flatMap(({ pod, longRunning }) => (longRunning ? checkProbes(pod) : [])),
  },
  {
    name: "repository-immutable",
    checks: "Every ECR repository keeps a release's tag for good and scans each image on push.",
    mend: 'Set `imageTagMutability: "IMMUTABLE"` and `imageScanningConfiguration: { scanOnPush: true }`.',
    requirements: ["K3"],
    judge: ({ group, kind, object }) =>
      group === "aws" && kind === "Repository" ? checkRepository(object) : [],
  },
  {
    name: "ingress-tls",
    checks:
      "Every Ingress names its hosts in full and serves each over TLS: by `spec.tls`, or behind an AWS load balancer by a certificate, an HTTPS listener and a redirect to it.",
    mend: "Add the host and its certificate; behind an AWS load balancer the annotations certificate-arn, listen-ports and ssl-redirect.",
    requirements: ["K8", "K19"],
    judge: ({ group, kind, object }) =>
      ingressGroups.includes(group) && kind === "Ingress" ? checkIngress(object) : [],
  },
  {
    name: "chart-renders",
    checks:
      "Every Helm release's chart renders at preview with its values, so that the other rules judge what it would install.",
    mend: "Correct the chart or the values that the message names.",
    requirements: ["K9"],
    judge: ({ unrendered }) => unrendered ?? [],
  },
];

/** What a rule has to say of some objects, each message once. */
export function messagesOf(rule: Rule, subjects: readonly Subject[], settings: RuleSettings): string[] {
  return [
    ...new Set(
      subjects.flatMap((subject) =>
        rule.judge(subject, settings).map((violation) => describe(subject, violation)),
      ),
    ),
  ];
}
