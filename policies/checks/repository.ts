import type { Subject } from "../subject";
import type { World } from "../world";
import type { Field } from "./field";
import { partOf } from "./parts";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

/** An ECR repository keeps its tags: `IMMUTABLE`, or `IMMUTABLE_WITH_EXCLUSION` where no exclusion can match a release's tag. */
export function checkMutability(repository: Field): Violation[] {
  const mutability = repository.at("imageTagMutability");
  if (mutability.unknown) return [undecidable(mutability)];
  if (mutability.text() === "IMMUTABLE") return [];
  if (mutability.text() === "IMMUTABLE_WITH_EXCLUSION")
    return checkExclusions(repository.at("imageTagMutabilityExclusionFilters"));
  return [
    {
      path: mutability.path,
      found: mutability.absent ? "absent, which AWS takes for MUTABLE" : mutability.shown(),
      allowed: "IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION with filters that match no release's tag",
      mend: 'set imageTagMutability to "IMMUTABLE"',
    },
  ];
}

function checkExclusions(filters: Field): Violation[] {
  if (filters.unknown) return [undecidable(filters)];
  return filters.items().flatMap((entry) => checkExclusion(entry.at("filter")));
}

function checkExclusion(filter: Field): Violation[] {
  if (filter.unknown) return [undecidable(filter)];
  if (!matchesReleases(filter.text() ?? "")) return [];
  return [
    {
      path: filter.path,
      found: `${filter.shown()}, which can match a release's tag such as v1.2.3`,
      allowed: "a filter that begins with letters no release's tag begins with, such as dev-*",
      mend: "narrow or remove the exclusion",
    },
  ];
}

/** A release's tag begins with `v` and a digit, or with a digit: the filter's text up to its first wildcard tells whether it could match one. */
function matchesReleases(filter: string): boolean {
  const star = filter.indexOf("*");
  const prefix = star < 0 ? filter : filter.slice(0, star);
  const beginsAsRelease = /^v?\d/.test(prefix);
  return star < 0 ? beginsAsRelease || filter === "" : beginsAsRelease || prefix === "" || prefix === "v";
}

/** An ECR repository scans each image on push. */
export function checkScan(repository: Field): Violation[] {
  const scan = repository.at("imageScanningConfiguration", "scanOnPush");
  if (scan.unknown) return [undecidable(scan)];
  if (scan.text() === "true") return [];
  return [
    {
      path: scan.path,
      found: scan.shown(),
      allowed: "true",
      mend: "set imageScanningConfiguration: { scanOnPush: true }",
    },
  ];
}

/** An ECR repository's images are encrypted by a key of KMS. */
export function checkEncryption(repository: Field): Violation[] {
  const [several, one] = [
    repository.at("encryptionConfigurations"),
    repository.at("encryptionConfiguration"),
  ];
  const [first] = several.items();
  const type = (several.unknown ? several : (first ?? one)).at("encryptionType");
  if (type.unknown) return [undecidable(type)];
  if (["KMS", "KMS_DSSE"].includes(type.text() ?? "")) return [];
  return [
    {
      path: several.absent && one.absent ? several.path : type.path,
      found: type.absent ? "absent, which AWS takes for AES256" : type.shown(),
      allowed: "KMS or KMS_DSSE",
      mend: 'set encryptionConfigurations: [{ encryptionType: "KMS", kmsKey }]',
    },
  ];
}

/** An ECR repository has a lifecycle policy, so that what nobody runs any more goes. */
export function checkLifecycle(repository: Subject, world: World): Violation[] {
  if (!repository.object.at("lifecyclePolicy").absent) return [];
  const policy = partOf(repository, "LifecyclePolicy", "repository", world);
  if (policy.found !== undefined) return [];
  const name = repository.object.at("name");
  if (policy.maybe) return [undecidedBy(name, "each LifecyclePolicy")];
  return [
    {
      path: name.path,
      found: `"${repository.name}", which no LifecyclePolicy names`,
      allowed: "a repository with a lifecycle policy",
      mend: "declare a LifecyclePolicy that keeps the last images and removes untagged ones",
    },
  ];
}
