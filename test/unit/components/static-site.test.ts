import assert from "node:assert/strict";
import { record, type Registration } from "../../../cli/recorder";
import { StaticSite, type StaticSiteArgs } from "../../../components/static-site";

const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678";
const ARGS: StaticSiteArgs = {
  bucket: "shop-frontend",
  version: "v2.1.0",
  aliases: ["shop.example.com"],
  certificateArn: CERTIFICATE,
};

const declared = (args: Partial<StaticSiteArgs> = {}) =>
  record("test", () => Promise.resolve(new StaticSite("shop", { ...ARGS, ...args })));

const inputsOf = (registrations: readonly Registration[], type: string) =>
  registrations.find((resource) => resource.type === type)?.inputs;

const distribution = async (args: Partial<StaticSiteArgs> = {}) =>
  inputsOf(await declared(args), "aws:cloudfront/distribution:Distribution");

describe("StaticSite", () => {
  it("S5 declares a private bucket, an access control and a distribution", async () => {
    const found = (await declared()).map(({ type }) => type);
    assert.deepEqual(found, [
      "aws:cloudfront/distribution:Distribution",
      "aws:cloudfront/originAccessControl:OriginAccessControl",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "golive:components:StaticSite",
    ]);
  });

  it("S5 serves the version's folder over HTTPS, with TLS 1.2 or later, security headers and a cache", async () => {
    assert.deepEqual(await distribution(), {
      enabled: true,
      aliases: ["shop.example.com"],
      comment: "shop.example.com",
      defaultRootObject: "index.html",
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: "PriceClass_100",
      origins: [
        {
          domainName: "${Bucket.shop.bucketRegionalDomainName}",
          originAccessControlId: "${OriginAccessControl.shop.id}",
          originId: "shop-frontend",
          originPath: "/v2.1.0",
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "shop-frontend",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD", "OPTIONS"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
        responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
      },
      customErrorResponses: [],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: CERTIFICATE,
        minimumProtocolVersion: "TLSv1.2_2021",
        sslSupportMethod: "sni-only",
      },
      waitForDeployment: true,
      tags: {},
    });
  });

  it("S5 lets this distribution read, over TLS, and nobody else", async () => {
    const policy = inputsOf(await declared(), "aws:s3/bucketPolicy:BucketPolicy")?.policy;
    const text = String(policy);
    assert.match(text, /"Sid":"TlsOnly","Effect":"Deny"/);
    const reader = {
      Sid: "ReadByDistribution",
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: "${Bucket.shop.arn}/*",
      Condition: { StringEquals: { "AWS:SourceArn": "${Distribution.shop.arn}" } },
    };
    assert.ok(text.endsWith(`,${JSON.stringify(reader)}]}`), text);
  });

  it("S5 releases and goes back by one value: the origin's path is all that differs", async () => {
    const [one, two] = [await distribution(), await distribution({ version: "v2.2.0" })];
    const path = (inputs: typeof one) => JSON.stringify(inputs).replaceAll(/v2\.\d\.0/g, "V");
    assert.notDeepEqual(one, two);
    assert.equal(path(one), path(two));
  });

  it("S5 answers a single-page app's paths with its root object", async () => {
    assert.deepEqual(
      (await distribution({ singlePage: true, rootObject: "app.html" }))?.customErrorResponses,
      [
        { errorCode: 403, responseCode: 200, responsePagePath: "/app.html", errorCachingMinTtl: 0 },
        { errorCode: 404, responseCode: 200, responsePagePath: "/app.html", errorCachingMinTtl: 0 },
      ],
    );
  });

  it("S5 keeps access logs, and has a web ACL, where they are asked for", async () => {
    const found = await distribution({
      accessLogs: { bucketDomainName: "logs.s3.amazonaws.com", prefix: "shop/" },
      webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1",
      priceClass: "PriceClass_All",
    });
    assert.deepEqual(found?.loggingConfig, { bucket: "logs.s3.amazonaws.com", prefix: "shop/" });
    assert.equal(found.webAclId, "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1");
    assert.equal(found.priceClass, "PriceClass_All");
  });

  for (const version of ["", "../v1", "v1/old", "v 1", ".", "-v1"]) {
    it(`S5 refuses the version ${JSON.stringify(version)}, which is no folder's name`, () =>
      assert.rejects(declared({ version }), /expected the name of the build's folder/));
  }

  it("S5 refuses a certificate of another region", async () => {
    const certificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/1";
    await assert.rejects(declared({ certificateArn }), /expected a certificate of us-east-1/);
  });
});
