/** The settings of one service behind a host: the fields that a system's file puts together. */
import * as z from "zod";
import { ZONE_PATTERN, parseZoneId, type ZoneId } from "./aws";
import { parseCertificateArn, parsePrincipalArn, parseWebAclArn, type Arn } from "./arn";
import { environment } from "./environment";
import { cpu, duration, exactlyOne, list, mapping, memory, text, whole } from "./fields";
import { HOST_PATTERN, parseHost, type Host } from "./host";
import { DIGEST_PATTERN, TAG_PATTERN, parseDigest, parseTag } from "./image";
import {
  LABEL_PATTERN,
  RELEASE_PATTERN,
  REPOSITORY_PATTERN,
  parseNamespaceName,
  parseReleaseName,
  parseRepositoryName,
} from "./names";
import type { Parsed } from "./parsed";
import type { Cpu, Memory } from "./quantity";
import { TOLERATION_PATTERN, parseToleration } from "./toleration";

/** CPU and memory of one container. */
export interface Resources {
  readonly cpu: Cpu;
  readonly memory: Memory;
}

/** Where the TLS certificate of a host comes from. */
export type CertificateSource =
  | { readonly kind: "create"; readonly zoneId?: ZoneId | undefined }
  | { readonly kind: "arn"; readonly arn: Arn<"acm"> }
  | { readonly kind: "lookup"; readonly host: string };

/** What protects a host: a rate limit of its own, or a web ACL that exists. */
export type WebAclSource =
  | { readonly kind: "rateLimit"; readonly requestsPerFiveMinutes: number }
  | { readonly kind: "arn"; readonly arn: Arn<"wafv2"> };

declare const httpPath: unique symbol;
/** An absolute path of a URL. */
export type HttpPath = string & { readonly [httpPath]: true };

const HTTP_PATH_PATTERN = "^/[A-Za-z0-9._~/-]*$";
const HTTP_PATH = new RegExp(HTTP_PATH_PATTERN);

function isHttpPath(path: string): path is HttpPath {
  return HTTP_PATH.test(path);
}

/** A path such as `/health`: no scheme, host, query or space. */
function parseHttpPath(path: string): Parsed<HttpPath> {
  if (isHttpPath(path)) return { value: path };
  const mend = isHttpPath(`/${path}`) && path !== "" ? `; write /${path}` : "";
  return { problem: `expected an absolute path such as /health${mend}` };
}

/** A path of a URL. */
export function urlPath(description: string) {
  return text(parseHttpPath, { title: "URL path", description, pattern: HTTP_PATH_PATTERN });
}

const CERTIFICATE_HOST_PATTERN = HOST_PATTERN.replace("(?=.{1,253}$)", String.raw`(?=.{1,253}$)(?:\*\.)?`);

/** The name on a certificate: a host, or a wildcard of one level. */
function parseCertificateHost(name: string): Parsed<string> {
  const parsed = parseHost(name.replace(/^\*\./, ""));
  return "value" in parsed ? { value: name } : parsed;
}

const POLICY = "policy container-resources: every container has limits, within golive:ceiling";

/** `exactlyOne`, as JSON Schema says it. */
function anyOneOf(...keys: readonly string[]) {
  return keys.map((key) => ({ required: [key] }));
}

const certificate = mapping(
  {
    create: z
      .literal(true, { error: () => "expected true" })
      .optional()
      .describe("Declare a certificate for the host, validated by DNS."),
    zoneId: text(parseZoneId, {
      title: "hosted zone id",
      description:
        "Route 53 hosted zone for the validation records, with create. Not set: no records are made; a person makes them.",
      pattern: ZONE_PATTERN,
    }).optional(),
    arn: text(parseCertificateArn, {
      title: "ACM certificate ARN",
      description: "An ACM certificate that exists, in the stack's account and region.",
    }).optional(),
    lookup: text(parseCertificateHost, {
      title: "DNS host, or *.domain",
      description: "The domain name of an issued ACM certificate, to be looked up. It must cover the host.",
      pattern: CERTIFICATE_HOST_PATTERN,
    }).optional(),
  },
  "The TLS certificate of the host: exactly one of create, arn and lookup.",
)
  .transform((given, context): CertificateSource => {
    exactlyOne(given, ["create", "arn", "lookup"], context);
    if (given.zoneId !== undefined && given.create === undefined) {
      context.addIssue({
        code: "custom",
        message: "expected no zoneId here: it goes with create: true",
        path: ["zoneId"],
      });
    }
    if (given.arn !== undefined) return { kind: "arn", arn: given.arn };
    if (given.lookup !== undefined) return { kind: "lookup", host: given.lookup };
    return { kind: "create", zoneId: given.zoneId };
  })
  .meta({ oneOf: anyOneOf("create", "arn", "lookup") });

const webAcl = mapping(
  {
    rateLimit: whole(
      10,
      2_000_000_000,
      "Requests per 5 minutes from one IP address; more are answered with 403.",
    ).optional(),
    arn: text(parseWebAclArn, {
      title: "WAF web ACL ARN",
      description: "A regional WAF web ACL that exists.",
    }).optional(),
  },
  "Web application firewall: exactly one of rateLimit and arn. Not set: none.",
)
  .transform((given, context): WebAclSource => {
    exactlyOne(given, ["rateLimit", "arn"], context);
    return given.arn === undefined
      ? { kind: "rateLimit", requestsPerFiveMinutes: given.rateLimit ?? 0 }
      : { kind: "arn", arn: given.arn };
  })
  .meta({ oneOf: anyOneOf("rateLimit", "arn") });

/** Fields of a service that stands behind one host. Spread into a system's mapping; see `systems/kometa.ts`. */
export const service = {
  namespace: text(parseNamespaceName, {
    title: "namespace name",
    description: "Namespace of the system.",
    pattern: LABEL_PATTERN,
  }),
  release: text(parseReleaseName, {
    title: "Helm release name",
    description: "Name of the Helm release.",
    pattern: RELEASE_PATTERN,
  }),
  host: text(parseHost, {
    title: "DNS host",
    description: "Public DNS name of the service.",
    pattern: HOST_PATTERN,
    examples: ["shop.example.com"],
  }),
  port: whole(1, 65_535, "TCP port that the container listens on.").default(3000),
  healthPath: urlPath("Path of the health check, for the probes and the load balancer.").prefault("/health"),
  image: mapping(
    {
      repository: text(parseRepositoryName, {
        title: "ECR repository name",
        description: "ECR repository in the stack's account and region, without registry and tag.",
        pattern: REPOSITORY_PATTERN,
      }),
      tag: text(parseTag, {
        title: "image tag",
        description:
          "The version: the one line that a release changes. A name that moves, such as latest, is refused.",
        pattern: TAG_PATTERN,
      }),
      digest: text(parseDigest, {
        title: "image digest",
        description:
          "Content of the image, sha256:… Not set: the tag alone names it; the repository's tags are immutable.",
        pattern: DIGEST_PATTERN,
      }).optional(),
    },
    "The container image.",
  ),
  replicas: whole(0, 100, "Number of pods. Not with autoscaling.").default(1),
  autoscaling: mapping(
    {
      minReplicas: whole(1, 100, "Fewest pods."),
      maxReplicas: whole(1, 100, "Most pods; no less than minReplicas."),
      cpuPercent: whole(1, 100, "Mean CPU, in percent of the request, above which pods are added.").default(
        70,
      ),
    },
    "Number of pods by load. Not set: `replicas` pods.",
  ).optional(),
  limits: mapping(
    {
      cpu: cpu({
        description: "Most CPU one container may use, at most golive:ceiling.cpu.",
        because: POLICY,
      }),
      memory: memory({
        description: "Most memory one container may use, at most golive:ceiling.memory.",
        because: POLICY,
      }),
    },
    "Resource limits of the container (policy container-resources).",
    POLICY,
  ),
  requests: mapping(
    {
      cpu: cpu({ description: "CPU reserved for one container. Not set: the limit." }).optional(),
      memory: memory({ description: "Memory reserved for one container. Not set: the limit." }).optional(),
    },
    "Resources reserved for the container, at most its limits. Not set: the limits.",
  ).prefault({}),
  tolerations: list(
    text(parseToleration, {
      title: "taint",
      description:
        "A taint, key[=value][:effect]. Without a value any value, without an effect any effect is tolerated.",
      pattern: TOLERATION_PATTERN,
      examples: ["spot-instance", "spot-instance=true:NoSchedule"],
    }),
    "Taints of nodes that the pods tolerate.",
  ).default([]),
  environment: environment.prefault({}),
  certificate,
  webAcl: webAcl.optional(),
  pullPrincipals: list(
    text(parsePrincipalArn, { title: "IAM ARN", description: "ARN of an IAM role, user or account root." }),
    "Who, beside the stack's own account, may pull the image.",
  ).default([]),
  metrics: mapping(
    {
      path: urlPath("Path of the metrics, on the container's port.").prefault("/metrics"),
    },
    "The metrics that the application itself exports (docs/metrics.md). Not set: it exports none.",
  ).optional(),
  shutdownGrace: duration("Time a pod is given to finish its requests before it is killed.").prefault("30s"),
  timeout: duration("Time a release is given to become ready before it is rolled back.").prefault("10m"),
} as const;

/** Fields of one workload of a system that has several: what `service` has, but for its place and what is before it. */
export const workload = {
  release: service.release,
  port: service.port,
  healthPath: service.healthPath,
  image: service.image,
  replicas: service.replicas,
  autoscaling: service.autoscaling,
  limits: service.limits,
  requests: service.requests,
  tolerations: service.tolerations,
  environment: service.environment,
  metrics: service.metrics,
  shutdownGrace: service.shutdownGrace,
  timeout: service.timeout,
} as const;

interface WithResources {
  readonly limits: Resources;
  readonly requests: { readonly cpu?: Cpu | undefined; readonly memory?: Memory | undefined };
}

interface WithRequests {
  readonly requests: Resources;
}

/** Requests that are not set are the limits, as Kubernetes has it; written out, so that a reviewer sees them. */
export function withRequests<S extends WithResources>(settings: S): S & WithRequests {
  const { limits, requests } = settings;
  return {
    ...settings,
    requests: { cpu: requests.cpu ?? limits.cpu, memory: requests.memory ?? limits.memory },
  };
}

/** The settings of one workload, its requests written out. */
export type WorkloadSettings = Omit<z.output<z.ZodObject<typeof workload>>, "requests"> & WithRequests;

/** The host that a certificate name covers: itself, any host one level below its wildcard, or below its domain. */
export function covers(certificateHost: string, host: Host): boolean {
  const domain = certificateHost.replace(/^\*\./, "");
  if (certificateHost !== domain) return host.slice(host.indexOf(".") + 1) === domain;
  return host === domain || host.endsWith(`.${domain}`);
}
