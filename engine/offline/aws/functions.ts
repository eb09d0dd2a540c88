// The functions of the package. Source: @pulumi/aws 7.48.
import type { CertificateDetail, CertificateStatus } from "@aws-sdk/client-acm";
import { NotServed, type Context, type InvokeRequest, type InvokeResult, type Values } from "../provider";
import { flagOf, textOf } from "../table";
import type { Aws, Service } from "./aws";
import { tagBag, textsOf } from "./shapes";

interface AwsFunction {
  /** The service that it asks; none for what the settings hold. */
  readonly service?: Service;
  readonly ask: (args: Values, aws: Aws, token: string) => Promise<Values> | Values;
  /** The answer of a preview that has no endpoint. */
  readonly placeholder?: (args: Values, aws: Aws) => Values;
}

const FUNCTIONS: Readonly<Record<string, AwsFunction | undefined>> = {
  "aws:index/getRegion:getRegion": { ask: (args, aws) => regionValues(textOf(args, "region") ?? aws.region) },
  "aws:index/getCallerIdentity:getCallerIdentity": {
    service: "sts",
    ask: callerIdentity,
    placeholder: (_, { accountId }) =>
      identityValues(accountId, `arn:aws:iam::${accountId}:user/preview`, "preview"),
  },
  "aws:acm/getCertificate:getCertificate": {
    service: "acm",
    ask: findCertificate,
    placeholder: (args, { accountId, region }) => {
      const arn = `arn:aws:acm:${region}:${accountId}:certificate/00000000-0000-0000-0000-000000000000`;
      return {
        ...args,
        arn,
        id: arn,
        region,
        status: "ISSUED",
        certificate: "",
        certificateChain: "",
        tags: {},
      };
    },
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": { service: "ecr", ask: authorizationToken },
  "aws:ecr/getCredentials:getCredentials": { service: "ecr", ask: authorizationToken },
};

/** Answers a function; a preview without an endpoint gets a placeholder where there is one, and a warning. */
export async function callFunction(
  { token, args, preview }: InvokeRequest,
  aws: Aws,
  context: Context,
): Promise<InvokeResult> {
  const found = FUNCTIONS[token];
  if (found === undefined) throw new NotServed(`the function ${token}`);
  const { service, ask, placeholder } = found;
  if (service === undefined || aws.reaches(service) || !preview || placeholder === undefined) {
    return { outputs: await ask(args, aws, token) };
  }
  context.log("warning", `${token} shows a placeholder: this preview has no AWS endpoint to ask`);
  return { outputs: placeholder(args, aws) };
}

const regionValues = (region: string): Values => ({
  id: region,
  name: region,
  region,
  description: region,
  endpoint: `ec2.${region}.amazonaws.com`,
});

const identityValues = (accountId: string, arn: string, userId: string): Values => ({
  id: accountId,
  accountId,
  arn,
  userId,
});

async function callerIdentity(_: Values, aws: Aws, token: string): Promise<Values> {
  const { STS } = await import("@aws-sdk/client-sts");
  const {
    Account = "",
    Arn = "",
    UserId = "",
  } = await new STS(aws.options("sts", token)).getCallerIdentity({});
  return identityValues(Account, Arn, UserId);
}

async function findCertificate(args: Values, aws: Aws, token: string): Promise<Values> {
  const { ACM, CertificateStatus: Status } = await import("@aws-sdk/client-acm");
  const region = textOf(args, "region") ?? aws.region;
  const client = new ACM(aws.options("acm", token, region));
  const wanted = textsOf(args, "statuses") ?? ["ISSUED"];
  const statuses: CertificateStatus[] = Object.values(Status).filter((status) => wanted.includes(status));
  const listed = await client.listCertificates({ CertificateStatuses: statuses });
  const domain = textOf(args, "domain");
  const summaries = (listed.CertificateSummaryList ?? []).filter(({ DomainName }) => DomainName === domain);
  const details = await Promise.all(
    summaries.map(
      async ({ CertificateArn }) => (await client.describeCertificate({ CertificateArn })).Certificate,
    ),
  );
  const types = textsOf(args, "types") ?? ["AMAZON_ISSUED", "IMPORTED", "PRIVATE"];
  const found = details
    .filter((detail) => detail !== undefined)
    .filter(({ Type = "" }) => types.includes(Type));
  const { CertificateArn = "", Status: status } = theOne(
    found,
    domain ?? "",
    flagOf(args, "mostRecent", false),
  );
  const { Tags } = await client.listTagsForCertificate({ CertificateArn });
  return { ...args, arn: CertificateArn, id: CertificateArn, region, status, tags: tagBag(Tags) };
}

function theOne(found: readonly CertificateDetail[], domain: string, mostRecent: boolean): CertificateDetail {
  const newestFirst = [...found].sort(
    (a, b) => (b.NotBefore?.getTime() ?? 0) - (a.NotBefore?.getTime() ?? 0),
  );
  const [first] = newestFirst;
  if (first === undefined) throw new Error(`no matching ACM certificate found for ${domain}`);
  if (newestFirst.length > 1 && !mostRecent) {
    throw new Error(
      `${newestFirst.length} ACM certificates match ${domain}; narrow the search or set mostRecent: true`,
    );
  }
  return first;
}

async function authorizationToken(args: Values, aws: Aws, token: string): Promise<Values> {
  const { ECR } = await import("@aws-sdk/client-ecr");
  const { authorizationData = [] } = await new ECR(aws.options("ecr", token)).getAuthorizationToken({});
  const [data] = authorizationData;
  const authorization = data?.authorizationToken ?? "";
  const [userName = "", password = ""] = Buffer.from(authorization, "base64").toString().split(":");
  const expiresAt = data?.expiresAt?.toISOString() ?? "";
  const common = {
    ...args,
    authorizationToken: authorization,
    expiresAt,
    proxyEndpoint: data?.proxyEndpoint,
  };
  return { ...common, id: aws.region, userName, password };
}
