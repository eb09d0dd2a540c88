/** What the stack gives to every system: its AWS account and region, and its ceiling. */
import { ACCOUNT_PATTERN, REGION_PATTERN, parseAccountId, parseRegion } from "./aws";
import { cpu, mapping, memory, text } from "./fields";

export const aws = mapping(
  {
    accountId: text(parseAccountId, {
      title: "AWS account: 12 digits",
      description: "AWS account: 12 digits, in quotes.",
      pattern: ACCOUNT_PATTERN,
      examples: ["202533518394"],
    }),
    region: text(parseRegion, {
      title: "AWS region",
      description: "AWS region of the registry, the certificate and the load balancer.",
      pattern: REGION_PATTERN,
      examples: ["us-east-1"],
    }),
  },
  "The AWS account and region of the stack.",
);

export const ceiling = mapping(
  {
    cpu: cpu({ description: "Most CPU that one container may have as its limit." }),
    memory: memory({ description: "Most memory that one container may have as its limit." }),
  },
  "The most that one container of this stack may ask for (policy container-resources).",
);
