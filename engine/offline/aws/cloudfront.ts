// CloudFront: distributions and origin access controls. Source: terraform-provider-aws internal/service/cloudfront.
import { randomUUID } from "node:crypto";
import type {
  CloudFront,
  CustomErrorResponse,
  DefaultCacheBehavior,
  Distribution,
  DistributionConfig,
  Origin,
  OriginAccessControlConfig,
  ViewerCertificate,
} from "@aws-sdk/client-cloudfront";
import { isValues, type Value, type Values } from "../provider";
import { flagOf, numberOf, textOf } from "../table";
import type { Call, CallWithId, Kind } from "./kind";
import {
  bagOf,
  bagsOf,
  normalSet,
  oneOf,
  setBy,
  tagBag,
  tagChanges,
  tagPairs,
  textsOf,
  unless,
} from "./shapes";
import { until } from "./wait";

type Sdk = typeof import("@aws-sdk/client-cloudfront");

const GONE = ["NoSuchDistribution", "NoSuchOriginAccessControl"];
const DEPLOYMENT_SECONDS = 90 * 60;
/** The zone of every distribution's domain, for alias records. */
const HOSTED_ZONE = "Z2FDTNDATAQYW2";

async function cloudfront(call: Call): Promise<{ client: CloudFront; sdk: Sdk }> {
  const sdk = await import("@aws-sdk/client-cloudfront");
  return { client: new sdk.CloudFront(call.client("cloudfront")), sdk };
}

const distribution: Kind = {
  arguments: [
    "aliases",
    "comment",
    "customErrorResponses",
    "defaultCacheBehavior",
    "defaultRootObject",
    "enabled",
    "httpVersion",
    "isIpv6Enabled",
    "loggingConfig",
    "origins",
    "priceClass",
    "restrictions",
    "retainOnDelete",
    "viewerCertificate",
    "waitForDeployment",
    "webAclId",
  ],
  required: ["defaultCacheBehavior", "enabled", "origins", "restrictions", "viewerCertificate"],
  replaceOn: [],
  defaults: {
    httpVersion: "http2",
    isIpv6Enabled: false,
    priceClass: "PriceClass_All",
    retainOnDelete: false,
    waitForDeployment: true,
  },
  nested: {
    customErrorResponses: ["errorCachingMinTtl", "errorCode", "responseCode", "responsePagePath"],
    defaultCacheBehavior: [
      "allowedMethods",
      "cachePolicyId",
      "cachedMethods",
      "compress",
      "originRequestPolicyId",
      "responseHeadersPolicyId",
      "targetOriginId",
      "viewerProtocolPolicy",
    ],
    loggingConfig: ["bucket", "includeCookies", "prefix"],
    origins: [
      "connectionAttempts",
      "connectionTimeout",
      "domainName",
      "originAccessControlId",
      "originId",
      "originPath",
    ],
    restrictions: ["geoRestriction"],
    "restrictions.geoRestriction": ["locations", "restrictionType"],
    viewerCertificate: [
      "acmCertificateArn",
      "cloudfrontDefaultCertificate",
      "minimumProtocolVersion",
      "sslSupportMethod",
    ],
  },
  regional: false,
  tagged: true,
  normal: {
    aliases: normalSet,
    customErrorResponses: setBy("errorCode"),
    defaultCacheBehavior: normalMethods,
    origins: setBy("originId"),
  },
  computed: [
    "arn",
    "callerReference",
    "domainName",
    "etag",
    "hostedZoneId",
    "inProgressValidationBatches",
    "lastModifiedTime",
    "loggingV1Enabled",
    "status",
  ],
  create: createDistribution,
  read: readDistribution,
  update: updateDistribution,
  delete: deleteDistribution,
};

/** A behaviour whose methods stand in one order. */
function normalMethods(value: Value): Value {
  if (!isValues(value)) return value;
  const methods = ["allowedMethods", "cachedMethods"].flatMap((key): [string, Value][] =>
    value[key] === undefined ? [] : [[key, normalSet(value[key])]],
  );
  return { ...value, ...Object.fromEntries(methods) };
}

async function createDistribution(call: Call): Promise<string> {
  const { client, sdk } = await cloudfront(call);
  const { Distribution: made } = await client.createDistributionWithTags({
    DistributionConfigWithTags: {
      DistributionConfig: definition(call.inputs, randomUUID(), sdk),
      Tags: { Items: tagPairs(call.inputs) },
    },
  });
  const id = made?.Id ?? "";
  await deployed({ ...call, id });
  return id;
}

/** Waits until every edge has the present configuration. */
async function deployed(call: CallWithId): Promise<void> {
  if (!flagOf(call.inputs, "waitForDeployment", true)) return;
  const { client } = await cloudfront(call);
  const reached = async () =>
    (await client.getDistribution({ Id: call.id })).Distribution?.Status === "Deployed";
  await until(call, "the distribution to be deployed", call.timeout || DEPLOYMENT_SECONDS, reached);
}

function definition(inputs: Values, CallerReference: string, sdk: Sdk): DistributionConfig {
  const geo = bagOf(bagOf(inputs, "restrictions"), "geoRestriction");
  const RestrictionType = oneOf(Object.values(sdk.GeoRestrictionType), geo, "restrictionType");
  return {
    CallerReference,
    Aliases: listed(textsOf(inputs, "aliases") ?? []),
    Comment: textOf(inputs, "comment") ?? "",
    CustomErrorResponses: listed(bagsOf(inputs, "customErrorResponses").map(errorResponse)),
    DefaultCacheBehavior: cacheBehavior(bagOf(inputs, "defaultCacheBehavior"), sdk),
    DefaultRootObject: textOf(inputs, "defaultRootObject") ?? "",
    Enabled: flagOf(inputs, "enabled", true),
    HttpVersion: oneOf(Object.values(sdk.HttpVersion), inputs, "httpVersion"),
    IsIPV6Enabled: flagOf(inputs, "isIpv6Enabled", false),
    Logging: logging(inputs),
    Origins: { Quantity: bagsOf(inputs, "origins").length, Items: bagsOf(inputs, "origins").map(origin) },
    PriceClass: oneOf(Object.values(sdk.PriceClass), inputs, "priceClass"),
    Restrictions: {
      GeoRestriction: { RestrictionType, ...listed(textsOf(geo, "locations") ?? []) },
    },
    ViewerCertificate: viewerCertificate(bagOf(inputs, "viewerCertificate"), sdk),
    WebACLId: textOf(inputs, "webAclId") ?? "",
  };
}

/** A list as CloudFront wants it: an empty one has no items. */
const listed = <T>(items: T[]) => ({
  Quantity: items.length,
  Items: items.length === 0 ? undefined : items,
});

const errorResponse = (response: Values): CustomErrorResponse => ({
  ErrorCode: numberOf(response, "errorCode", 0),
  ErrorCachingMinTTL: numberOf(response, "errorCachingMinTtl", 10),
  ResponseCode: String(numberOf(response, "responseCode", 0) || ""),
  ResponsePagePath: textOf(response, "responsePagePath") ?? "",
});

function cacheBehavior(behavior: Values, sdk: Sdk): DefaultCacheBehavior {
  const methods = (key: string) =>
    Object.values(sdk.Method).filter((method) => textsOf(behavior, key)?.includes(method));
  const [allowed, cached] = [methods("allowedMethods"), methods("cachedMethods")];
  const CachedMethods = { Quantity: cached.length, Items: cached };
  const policies = Object.values(sdk.ViewerProtocolPolicy);
  return {
    AllowedMethods: { Quantity: allowed.length, Items: allowed, CachedMethods },
    CachePolicyId: textOf(behavior, "cachePolicyId"),
    Compress: flagOf(behavior, "compress", false),
    OriginRequestPolicyId: textOf(behavior, "originRequestPolicyId"),
    ResponseHeadersPolicyId: textOf(behavior, "responseHeadersPolicyId"),
    TargetOriginId: textOf(behavior, "targetOriginId"),
    ViewerProtocolPolicy: oneOf(policies, behavior, "viewerProtocolPolicy"),
  };
}

function logging(inputs: Values): DistributionConfig["Logging"] {
  const config = bagOf(inputs, "loggingConfig");
  return {
    Enabled: inputs["loggingConfig"] !== undefined,
    Bucket: textOf(config, "bucket") ?? "",
    IncludeCookies: flagOf(config, "includeCookies", false),
    Prefix: textOf(config, "prefix") ?? "",
  };
}

/** Only buckets are served as origins; beside an access control CloudFront wants their old kind of identity empty. */
const origin = (given: Values): Origin => ({
  Id: textOf(given, "originId"),
  DomainName: textOf(given, "domainName"),
  OriginPath: textOf(given, "originPath") ?? "",
  OriginAccessControlId: textOf(given, "originAccessControlId") ?? "",
  ConnectionAttempts: numberOf(given, "connectionAttempts", 3),
  ConnectionTimeout: numberOf(given, "connectionTimeout", 10),
  S3OriginConfig: { OriginAccessIdentity: "" },
});

function viewerCertificate(certificate: Values, sdk: Sdk): ViewerCertificate {
  const versions = Object.values(sdk.MinimumProtocolVersion);
  const ACMCertificateArn = textOf(certificate, "acmCertificateArn");
  if (ACMCertificateArn === undefined) return { CloudFrontDefaultCertificate: true };
  return {
    ACMCertificateArn,
    MinimumProtocolVersion: oneOf(versions, certificate, "minimumProtocolVersion") ?? "TLSv1",
    SSLSupportMethod: oneOf(Object.values(sdk.SSLSupportMethod), certificate, "sslSupportMethod"),
  };
}

async function readDistribution(call: CallWithId): Promise<Values | undefined> {
  const { client } = await cloudfront(call);
  const answer = await unless(GONE, client.getDistribution({ Id: call.id }));
  const found = answer?.Distribution;
  if (found?.DistributionConfig === undefined) return undefined;
  const { Tags } = await client.listTagsForResource({ Resource: found.ARN });
  return {
    ...configValues(found.DistributionConfig),
    ...stateValues(found),
    etag: answer?.ETag,
    retainOnDelete: flagOf(call.inputs, "retainOnDelete", false),
    waitForDeployment: flagOf(call.inputs, "waitForDeployment", true),
    tagsAll: tagBag(Tags?.Items),
  };
}

const stateValues = (found: Distribution): Values => ({
  arn: found.ARN,
  domainName: found.DomainName,
  hostedZoneId: HOSTED_ZONE,
  inProgressValidationBatches: found.InProgressInvalidationBatches,
  lastModifiedTime: found.LastModifiedTime?.toISOString(),
  status: found.Status,
});

function configValues(config: DistributionConfig): Values {
  const { Logging: logs, Restrictions: restrictions } = config;
  const { RestrictionType: restrictionType, Items: locations } = restrictions?.GeoRestriction ?? {};
  return {
    aliases: config.Aliases?.Items ?? [],
    callerReference: config.CallerReference,
    comment: textOrNone(config.Comment),
    customErrorResponses: (config.CustomErrorResponses?.Items ?? []).map(errorValues),
    defaultCacheBehavior: behaviorValues(config.DefaultCacheBehavior),
    defaultRootObject: textOrNone(config.DefaultRootObject),
    enabled: config.Enabled,
    httpVersion: config.HttpVersion?.toLowerCase(),
    isIpv6Enabled: config.IsIPV6Enabled,
    loggingConfig: logs?.Enabled
      ? { bucket: logs.Bucket ?? "", includeCookies: logs.IncludeCookies ?? false, prefix: logs.Prefix ?? "" }
      : undefined,
    loggingV1Enabled: logs?.Enabled ?? false,
    origins: (config.Origins?.Items ?? []).map(originValues),
    priceClass: config.PriceClass,
    restrictions: {
      geoRestriction: { restrictionType: restrictionType ?? "none", locations: locations ?? [] },
    },
    viewerCertificate: certificateValues(config.ViewerCertificate),
    webAclId: textOrNone(config.WebACLId),
  };
}

const textOrNone = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

const errorValues = (response: CustomErrorResponse): Values => ({
  errorCode: response.ErrorCode,
  errorCachingMinTtl: response.ErrorCachingMinTTL,
  responseCode: Number(response.ResponseCode) || undefined,
  responsePagePath: textOrNone(response.ResponsePagePath),
});

const behaviorValues = (behavior: DefaultCacheBehavior | undefined): Values => ({
  allowedMethods: behavior?.AllowedMethods?.Items ?? [],
  cachedMethods: behavior?.AllowedMethods?.CachedMethods?.Items ?? [],
  cachePolicyId: textOrNone(behavior?.CachePolicyId),
  compress: behavior?.Compress ?? false,
  originRequestPolicyId: textOrNone(behavior?.OriginRequestPolicyId),
  responseHeadersPolicyId: textOrNone(behavior?.ResponseHeadersPolicyId),
  targetOriginId: behavior?.TargetOriginId,
  viewerProtocolPolicy: behavior?.ViewerProtocolPolicy,
});

const originValues = (found: Origin): Values => ({
  connectionAttempts: found.ConnectionAttempts,
  connectionTimeout: found.ConnectionTimeout,
  domainName: found.DomainName,
  originAccessControlId: textOrNone(found.OriginAccessControlId),
  originId: found.Id,
  originPath: found.OriginPath ?? "",
});

const certificateValues = (found: ViewerCertificate | undefined): Values => ({
  acmCertificateArn: textOrNone(found?.ACMCertificateArn),
  cloudfrontDefaultCertificate: textOrNone(found?.ACMCertificateArn) === undefined,
  minimumProtocolVersion: found?.MinimumProtocolVersion,
  sslSupportMethod: found?.SSLSupportMethod,
});

async function updateDistribution(call: CallWithId): Promise<void> {
  const { client, sdk } = await cloudfront(call);
  const { ETag, Distribution: found } = await client.getDistribution({ Id: call.id });
  const reference = found?.DistributionConfig?.CallerReference ?? "";
  const DistributionConfig = definition(call.inputs, reference, sdk);
  await client.updateDistribution({ Id: call.id, IfMatch: ETag, DistributionConfig });
  await deployed(call);
  const Resource = found?.ARN;
  const { set, remove } = tagChanges(call.oldInputs, call.inputs);
  if (set.length > 0) await client.tagResource({ Resource, Tags: { Items: set } });
  if (remove.length > 0) await client.untagResource({ Resource, TagKeys: { Items: remove } });
}

/** CloudFront deletes only what is disabled, everywhere. */
async function deleteDistribution(call: CallWithId): Promise<void> {
  const { client } = await cloudfront(call);
  const Id = call.id;
  const found = await unless(GONE, client.getDistribution({ Id }));
  const config = found?.Distribution?.DistributionConfig;
  if (config === undefined) return;
  let IfMatch = found?.ETag;
  if (config.Enabled) {
    const DistributionConfig = { ...config, Enabled: false };
    ({ ETag: IfMatch } = await client.updateDistribution({ Id, IfMatch, DistributionConfig }));
  }
  if (flagOf(call.inputs, "retainOnDelete", false)) return;
  await deployed({ ...call, inputs: {} });
  await unless(GONE, client.deleteDistribution({ Id, IfMatch }));
}

const originAccessControl: Kind = {
  arguments: ["description", "name", "originAccessControlOriginType", "signingBehavior", "signingProtocol"],
  required: ["originAccessControlOriginType", "signingBehavior", "signingProtocol"],
  replaceOn: [],
  defaults: { description: "Managed by Pulumi" },
  regional: false,
  tagged: false,
  autoName: (name) => name,
  normal: {},
  // Its ARN holds the account, which no answer names: left out.
  computed: ["etag"],
  create: async (call) => {
    const { client, sdk } = await cloudfront(call);
    const OriginAccessControlConfig = controlConfig(call.inputs, sdk);
    const made = await client.createOriginAccessControl({ OriginAccessControlConfig });
    return made.OriginAccessControl?.Id ?? "";
  },
  read: readControl,
  update: async (call) => {
    const { client, sdk } = await cloudfront(call);
    const { ETag } = await client.getOriginAccessControl({ Id: call.id });
    const OriginAccessControlConfig = controlConfig(call.inputs, sdk);
    await client.updateOriginAccessControl({ Id: call.id, IfMatch: ETag, OriginAccessControlConfig });
  },
  delete: async (call) => {
    const { client } = await cloudfront(call);
    const found = await unless(GONE, client.getOriginAccessControl({ Id: call.id }));
    if (found !== undefined) await client.deleteOriginAccessControl({ Id: call.id, IfMatch: found.ETag });
  },
};

const controlConfig = (inputs: Values, sdk: Sdk): OriginAccessControlConfig => ({
  Name: textOf(inputs, "name"),
  Description: textOf(inputs, "description") ?? "",
  OriginAccessControlOriginType: oneOf(
    Object.values(sdk.OriginAccessControlOriginTypes),
    inputs,
    "originAccessControlOriginType",
  ),
  SigningBehavior: oneOf(Object.values(sdk.OriginAccessControlSigningBehaviors), inputs, "signingBehavior"),
  SigningProtocol: oneOf(Object.values(sdk.OriginAccessControlSigningProtocols), inputs, "signingProtocol"),
});

async function readControl(call: CallWithId): Promise<Values | undefined> {
  const { client } = await cloudfront(call);
  const found = await unless(GONE, client.getOriginAccessControl({ Id: call.id }));
  const config = found?.OriginAccessControl?.OriginAccessControlConfig;
  return (
    config && {
      description: config.Description,
      etag: found.ETag,
      name: config.Name,
      originAccessControlOriginType: config.OriginAccessControlOriginType,
      signingBehavior: config.SigningBehavior,
      signingProtocol: config.SigningProtocol,
    }
  );
}

export const cloudfrontKinds: Readonly<Record<string, Kind>> = {
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:cloudfront/originAccessControl:OriginAccessControl": originAccessControl,
};
