/**
 * The rules' names, by family: a policy each, and what a policy configuration, an exemption and `golive policy test` call them.
 * Pure data: the stack file's schema reads it too.
 */
export const policyNames = [
  // containers
  "container-resources",
  "resource-range",
  "ephemeral-storage",
  "probes",
  "probes-not-identical",
  "duplicate-env",
  // images
  "image-tag",
  "image-digest",
  "image-registry",
  "pull-policy",
  "image-signature",
  "image-provenance",
  "image-scan-age",
  // pod security
  "privileged",
  "host-namespaces",
  "host-path",
  "host-port",
  "run-as-non-root",
  "privilege-escalation",
  "drop-all-capabilities",
  "seccomp",
  "read-only-rootfs",
  "pod-security",
  // availability
  "replicas",
  "pdb-present",
  "pdb-allows-disruption",
  "hpa-min-replicas",
  "hpa-target",
  "topology",
  "graceful-shutdown",
  "bare-pod",
  "job-bounded",
  // access
  "service-account-token",
  "default-service-account",
  "rbac-cluster-admin",
  "rbac-wildcards",
  // secrets
  "secrets-in-env",
  "secrets-in-configmap",
  // traffic
  "ingress-tls",
  "ingress-host",
  "ingress-class",
  "ingress-nginx-snippets",
  "canary-ingress",
  "canary-phase",
  "http-route",
  "service-type",
  "network-policy",
  // objects
  "default-namespace",
  "namespace-quota",
  "required-labels",
  "stable-api",
  "chart-renders",
  // aws
  "repository-immutable",
  "repository-scanned",
  "repository-encrypted",
  "repository-lifecycle",
  "bucket-private",
  "bucket-encrypted",
  "bucket-versioned",
  "bucket-locked",
  "iam-wildcards",
  "cloudfront-tls",
  // observability
  "service-alerts",
  "service-dashboard",
  "service-runbook",
  "service-receiver",
  "alert-annotated",
] as const;

/** A rule over objects. */
export type PolicyName = (typeof policyNames)[number];

/** The rules over a release as a whole: they sit on the root stack resource, and in the program itself. */
export const releasePolicyNames = [
  "release-record",
  "release-checklist",
  "release-version",
  "release-soak",
  "release-window",
  "release-approvals",
  "release-migration",
  "release-alerts",
  "release-rollback",
  "release-notes",
] as const;

/** A rule over a release. */
export type ReleasePolicyName = (typeof releasePolicyNames)[number];

/** What the pack has beside the rules: whether exemptions still hold, and what could not be judged. */
export const packPolicyNames = ["exemptions", "undecided"] as const;
