/** What carries the requests of a stack's hosts to their services: ingress-nginx, or a Gateway of the Gateway API. */
import * as z from "zod";
import { mapping, text } from "./fields";
import { LABEL_PATTERN, parseLabelName } from "./names";

const name = (title: string, description: string) =>
  text(parseLabelName, { title, description, pattern: LABEL_PATTERN });

const KINDS = ["ingress-nginx", "gateway-api"] as const;

const gateway = mapping(
  {
    name: name("Gateway name", "Name of the Gateway."),
    namespace: name("namespace name", "Namespace of the Gateway, and of the pods that carry its traffic."),
    listener: name("listener name", "Listener that serves HTTPS.").prefault("https"),
  },
  "The Gateway that serves the hosts, with kind gateway-api.",
);

/** Keys that go with one kind alone. */
const OF_KIND = {
  "ingress-nginx": ["className", "namespace", "issuer"],
  "gateway-api": ["gateway"],
} as const;

const given = mapping(
  {
    kind: z
      .enum(KINDS, { error: () => `expected one of ${KINDS.join(", ")}` })
      .default("ingress-nginx")
      .meta({ title: KINDS.map((kind) => `\`${kind}\``).join(" or ") })
      .describe("Who takes the traffic of the stack's hosts."),
    className: name("IngressClass name", "IngressClass of ingress-nginx. Not set: nginx.").optional(),
    namespace: name(
      "namespace name",
      "Namespace of ingress-nginx's pods. Not set: ingress-nginx.",
    ).optional(),
    issuer: name(
      "ClusterIssuer name",
      "ClusterIssuer of cert-manager for the hosts' certificates. Not set: the Secrets are filled by other means.",
    ).optional(),
    gateway: gateway.optional(),
  },
  "What carries requests from hosts to services.",
);

/** The router of a stack, parsed. */
export type RouterSettings =
  | {
      readonly kind: "ingress-nginx";
      readonly className: string;
      readonly namespace: string;
      readonly issuer?: string | undefined;
    }
  | {
      readonly kind: "gateway-api";
      readonly gateway: { readonly name: string; readonly namespace: string; readonly listener: string };
    };

/** `golive:router`. Not set: ingress-nginx with its usual names. */
export const router = given
  .transform((router, context): RouterSettings => {
    const other = router.kind === "gateway-api" ? "ingress-nginx" : "gateway-api";
    for (const key of OF_KIND[other].filter((one) => router[one] !== undefined)) {
      const message = `expected no ${key} here: it goes with kind ${other}`;
      context.addIssue({ code: "custom", message, path: [key] });
    }
    const { kind, className = "nginx", namespace = "ingress-nginx", issuer } = router;
    if (kind === "ingress-nginx") return { kind, className, namespace, issuer };
    if (router.gateway !== undefined) return { kind, gateway: router.gateway };
    context.addIssue({
      code: "custom",
      message: "expected the Gateway's name and namespace",
      path: ["gateway"],
    });
    return z.NEVER;
  })
  .prefault({});
