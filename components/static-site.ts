/** A site of files: builds side by side in a private bucket, one of them behind CloudFront. */
import * as cloudfront from "@pulumi/aws/cloudfront";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./iam/statement";
import { declareBucket, declarePolicy } from "./s3/bucket";
import { readByDistribution } from "./s3/bucket-policy";

export interface StaticSiteArgs {
  /** Name of the bucket; it must be free in all of AWS. */
  readonly bucket: string;
  /** The build that is served: the folder of the bucket that CI put it into. */
  readonly version: string;
  /** Hosts of the site; the first is the one that people know. Their DNS records are not made here. */
  readonly aliases: readonly [string, ...string[]];
  /** ARN of an ACM certificate for the hosts, in us-east-1: CloudFront takes no other. */
  readonly certificateArn: pulumi.Input<string>;
  /** File that `/` answers. @default "index.html" */
  readonly rootObject?: string;
  /** Whether paths without a file answer the root object, as a single-page app wants. @default false */
  readonly singlePage?: boolean;
  /** Where in the world files are kept; fewer places cost less. @default "PriceClass_100": North America and Europe */
  readonly priceClass?: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
  /** Bucket for the access logs, by its domain name; it must allow ACLs, as CloudFront writes by one. @default - no logs */
  readonly accessLogs?: { readonly bucketDomainName: pulumi.Input<string>; readonly prefix: string };
  /** ARN of a WAF web ACL of scope CLOUDFRONT. @default - none */
  readonly webAclArn?: pulumi.Input<string>;
  /** Days after which a build's file that was deleted is gone for good. @default 30 */
  readonly noncurrentDays?: number;
  /** Tags of the AWS resources. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** AWS's own policies, the same in every account. */
const MANAGED = {
  /** CachingOptimized: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
  cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  /** SecurityHeadersPolicy: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
  responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
};
const TLS = "TLSv1.2_2021";
const CERTIFICATE_REGION = "us-east-1";
/** A folder of one level: no `/` that would end the version early, nothing that a URL would escape. */
const VERSION = /^[\w][\w.-]*$/;

/**
 * Declares a private bucket and a CloudFront distribution that alone may read it: HTTPS with TLS 1.2 or later, security
 * headers, compressed and cached. The distribution serves the folder `/<version>` of the bucket, so that a release is one
 * value, and going back is the value before; `CdnInvalidation` empties the caches.
 *
 * @throws {pulumi.RunError} for a certificate of another region, or a version that is no folder's name.
 * @see S5 of the requirements; https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export class StaticSite extends pulumi.ComponentResource {
  /** Id of the distribution, once it serves the version everywhere. */
  readonly distributionId: pulumi.Output<string>;
  readonly distributionArn: pulumi.Output<string>;
  /** Where the hosts' DNS records point, e.g. `d111111abcdef8.cloudfront.net`. */
  readonly domainName: pulumi.Output<string>;
  /** Bucket that CI uploads builds to, each below its version. */
  readonly bucket: pulumi.Output<string>;
  readonly url: string;

  constructor(name: string, args: StaticSiteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:StaticSite", name, {}, opts);
    refuseVersion(args.version);
    const own = { parent: this };
    const retention = { noncurrentDays: args.noncurrentDays };
    const parts = declareBucket(name, { name: args.bucket, retention, tags: { ...args.tags } }, this);
    const access = new cloudfront.OriginAccessControl(
      name,
      {
        name: args.bucket,
        description: `CloudFront reads ${args.bucket}`,
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      },
      own,
    );
    const origin = { domainName: parts.bucket.bucketRegionalDomainName, originAccessControlId: access.id };
    const distribution = new cloudfront.Distribution(name, distributionArgs(args, origin), own);
    const reader = (arn: string) => distribution.arn.apply((reads) => [readByDistribution(arn, reads)]);
    declarePolicy(name, parts, reader, this);
    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    this.domainName = distribution.domainName;
    this.bucket = parts.bucket.bucket;
    this.url = `https://${args.aliases[0]}`;
    const { distributionId, domainName, bucket, url } = this;
    this.registerOutputs({ distributionId, domainName, bucket, url });
  }

  /** What a role needs to empty the caches of this distribution: for `ServiceAccountRole` and `CdnInvalidation`. */
  grantsInvalidation(): Statement[] {
    return [
      {
        sid: "Invalidate",
        actions: ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
        resources: [this.distributionArn],
      },
    ];
  }
}

function refuseVersion(version: string): void {
  if (VERSION.test(version)) return;
  throw new pulumi.RunError(
    `version is ${JSON.stringify(version)}; expected the name of the build's folder, such as v2.1.0`,
  );
}

/** The certificate, refused at once where it is known. */
const certificateOf = (arn: pulumi.Input<string>): pulumi.Input<string> =>
  typeof arn === "string" ? refuseRegion(arn) : pulumi.output(arn).apply(refuseRegion);

function refuseRegion(arn: string): string {
  const region = arn.split(":")[3];
  if (region === CERTIFICATE_REGION) return arn;
  throw new pulumi.RunError(
    `certificateArn is ${arn}; expected a certificate of ${CERTIFICATE_REGION}: CloudFront takes no other. ` +
      "Ask ACM for one there, whatever the stack's own region",
  );
}

function distributionArgs(
  args: StaticSiteArgs,
  origin: { readonly domainName: pulumi.Input<string>; readonly originAccessControlId: pulumi.Input<string> },
): cloudfront.DistributionArgs {
  const { aliases, accessLogs: logs, rootObject = "index.html" } = args;
  return {
    enabled: true,
    aliases: [...aliases],
    comment: aliases[0],
    defaultRootObject: rootObject,
    httpVersion: "http2and3",
    isIpv6Enabled: true,
    priceClass: args.priceClass ?? "PriceClass_100",
    origins: [{ ...origin, originId: args.bucket, originPath: `/${args.version}` }],
    defaultCacheBehavior: {
      targetOriginId: args.bucket,
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD", "OPTIONS"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      ...MANAGED,
    },
    customErrorResponses: args.singlePage === true ? [403, 404].map(asRoot(rootObject)) : [],
    restrictions: { geoRestriction: { restrictionType: "none" } },
    viewerCertificate: {
      acmCertificateArn: certificateOf(args.certificateArn),
      minimumProtocolVersion: TLS,
      sslSupportMethod: "sni-only",
    },
    ...(logs === undefined ? {} : { loggingConfig: { bucket: logs.bucketDomainName, prefix: logs.prefix } }),
    ...(args.webAclArn === undefined ? {} : { webAclId: args.webAclArn }),
    waitForDeployment: true,
    tags: { ...args.tags },
  };
}

/** S3 answers 403, not 404, to a reader that may not list: both mean that there is no such file. */
const asRoot = (rootObject: string) => (errorCode: number) => ({
  errorCode,
  responseCode: 200,
  responsePagePath: `/${rootObject}`,
  errorCachingMinTtl: 0,
});
