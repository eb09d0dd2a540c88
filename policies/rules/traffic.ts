/** How requests reach a service. */
import * as z from "zod";
import { checkCanary, checkPhase, hasCanary } from "../checks/canary";
import { checkHosts } from "../checks/hosts";
import { checkRoute } from "../checks/http-route";
import { checkTlsOf } from "../checks/ingress";
import { checkSelected, checkService } from "../checks/network";
import { annotationsOf, isCanary } from "../checks/paths";
import { undecidable, type Violation } from "../checks/violation";
import { hasPods, isIngress, isKind, isWhole } from "../kinds";
import { everywhere } from "../levels";
import { withParameters, type Rule } from "../rule";
import type { Subject } from "../subject";

/** An Ingress has one class: by its field, or by the annotation that was before it. */
function checkClass(ingress: Subject, classes: readonly string[]): Violation[] {
  const field = ingress.object.at("spec", "ingressClassName");
  const annotation = annotationsOf(ingress).at("kubernetes.io/ingress.class");
  const unread = [field, annotation].find(({ unknown }) => unknown);
  if (unread !== undefined) return [undecidable(unread)];
  const known = classes.length === 0 ? "one class" : `one of ${classes.join(", ")}`;
  const refused = (at: typeof field, found: string) => [
    { path: at.path, found, allowed: known, mend: "set spec.ingressClassName, and remove the annotation" },
  ];
  if (!field.absent && !annotation.absent)
    return refused(annotation, `${annotation.shown()} beside spec.ingressClassName`);
  const used = field.absent && !annotation.absent ? annotation : field;
  const text = used.text() ?? "";
  if (text === "") return refused(used, used.shown());
  return classes.length === 0 || classes.includes(text) ? [] : refused(used, used.shown());
}

/** Annotations that put text into the controller's own configuration: of ingress-nginx, and of NGINX's controller. */
const snippet = /^(nginx\.ingress\.kubernetes\.io|nginx\.org|nginx\.com)\/.*-snippets?$/;

function checkSnippets(subject: Subject): Violation[] {
  const annotations = annotationsOf(subject);
  if (annotations.unknown) return [undecidable(annotations)];
  return annotations
    .keys()
    .filter((key) => snippet.test(key) && !annotations.at(key).absent)
    .map((key) => ({
      path: annotations.at(key).path,
      found: "there",
      allowed: "absent",
      mend: "use the annotation that does one thing, such as configuration by the controller's ConfigMap",
    }));
}

function checkController(configMap: Subject): Violation[] {
  const allows = configMap.object.at("data", "allow-snippet-annotations");
  if (allows.unknown) return [undecidable(allows)];
  if (allows.absent || allows.text() === "false") return [];
  return [
    {
      path: allows.path,
      found: allows.shown(),
      allowed: '"false"',
      mend: "remove it: who may write an Ingress could read every Secret",
    },
  ];
}

const isConfigMap = isKind("core", "ConfigMap");
const names = z.array(z.string()).default([]);

export const trafficRules: readonly Rule[] = [
  {
    name: "ingress-tls",
    severity: "high",
    checks:
      "Every Ingress serves its hosts over TLS: by `spec.tls`, or behind an AWS load balancer by a certificate, an HTTPS listener and a redirect to it.",
    mend: "Add the host and its certificate; behind an AWS load balancer the annotations certificate-arn, listen-ports and ssl-redirect.",
    requirements: ["K8", "K19"],
    upstream: [
      "kyverno:other/require-ingress-https",
      "kyverno:other/ingress-host-match-tls",
      "polaris:tlsSettingsMissing",
      "gatekeeper:httpsonly",
    ],
    levels: everywhere("mandatory"),
    applies: isIngress,
    judge: ({ object }) => checkTlsOf(object),
  },
  withParameters({
    name: "ingress-host",
    severity: "high",
    checks:
      "Every rule of an Ingress names one host in full, no wildcard, and there is no default backend; with `hosts`, only those.",
    mend: "Name the host that the service answers for.",
    requirements: ["K8", "K2"],
    upstream: [
      "kyverno:other/restrict-ingress-wildcard",
      "kyverno:best-practices/disallow-empty-ingress-host",
      "gatekeeper:block-wildcard-ingress",
    ],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({ hosts: names.describe("The hosts that may be served. Empty: any.") }),
    applies: isIngress,
    judge: ({ object }, { parameters }) => checkHosts(object, parameters.hosts),
  }),
  withParameters({
    name: "ingress-class",
    severity: "medium",
    checks:
      "Every Ingress says by one of spec.ingressClassName and the annotation kubernetes.io/ingress.class which controller serves it; with `classes`, only those.",
    mend: "Set `spec.ingressClassName`.",
    requirements: ["K8", "E1"],
    upstream: [],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({ classes: names.describe("The classes that may be used. Empty: any.") }),
    applies: (subject) => isIngress(subject) && subject.patch !== true,
    judge: (subject, { parameters }) => checkClass(subject, parameters.classes),
  }),
  {
    name: "ingress-nginx-snippets",
    severity: "high",
    checks:
      "No Ingress puts text into the controller's configuration by a snippet annotation, and no controller's ConfigMap allows it.",
    mend: "Use an annotation that does one thing, or the controller's own configuration.",
    requirements: ["K19", "E1"],
    upstream: [
      "kyverno:nginx-ingress/disallow-ingress-nginx-custom-snippets",
      "checkov:CKV_K8S_152",
      "checkov:CKV_K8S_153",
      "checkov:CKV_K8S_154",
    ],
    levels: everywhere("mandatory"),
    applies: (subject) => isIngress(subject) || isConfigMap(subject),
    judge: (subject) => (isIngress(subject) ? checkSnippets(subject) : checkController(subject)),
  },
  {
    name: "canary-ingress",
    severity: "high",
    checks:
      "Every canary Ingress of ingress-nginx has a whole weight from 0 to its total, a primary of the same host, path and class, no second canary beside it, Services that no other Ingress uses, and pods of its own; every trap is in docs/traffic.md.",
    mend: "Correct what the message names; progressive delivery by golive's own component does all of it.",
    requirements: ["E1", "E3"],
    upstream: [],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: (subject) => isIngress(subject) && hasCanary(subject),
    judge: (subject, { world }) => checkCanary(subject, world),
  },
  withParameters({
    name: "canary-phase",
    severity: "high",
    checks: "With `ladder`, the share of requests of every canary Ingress is a step of it, or nothing.",
    mend: "Move the canary one step of the ladder at a time.",
    requirements: ["E1", "E3"],
    upstream: [],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      ladder: z
        .array(z.number().min(0).max(100))
        .default([])
        .describe("The steps, in percent of the requests. Empty: any share."),
    }),
    applies: (subject) => isIngress(subject) && isCanary(subject),
    judge: (subject, { parameters }) => checkPhase(subject, parameters.ladder),
  }),
  {
    name: "http-route",
    severity: "high",
    checks:
      "Every rule of an HTTPRoute has a backend with a weight above 0 and each backend once; no older route has its host and match, and no backend is in another namespace without a ReferenceGrant.",
    mend: "Correct what the message names: docs/traffic.md.",
    requirements: ["E1", "E3"],
    upstream: [],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isWhole("gateway.networking.k8s.io", "HTTPRoute"),
    judge: (subject, { world }) => checkRoute(subject, world),
  },
  withParameters({
    name: "service-type",
    severity: "medium",
    checks:
      "No Service is reached from outside the cluster by itself: no NodePort, no LoadBalancer, no external IPs, but those of `exposed`.",
    mend: "Serve it by an Ingress; an ingress controller's own Service is named in `exposed`.",
    requirements: ["K2", "K8", "K19"],
    upstream: [
      "kyverno:best-practices/restrict-node-port",
      "kyverno:other/restrict-loadbalancer",
      "kube-score:service-type",
      "gatekeeper:block-nodeport-services",
      "gatekeeper:block-loadbalancer-services",
    ],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      exposed: names.describe("The Services that may be reached from outside, each as namespace/name."),
    }),
    applies: isKind("core", "Service"),
    judge: (subject, { parameters }) => checkService(subject, parameters.exposed),
  }),
  {
    name: "network-policy",
    severity: "medium",
    checks: "The pods of every workload are selected by a NetworkPolicy of their namespace.",
    mend: "Declare a NetworkPolicy with `podSelector: {}` that denies by default.",
    requirements: ["K1", "K19"],
    upstream: [
      "kyverno:other/require-netpol",
      "kube-score:pod-networkpolicy",
      "polaris:missingNetworkPolicy",
      "checkov:CKV2_K8S_6",
    ],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: hasPods,
    judge: (subject, { world }) => checkSelected(subject, world),
  },
];
