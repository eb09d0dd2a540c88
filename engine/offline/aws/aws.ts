// Where the stand-in sends requests: to an endpoint on this machine, or nowhere.
import { configValue, isValues, type Value, type Values } from "../provider";
import { refuseUnlessLoopback } from "../loopback";

/** The services that the stand-in speaks to, with the suffix of `AWS_ENDPOINT_URL_…`. */
const SERVICES = {
  acm: "ACM",
  cloudfront: "CLOUDFRONT",
  ecr: "ECR",
  iam: "IAM",
  kms: "KMS",
  route53: "ROUTE_53",
  s3: "S3",
  sts: "STS",
  wafv2: "WAFV2",
} as const;

/** A service, as the provider's `endpoints` names it. */
export type Service = keyof typeof SERVICES;

/** What an AWS SDK client is made with. */
export interface ClientOptions {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** There is no endpoint to ask. */
export class NoEndpointError extends Error {
  constructor(service: Service, purpose: string) {
    super(
      `${purpose} needs ${service} of AWS, and golive's offline stand-in for Pulumi's aws plugin has no endpoint. ` +
        `Start moto (engine/moto.ts) and set AWS_ENDPOINT_URL=http://127.0.0.1:PORT, or give the aws provider ` +
        `endpoints: [{ ${service}: "http://127.0.0.1:PORT" }]; for a real account install Pulumi and its aws plugin.`,
    );
  }
}

// Never the user's: what they hold must not leave, even for this machine.
const PLACEHOLDER = { accessKeyId: "offline", secretAccessKey: "offline" };

/** The provider's settings. */
export class Aws {
  readonly region: string;
  /** Tags that every taggable resource gets. */
  readonly defaultTags: Values;
  /** The account that a preview without an endpoint shows. */
  readonly accountId: string;
  readonly #endpoints: ReadonlyMap<string, string>;

  /** Throws where the region is missing or an endpoint is not on this machine. */
  constructor(inputs: Values, environment: NodeJS.ProcessEnv) {
    this.region = regionOf(inputs, environment);
    this.defaultTags = tagsOf(configured(inputs["defaultTags"]));
    this.accountId = accountOf(configured(inputs["allowedAccountIds"]));
    this.#endpoints = endpointsOf(configured(inputs["endpoints"]), environment);
    for (const [service, url] of this.#endpoints) refuseUnlessLoopback(url, `the ${service} endpoint`);
  }

  /** The same settings for a resource of another region. */
  options(service: Service, purpose: string, region = this.region): ClientOptions {
    const endpoint = this.#endpoints.get(service);
    if (endpoint === undefined) throw new NoEndpointError(service, purpose);
    return { region, endpoint, credentials: PLACEHOLDER, maxAttempts: 3 };
  }

  /** True where the service can be asked. */
  reaches(service: Service): boolean {
    return this.#endpoints.has(service);
  }
}

function configured(value: Value | undefined): unknown {
  return configValue(value);
}

function regionOf(inputs: Values, environment: NodeJS.ProcessEnv): string {
  const given = inputs["region"];
  const region =
    typeof given === "string" ? given : (environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"]);
  if (region !== undefined && region !== "") return region;
  throw new Error(
    "Missing region configuration: give the aws provider a region, or set AWS_REGION, or run `pulumi config set aws:region us-east-1`.",
  );
}

function tagsOf(defaultTags: unknown): Values {
  if (!isValues(defaultTags)) return {};
  const tags = defaultTags["tags"];
  return isValues(tags) ? tags : {};
}

const NO_ACCOUNT = "000000000000";

function accountOf(allowed: unknown): string {
  const accounts: unknown[] = Array.isArray(allowed) ? allowed : [];
  return accounts.find((account) => typeof account === "string") ?? NO_ACCOUNT;
}

function endpointsOf(settings: unknown, environment: NodeJS.ProcessEnv): Map<string, string> {
  const found = new Map<string, string>();
  for (const [service, suffix] of Object.entries(SERVICES)) {
    const url = environment[`AWS_ENDPOINT_URL_${suffix}`] ?? environment["AWS_ENDPOINT_URL"];
    if (url !== undefined && url !== "") found.set(service, url);
  }
  for (const entry of Array.isArray(settings) ? settings.filter(isValues) : []) {
    for (const [service, url] of Object.entries(entry)) {
      if (typeof url === "string" && url !== "") found.set(service, url);
    }
  }
  return found;
}
