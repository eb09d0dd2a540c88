/** Every rule's form in CEL, or why it has none: a rule that has neither does not compile. */
import type { PolicyName } from "../names";
import { availabilityForms } from "./availability";
import { containerForms } from "./containers";
import type { Excuse, Form } from "./form";
import { imageForms } from "./images";
import { podSecurityForms } from "./pod-security";
import { trafficForms } from "./traffic";

/** Where a rule cannot be judged by one object that the API server is sent. */
const EXCUSES = {
  others: "its verdict depends on other objects, of which the API server shows a policy none",
  outside: "a signature, a provenance or a scan is read from a registry or a report, and CEL reaches neither",
  aws: "it judges AWS resources, which no API server of Kubernetes is sent",
  entropy: "CEL cannot weigh how random a text is, and what is a secret must not stand in an audit log",
  rights:
    "roles are made by a cluster's administrators alone, and RBAC itself refuses to grant what one has not",
  stack: "it judges the stack as a whole, in review",
} as const;

const excused = (reason: keyof typeof EXCUSES): Excuse => ({ excused: EXCUSES[reason] });

export const forms: Readonly<Record<PolicyName, Form | Excuse>> = {
  ...availabilityForms,
  ...containerForms,
  ...imageForms,
  ...podSecurityForms,
  ...trafficForms,
  // containers
  // images
  "image-signature": excused("outside"),
  "image-provenance": excused("outside"),
  "image-scan-age": excused("outside"),
  // pod security
  // availability
  replicas: excused("others"),
  "pdb-present": excused("others"),
  "pdb-allows-disruption": excused("others"),
  "hpa-target": excused("others"),
  topology: excused("others"),
  "job-bounded": {
    excused:
      "whether Helm or a stack removes a finished Job, so that it needs no time to live, is not seen in the Job",
  },
  // access
  "service-account-token": excused("others"),
  "rbac-cluster-admin": excused("rights"),
  "rbac-wildcards": excused("rights"),
  // secrets
  "secrets-in-env": excused("entropy"),
  "secrets-in-configmap": excused("entropy"),
  // traffic
  "canary-ingress": excused("others"),
  "canary-phase": {
    excused:
      "a weight is moved by golive, which keeps the ladder itself, and in an incident by hand, which nothing may hinder",
  },
  "http-route": excused("others"),
  "network-policy": excused("others"),
  // objects
  "default-namespace": {
    excused: "the policies are of a namespace that the stack declares, which `default` never is",
  },
  "namespace-quota": excused("others"),
  "stable-api": {
    excused: "the API server turns an object into the version that a policy names before the policy sees it",
  },
  "chart-renders": {
    excused: "a chart is rendered before anything is sent: the API server gets what it renders to",
  },
  // aws
  "repository-immutable": excused("aws"),
  "repository-scanned": excused("aws"),
  "repository-encrypted": excused("aws"),
  "repository-lifecycle": excused("aws"),
  "bucket-private": excused("aws"),
  "bucket-encrypted": excused("aws"),
  "bucket-versioned": excused("aws"),
  "bucket-locked": excused("aws"),
  "iam-wildcards": excused("aws"),
  "cloudfront-tls": excused("aws"),
  // observability
  "service-alerts": excused("others"),
  "service-dashboard": excused("others"),
  "service-runbook": excused("others"),
  "service-receiver": excused("others"),
  "alert-annotated": excused("stack"),
};

/** The form of a rule, where it has one. */
export function formOf(name: PolicyName): Form | undefined {
  const form = forms[name];
  return "excused" in form ? undefined : form;
}
