/** How requests reach a service. */
import { checkIngress } from "../checks/ingress";
import { everywhere } from "../levels";
import { onKind } from "../pods";
import type { Rule } from "../rule";

const ingressGroups = ["networking.k8s.io", "extensions"];

export const trafficRules: readonly Rule[] = [
  {
    name: "ingress-tls",
    severity: "high",
    checks:
      "Every Ingress names its hosts in full and serves each over TLS: by `spec.tls`, or behind an AWS load balancer by a certificate, an HTTPS listener and a redirect to it.",
    mend: "Add the host and its certificate; behind an AWS load balancer the annotations certificate-arn, listen-ports and ssl-redirect.",
    requirements: ["K8", "K19"],
    upstream: ["kyverno:other/require-ingress-https", "gatekeeper:httpsonly"],
    levels: everywhere("mandatory"),
    ...onKind(ingressGroups, "Ingress", checkIngress),
  },
];
