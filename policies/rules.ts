/** Every rule over objects, in the order of docs/policies.md, and what one has to say of some objects. */
import { describe, type Subject } from "./subject";
import type { Rule } from "./rule";
import { accessRules } from "./rules/access";
import { availabilityRules } from "./rules/availability";
import { awsRules } from "./rules/aws";
import { containerRules } from "./rules/containers";
import { imageRules } from "./rules/images";
import { objectRules } from "./rules/objects";
import { observabilityRules } from "./rules/observability";
import { podSecurityRules } from "./rules/pod-security";
import { secretRules } from "./rules/secrets";
import { trafficRules } from "./rules/traffic";
import { World } from "./world";

/** The rules by what they are about. */
export const families: Readonly<Record<string, readonly Rule[]>> = {
  containers: containerRules,
  images: imageRules,
  "pod-security": podSecurityRules,
  availability: availabilityRules,
  access: accessRules,
  secrets: secretRules,
  traffic: trafficRules,
  objects: objectRules,
  aws: awsRules,
  observability: observabilityRules,
};

export const rules: readonly Rule[] = Object.values(families).flat();

/** What a rule has to say of some objects, each message once; of all of `world` by default. */
export function messagesOf(
  rule: Rule,
  subjects: readonly Subject[],
  parameters: unknown = {},
  world = new World(subjects),
): string[] {
  const said = subjects
    .filter((subject) => rule.applies(subject))
    .flatMap((subject) =>
      rule.judge(subject, { parameters, world }).map((violation) => describe(subject, violation)),
    );
  return [...new Set(said)];
}
