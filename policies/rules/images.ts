/** Where a container's image comes from, and whether its name always means the same build. */
import * as z from "zod";
import { checkDigests, checkPullPolicies, checkRegistries, checkTags } from "../checks/image";
import { checkImageFacts } from "../checks/image-facts";
import { hasPods } from "../kinds";
import { everywhere, fromStaging } from "../levels";
import { onPods } from "../pods";
import { withParameters, type Rule } from "../rule";
import { workloadsOf } from "../workloads";

const repositories = z.array(z.string().min(1)).default([]);
const accounts = z.array(z.string().min(1)).default([]);

export const imageRules: readonly Rule[] = [
  {
    name: "image-tag",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container names its image by a tag other than `latest`, or by digest.",
    mend: "Name the version's own tag, or its digest.",
    requirements: ["K3", "K4"],
    upstream: [
      "kyverno:best-practices/disallow-latest-tag",
      "kube-score:container-image-tag",
      "polaris:tagNotSpecified",
      "gatekeeper:disallowedtags",
      "checkov:CKV_K8S_14",
    ],
    levels: everywhere("mandatory"),
    ...onPods(checkTags),
  },
  withParameters({
    name: "image-digest",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container names its image by digest, but those of the repositories in `tagged`.",
    mend: "Add the image's digest in the stack file.",
    requirements: ["K3", "G16"],
    upstream: ["kyverno:other/require-image-checksum", "gatekeeper:imagedigests", "checkov:CKV_K8S_43"],
    levels: fromStaging,
    parameters: z.strictObject({
      tagged: repositories.describe(
        "The registries and repositories of which a tag is enough. A stack allows it to the images of golive's own components, whose code names the tag.",
      ),
    }),
    ...onPods((pod, { tagged }: { readonly tagged: readonly string[] }) => checkDigests(pod, tagged)),
  }),
  withParameters({
    name: "image-registry",
    severity: "high",
    checks:
      "Every container, init container and ephemeral container takes its image from one of `registries`: from a registry, a folder of one or a repository, by its whole name.",
    mend: "Copy the image to an allowed registry, or allow its own in review.",
    requirements: ["K3"],
    upstream: ["kyverno:best-practices/restrict-image-registries", "gatekeeper:allowedreposv2"],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      registries: repositories.describe(
        "What images may come from: registries, folders of them, repositories. Empty: anything. A stack allows its account's registry and the images of golive's own components.",
      ),
    }),
    ...onPods((pod, { registries }: { readonly registries: readonly string[] }) =>
      checkRegistries(pod, registries),
    ),
  }),
  withParameters({
    name: "pull-policy",
    severity: "low",
    checks:
      "Every container, init container and ephemeral container is pulled by one of `policies`, whether it says so or Kubernetes takes it by default: what a node happens to hold is not run unasked.",
    mend: "Set `imagePullPolicy`.",
    requirements: ["K3"],
    upstream: [
      "kyverno:other/always-pull-images",
      "kube-score:container-image-pull-policy",
      "polaris:pullPolicyNotAlways",
      "checkov:CKV_K8S_15",
    ],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      policies: z
        .array(z.enum(["Always", "IfNotPresent", "Never"]))
        .min(1)
        .default(["Always"])
        .describe(
          "The policies that are allowed. A stack allows IfNotPresent too: image-tag and repository-immutable see to it that a name means one build.",
        ),
    }),
    ...onPods((pod, { policies }: { readonly policies: readonly string[] }) =>
      checkPullPolicies(pod, policies),
    ),
  }),
  withParameters({
    name: "image-signature",
    severity: "high",
    checks:
      "The image facts among the objects say of every image, by its digest, who signed it: one of `signers`, where some are named.",
    mend: "Sign the image and record who did, by its digest.",
    requirements: ["G16"],
    upstream: ["kyverno:other/verify-image"],
    levels: everywhere("disabled"),
    parameters: z.strictObject({
      signers: accounts.describe("Who may have signed. Empty: anybody."),
    }),
    needsWorld: true,
    applies: hasPods,
    judge: (subject, { parameters: { signers }, world }) =>
      workloadsOf(subject).flatMap(({ pod }) =>
        checkImageFacts(pod, world, { fact: "signedBy", among: signers }),
      ),
  }),
  withParameters({
    name: "image-provenance",
    severity: "high",
    checks:
      "The image facts among the objects say of every image, by its digest, what built it: one of `builders`, where some are named.",
    mend: "Build the image where its provenance is attested, and record the builder, by the image's digest.",
    requirements: ["K10", "G16"],
    upstream: ["kyverno:other/verify-image-slsa"],
    levels: everywhere("disabled"),
    parameters: z.strictObject({
      builders: accounts.describe("What may have built it, such as a workflow's address. Empty: anything."),
    }),
    needsWorld: true,
    applies: hasPods,
    judge: (subject, { parameters: { builders }, world }) =>
      workloadsOf(subject).flatMap(({ pod }) =>
        checkImageFacts(pod, world, { fact: "builtBy", among: builders }),
      ),
  }),
  withParameters({
    name: "image-scan-age",
    severity: "medium",
    checks:
      "The image facts among the objects say of every image, by its digest, when it was last scanned: within the last `hours`.",
    mend: "Scan the image anew and record when, by its digest.",
    requirements: ["K10", "K3"],
    upstream: ["kyverno:other/require-vulnerability-scan"],
    levels: everywhere("disabled"),
    parameters: z.strictObject({
      hours: z.int().positive().default(168).describe("How old a scan may be."),
    }),
    needsWorld: true,
    applies: hasPods,
    judge: (subject, { parameters: { hours }, world }) =>
      workloadsOf(subject).flatMap(({ pod }) =>
        checkImageFacts(pod, world, { fact: "scannedAt", within: hours }),
      ),
  }),
];
