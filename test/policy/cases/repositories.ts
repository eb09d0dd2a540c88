import { passes, refuses, type Case } from "../case";
import { repository } from "./good";
import { tweak } from "./tweak";

const policy = "repository-immutable";

function excluding(filter: string) {
  const excluded = tweak(repository, ["imageTagMutability"], "IMMUTABLE_WITH_EXCLUSION");
  return tweak(excluded, ["imageTagMutabilityExclusionFilters"], [{ filter, filterType: "WILDCARD" }]);
}

export const repositoryCases: readonly Case[] = [
  passes("an immutable repository that scans on push", repository),
  refuses(
    "a repository that says nothing of its tags",
    tweak(repository, ["imageTagMutability"], undefined),
    policy,
    /^Repository\/kometa-marketplace: imageTagMutability is absent, which AWS takes for MUTABLE/,
  ),
  ...["MUTABLE", "MUTABLE_WITH_EXCLUSION"].map((mutability) =>
    refuses(
      `a ${mutability} repository`,
      tweak(repository, ["imageTagMutability"], mutability),
      policy,
      new RegExp(`is "${mutability}"`),
    ),
  ),
  ...["dev-*", "latest", "cache*", "vnext-*"].map((filter) =>
    passes(`an exclusion of ${filter}`, excluding(filter)),
  ),
  ...["*", "v*", "v1*", "v1.0.0", "2026*", "*-develop-*", ""].map((filter) =>
    refuses(
      `an exclusion of "${filter}", which a release's tag may match`,
      excluding(filter),
      policy,
      /can match a release's tag/,
    ),
  ),
  refuses(
    "a repository without scanning",
    tweak(repository, ["imageScanningConfiguration"], undefined),
    "repository-scanned",
    /imageScanningConfiguration.scanOnPush is absent; allowed: true/,
  ),
  refuses(
    "a repository that does not scan on push",
    tweak(repository, ["imageScanningConfiguration", "scanOnPush"], false),
    "repository-scanned",
    /scanOnPush is "false"/,
  ),
];
