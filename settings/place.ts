/** What the stack gives to every system: its AWS account and region, and its ceiling. */
import {
  ACCOUNT_PATTERN,
  OIDC_PROVIDER_PATTERN,
  REGION_PATTERN,
  parseAccountId,
  parseOidcProvider,
  parseRegion,
} from "./aws";
import * as z from "zod";
import { cpu, mapping, memory, text } from "./fields";
import { LABEL_PATTERN, parseLabelName } from "./names";

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
    oidcProvider: text(parseOidcProvider, {
      title: "issuer of a cluster's tokens, without https://",
      description:
        "Identity provider of the cluster in IAM, by which pods take AWS roles: what " +
        "`aws eks describe-cluster --query cluster.identity.oidc.issuer` prints, without https://. " +
        "Needed where a system's pods use AWS.",
      pattern: OIDC_PROVIDER_PATTERN,
      examples: ["oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"],
    }).optional(),
  },
  "The AWS account and region of the stack.",
);

/** Kinds of store of the External Secrets Operator: of one namespace, or of the whole cluster. */
const STORE_KINDS = ["SecretStore", "ClusterSecretStore"] as const;

export const secretStore = mapping(
  {
    name: text(parseLabelName, {
      title: "name of a store",
      description: "Name of the store, which the cluster's owners have set up.",
      pattern: LABEL_PATTERN,
    }),
    kind: z
      .enum(STORE_KINDS, { error: () => `expected one of ${STORE_KINDS.join(", ")}` })
      .default("ClusterSecretStore")
      .describe(
        "SecretStore is looked for in the system's own namespace, ClusterSecretStore serves every namespace.",
      ),
  },
  "The store of the External Secrets Operator from which { external: … } values come.",
);

export const ceiling = mapping(
  {
    cpu: cpu({ description: "Most CPU that one container may have as its limit." }),
    memory: memory({ description: "Most memory that one container may have as its limit." }),
  },
  "The most that one container of this stack may ask for (policy container-resources).",
);
