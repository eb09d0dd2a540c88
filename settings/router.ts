/** What carries the requests of a stack's hosts to their services: ingress-nginx, or a Gateway of the Gateway API. */
import * as z from "zod";
import { list, mapping, text } from "./fields";
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

const bound = z
  .number({ error: () => "expected a number of seconds" })
  .positive({ error: () => "expected more than 0" })
  .meta({ title: "seconds" });

/** Upper bounds of a histogram: as Prometheus wants them, each more than the last. */
const timeBuckets = list(
  bound,
  "Upper bounds, in seconds, of the histogram of response times: what the controller runs with as --time-buckets. A " +
    "threshold that is no bound cannot be told from its neighbours. Not set: the controller's own.",
)
  .min(1, { error: () => "expected at least one bound; leave timeBuckets out for the controller's own" })
  .superRefine((bounds, context) => {
    bounds.forEach((seconds, index) => {
      const before = bounds[index - 1];
      if (before === undefined || seconds > before) return;
      const message = `expected more than the bound before it, ${before}`;
      context.addIssue({ code: "custom", message, path: [index] });
    });
  });

/** Keys that go with one kind alone. */
const OF_KIND = {
  "ingress-nginx": ["className", "namespace", "issuer", "timeBuckets"],
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
    timeBuckets: timeBuckets.optional(),
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
      /** Upper bounds, in seconds, of its histogram of response times. Absent: upstream's own. */
      readonly timeBuckets?: readonly number[];
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
    const { kind, className = "nginx", namespace = "ingress-nginx", issuer, timeBuckets: bounds } = router;
    if (kind === "ingress-nginx") {
      return { kind, className, namespace, issuer, ...(bounds === undefined ? {} : { timeBuckets: bounds }) };
    }
    if (router.gateway !== undefined) return { kind, gateway: router.gateway };
    context.addIssue({
      code: "custom",
      message: "expected the Gateway's name and namespace",
      path: ["gateway"],
    });
    return z.NEVER;
  })
  .prefault({});
