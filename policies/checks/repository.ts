import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

/**
 * An ECR repository keeps its tags: `IMMUTABLE`, or `IMMUTABLE_WITH_EXCLUSION` where no exclusion can match a release's tag; and it scans each
 * image on push.
 */
export function checkRepository(repository: Field): Violation[] {
  return [
    ...checkMutability(repository),
    ...checkScan(repository.at("imageScanningConfiguration", "scanOnPush")),
  ];
}

function checkMutability(repository: Field): Violation[] {
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

function checkScan(scan: Field): Violation[] {
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
