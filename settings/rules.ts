/**
 * Rules between the fields of a service. They see the fields that are right by themselves and nothing of those that
 * are not, so that a file's field mistakes and rule mistakes are listed together.
 */
import * as z from "zod";
import type { Arn } from "./arn";
import { parseVariableName } from "./environment";
import { isScalar } from "./mistakes";
import { aws, ceiling } from "./place";
import { compareQuantities, type Quantity } from "./quantity";
import { hasSecretName, looksSecret, Secret } from "./secret";
import { covers, service } from "./service";

/** One mistake that a rule found. */
export interface Problem {
  /** Where, below the system's key. */
  readonly path: readonly (string | number)[];
  /** Not set: the mistake is in the value, not in the entry's name. */
  readonly part?: "key";
  /** What would have been right, and how to mend it. */
  readonly message: string;
}

/** What a rule reads, as it stands in the file: the stack's own part and one system's. */
export interface Given {
  /** Name of the stack, e.g. `staging`. */
  readonly stack: string;
  /** Where `service` stands, without the namespace, e.g. `kometa` or `s5.auth`. */
  readonly system: string;
  readonly aws: unknown;
  readonly ceiling: unknown;
  readonly router?: unknown;
  readonly service: unknown;
}

/** A field that is absent where it is missing or mistaken. */
function sound<Field extends z.ZodType>(field: Field) {
  return field.optional().catch(undefined);
}

const resources = z.object({
  cpu: sound(service.limits.shape.cpu),
  memory: sound(service.limits.shape.memory),
});

const view = z.object({
  system: z.string(),
  aws: sound(aws),
  ceiling: sound(z.object({ cpu: sound(ceiling.shape.cpu), memory: sound(ceiling.shape.memory) })),
  service: z.object({
    host: sound(service.host),
    limits: sound(resources),
    requests: sound(resources),
    replicas: z.unknown().optional(),
    autoscaling: sound(service.autoscaling),
    tolerations: z.array(z.unknown()).catch([]),
    pullPrincipals: z.array(z.unknown()).catch([]),
    environment: z.record(z.string(), z.unknown()).catch({}),
    certificate: sound(service.certificate),
    webAcl: sound(service.webAcl),
  }),
});

type View = z.output<typeof view>;
type Rule = (view: View) => readonly Problem[];

const RESOURCES = ["cpu", "memory"] as const;

function exceeds(amount: Quantity | undefined, most: Quantity | undefined): boolean {
  return amount !== undefined && most !== undefined && compareQuantities(amount, most) > 0;
}

const limitsWithinCeiling: Rule = ({ ceiling: most, service: { limits } }) =>
  RESOURCES.filter((resource) => exceeds(limits?.[resource], most?.[resource])).map((resource) => ({
    path: ["limits", resource],
    message:
      `expected at most ${most?.[resource]?.text ?? ""}, golive:ceiling.${resource} of this stack ` +
      "(policy container-resources); lower the limit, or raise the ceiling",
  }));

const requestsWithinLimits: Rule = ({ service: { limits, requests } }) =>
  RESOURCES.filter((resource) => exceeds(requests?.[resource], limits?.[resource])).map((resource) => ({
    path: ["requests", resource],
    message: `expected at most the limit, ${limits?.[resource]?.text ?? ""}; lower the request, or leave it out`,
  }));

const replicasOrAutoscaling: Rule = ({ service: { autoscaling, replicas } }) =>
  autoscaling === undefined || replicas === undefined
    ? []
    : [
        {
          path: ["replicas"],
          message: "expected no replicas beside autoscaling, which sets their number; remove one of the two",
        },
      ];

const fewestIsNotMore: Rule = ({ service: { autoscaling } }) =>
  autoscaling === undefined || autoscaling.minReplicas <= autoscaling.maxReplicas
    ? []
    : [
        {
          path: ["autoscaling", "minReplicas"],
          message: `expected at most maxReplicas, ${autoscaling.maxReplicas}`,
        },
      ];

const certificateCoversHost: Rule = ({ service: { certificate, host } }) =>
  certificate?.kind !== "lookup" || host === undefined || covers(certificate.host, host)
    ? []
    : [
        {
          path: ["certificate", "lookup"],
          message: `expected the name of a certificate that covers ${host}, such as *.${host.slice(host.indexOf(".") + 1)}`,
        },
      ];

function besideLoadBalancer(arn: Arn, place: View["aws"], path: Problem["path"]): readonly Problem[] {
  if (place === undefined || (arn.region === place.region && arn.account === place.accountId)) return [];
  return [
    {
      path,
      message:
        `expected an ARN in ${place.region} of account ${place.accountId} (golive:aws), ` +
        "where the load balancer is",
    },
  ];
}

const certificateIsNear: Rule = ({ aws: place, service: { certificate } }) =>
  certificate?.kind === "arn" ? besideLoadBalancer(certificate.arn, place, ["certificate", "arn"]) : [];

const webAclIsNear: Rule = ({ aws: place, service: { webAcl } }) =>
  webAcl?.kind === "arn" ? besideLoadBalancer(webAcl.arn, place, ["webAcl", "arn"]) : [];

function repeated(key: string, items: readonly unknown[]): readonly Problem[] {
  return items.flatMap((item, index) =>
    items.indexOf(item) < index
      ? [{ path: [key, index], message: "expected each entry once; remove this one" }]
      : [],
  );
}

const tolerationsOnce: Rule = ({ service: { tolerations } }) => repeated("tolerations", tolerations);
const principalsOnce: Rule = ({ service: { pullPrincipals } }) => repeated("pullPrincipals", pullPrincipals);

const variablesAreNamed: Rule = ({ service: { environment } }) =>
  Object.keys(environment).flatMap((name) => {
    const parsed = parseVariableName(name);
    return "problem" in parsed ? [{ path: ["environment", name], part: "key", message: parsed.problem }] : [];
  });

const variablesOnce: Rule = ({ service: { environment } }) => {
  const names = Object.keys(environment);
  return names.flatMap((name, index) => {
    const other = names.slice(0, index).find((earlier) => earlier.toUpperCase() === name.toUpperCase());
    return other === undefined
      ? []
      : [
          {
            path: ["environment", name],
            part: "key",
            message: `expected names that differ by more than case; see ${other}`,
          },
        ];
  });
};

const secretsAreSecret: Rule = ({ system, service: { environment } }) =>
  Object.entries(environment)
    .filter(
      ([name, value]) =>
        isScalar(value) && value !== "" && (hasSecretName(name) || looksSecret(String(value))),
    )
    .map(([name]) => ({
      path: ["environment", name],
      message:
        "expected a secret: its name or its look says that it is one; set it with " +
        `pulumi config set --secret --path 'golive:${system}.environment.${name}', or take it from elsewhere by one of secretRef, generate, external, sealed`,
    }));

const RULES: readonly Rule[] = [
  limitsWithinCeiling,
  requestsWithinLimits,
  replicasOrAutoscaling,
  fewestIsNotMore,
  certificateCoversHost,
  certificateIsNear,
  webAclIsNear,
  tolerationsOnce,
  principalsOnce,
  variablesAreNamed,
  variablesOnce,
  secretsAreSecret,
];

/** The mistake of a field, such as a bucket, whose pods take an AWS role while the stack does not name their identity provider. */
export function oidcProviderProblems(given: Given, path: Problem["path"]): readonly Problem[] {
  const place = sound(aws).parse(given.aws);
  if (place === undefined || place.oidcProvider !== undefined) return [];
  return [
    {
      path,
      message:
        "expected golive:aws.oidcProvider beside it, by which pods take an AWS role; set it to what " +
        "aws eks describe-cluster --query cluster.identity.oidc.issuer prints, without https://",
    },
  ];
}

/** Who fills a Secret with a value of each source; what is encrypted in the stack file or generated, golive does. */
const WRITERS: Readonly<Record<string, string>> = { external: "External Secrets", sealed: "sealed-secrets" };

/** The mistake of a mapping whose values, those of `keys`, one Secret of a fixed name holds, but two would fill. */
export function oneWriterProblems(
  given: Given,
  path: readonly string[],
  keys: readonly string[],
): readonly Problem[] {
  const values = path.reduce((value, step) => mappingOf(value[step]), mappingOf(given.service));
  const writers = new Set(keys.flatMap((key) => writerOf(values[key]) ?? []));
  if (writers.size < 2) return [];
  const message = `expected one kind of source for ${keys.join(", ")}, for one Secret holds them; found values of ${[...writers].join(" and ")}`;
  return [{ path, message }];
}

function writerOf(value: unknown): string | undefined {
  if (value instanceof Secret) return "golive";
  const [source] = Object.keys(mappingOf(value));
  return source === undefined || source === "secretRef" ? undefined : (WRITERS[source] ?? "golive");
}

/** Every mistake between the fields of one service, whose settings must be a mapping. */
export function serviceProblems(given: Given): readonly Problem[] {
  const seen = view.parse(given);
  return RULES.flatMap((rule) => rule(seen));
}

/** The mistakes of a system's workloads, each under its key; what is no mapping is for the schema to say. */
export function workloadProblems(given: Given, keys: readonly string[]): readonly Problem[] {
  const workloads = mappingOf(given.service);
  return keys.flatMap((key) => {
    const service = workloads[key];
    if (typeof service !== "object" || service === null) return [];
    const found = serviceProblems({ ...given, system: `${given.system}.${key}`, service });
    return found.map((problem) => ({ ...problem, path: [key, ...problem.path] }));
  });
}

const mappingOf = (value: unknown): Readonly<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).catch({}).parse(value);
