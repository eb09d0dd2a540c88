import { UNKNOWN } from "../../../policies/checks/field";
import { passes, refuses, type Case } from "../case";
import { albIngress, deployment, inDeployment, nginxIngress, repository } from "./good";
import { tweak } from "./tweak";

const container = [...inDeployment, "containers", 0] as const;
const alb = "alb.ingress.kubernetes.io";
const undecided = (path: string) =>
  new RegExp(`${path} is known only at up, so that preview cannot judge it`);

/** Values that are known only at `up`: refused where a rule needs them, let through where it can decide without. */
export const unknownCases: readonly Case[] = [
  ...["limits", "requests"].map((part) =>
    refuses(
      `a memory ${part} that is not known`,
      tweak(deployment(), [...container, "resources", part, "memory"], UNKNOWN),
      "container-resources",
      undecided(`containers\\[0\\].resources.${part}.memory`),
      ["resource-range"],
    ),
  ),
  refuses(
    "resources that are not known",
    tweak(deployment(), [...container, "resources"], UNKNOWN),
    "container-resources",
    undecided("containers\\[0\\].resources"),
    ["resource-range"],
  ),
  refuses(
    "an image that is not known",
    tweak(deployment(), [...container, "image"], UNKNOWN),
    "image-tag",
    undecided("containers\\[0\\].image"),
  ),
  refuses(
    "an image whose tag is not known",
    tweak(deployment(), [...container, "image"], `registry:5000/app:${UNKNOWN}`),
    "image-tag",
    undecided("containers\\[0\\].image"),
  ),
  passes(
    "an image whose registry is not known",
    tweak(deployment(), [...container, "image"], `${UNKNOWN}/app:v1`),
  ),
  passes("a command that is not known", tweak(deployment(), [...container, "args"], [UNKNOWN])),
  refuses(
    "a probe that is not known",
    tweak(deployment(), [...container, "livenessProbe"], UNKNOWN),
    "probes",
    undecided("livenessProbe"),
    ["probes-not-identical"],
  ),
  passes(
    "a probe whose path is not known",
    tweak(deployment(), [...container, "livenessProbe", "httpGet", "path"], UNKNOWN),
  ),
  refuses(
    "tag mutability that is not known",
    tweak(repository, ["imageTagMutability"], UNKNOWN),
    "repository-immutable",
    undecided("imageTagMutability"),
  ),
  passes(
    "a KMS key that is not known",
    tweak(repository, ["encryptionConfigurations"], [{ encryptionType: "KMS", kmsKey: UNKNOWN }]),
  ),
  passes(
    "a certificate's ARN that is not known",
    tweak(albIngress, ["metadata", "annotations", `${alb}/certificate-arn`], UNKNOWN),
  ),
  refuses(
    "annotations that are not known",
    tweak(albIngress, ["metadata", "annotations"], UNKNOWN),
    "ingress-tls",
    undecided("metadata.annotations"),
    ["ingress-class", "ingress-nginx-snippets", "secrets-in-configmap"],
  ),
  refuses(
    "listeners that are not known",
    tweak(albIngress, ["metadata", "annotations", `${alb}/listen-ports`], UNKNOWN),
    "ingress-tls",
    undecided('listen-ports"\\]'),
  ),
  refuses(
    "a host that is not known",
    tweak(nginxIngress, ["spec", "rules", 0, "host"], UNKNOWN),
    "ingress-tls",
    undecided("rules\\[0\\].host"),
    ["ingress-host"],
  ),
  refuses(
    "tls that is not known",
    tweak(nginxIngress, ["spec", "tls"], UNKNOWN),
    "ingress-tls",
    undecided("spec.tls"),
  ),
  refuses(
    "a host of which a part is not known",
    tweak(nginxIngress, ["spec", "rules", 0, "host"], `a.${UNKNOWN}`),
    "ingress-tls",
    undecided("rules\\[0\\].host"),
    ["ingress-host"],
  ),
];
