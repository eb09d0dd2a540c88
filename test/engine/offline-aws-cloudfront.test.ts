import assert from "node:assert/strict";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import { startMoto, type Moto } from "../../engine/moto";
import { isList, isValues, UNKNOWN, type Values } from "../../engine/offline/values";
import { bundlePlugin, Plugin, type Bundle } from "../support/plugin";
import { assertGone, assertNothingToDo, change, make, plan, textOf } from "../support/plugin-resource";

const DISTRIBUTION = { type: "aws:cloudfront/distribution:Distribution", name: "shop" };
const CONTROL = { type: "aws:cloudfront/originAccessControl:OriginAccessControl", name: "shop" };

const CONTROL_ARGS = {
  name: "shop",
  description: "CloudFront reads shop",
  originAccessControlOriginType: "s3",
  signingBehavior: "always",
  signingProtocol: "sigv4",
};

/** A site as StaticSite declares it. */
const site = (version: string, control: string) => ({
  enabled: true,
  aliases: ["shop.example.com", "www.shop.example.com"],
  comment: "shop.example.com",
  defaultRootObject: "index.html",
  httpVersion: "http2and3",
  isIpv6Enabled: true,
  priceClass: "PriceClass_100",
  origins: [
    {
      domainName: "shop.s3.us-east-1.amazonaws.com",
      originAccessControlId: control,
      originId: "shop",
      originPath: `/${version}`,
    },
  ],
  defaultCacheBehavior: {
    targetOriginId: "shop",
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD", "OPTIONS"],
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    responseHeadersPolicyId: "67f7725c-6f97-4210-82d7-5512b31e9d03",
  },
  customErrorResponses: [404, 403].map((errorCode) => ({
    errorCode,
    responseCode: 200,
    responsePagePath: "/index.html",
    errorCachingMinTtl: 0,
  })),
  restrictions: { geoRestriction: { restrictionType: "none" } },
  loggingConfig: { bucket: "logs.s3.amazonaws.com", prefix: "shop/" },
  viewerCertificate: {
    acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
    minimumProtocolVersion: "TLSv1.2_2021",
    sslSupportMethod: "sni-only",
  },
});

describe("offline aws provider: CloudFront of moto", function () {
  this.timeout(300_000);
  let bundle: Bundle;
  let moto: Moto;
  let aws: Plugin;
  let cloudfront: CloudFront;

  before(async () => {
    bundle = await bundlePlugin("aws");
    moto = await startMoto();
    aws = await Plugin.start(bundle);
    const endpoints = JSON.stringify([{ cloudfront: moto.url }]);
    const defaultTags = JSON.stringify({ tags: { project: "golive" } });
    await aws.configure({ region: "eu-west-1", endpoints, defaultTags });
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    cloudfront = new CloudFront({ region: "us-east-1", endpoint: moto.url, credentials });
  });
  after(async () => {
    await aws.stop();
    await moto.stop();
    await bundle.remove();
  });

  it("D1 D2 makes, changes, refreshes, imports and deletes an origin access control", async () => {
    const made = await make(aws, CONTROL, CONTROL_ARGS);
    await assertNothingToDo(aws, CONTROL, made, CONTROL_ARGS);
    const next = { ...CONTROL_ARGS, description: "another" };
    const changed = await change(aws, CONTROL, made, next);
    assert.equal(changed.outputs["description"], "another");
    await assertNothingToDo(aws, CONTROL, changed, next);
    const imported = await aws.read(CONTROL, made.id);
    assert.ok(imported);
    assert.deepEqual((await plan(aws, CONTROL, { ...made, ...imported }, next)).detail, {});
    await assertGone(aws, CONTROL, changed);
  });

  it("D1 D2 S5 makes a distribution, switches its version, refreshes, imports and deletes it", async () => {
    const control = await make(aws, CONTROL, CONTROL_ARGS);
    const [first, second] = [site("v1", control.id), site("v2", control.id)];
    const made = await make(aws, DISTRIBUTION, first);
    assert.match(textOf(made.outputs["domainName"]), /\.cloudfront\.net$/);
    assert.equal(made.outputs["arn"], `arn:aws:cloudfront::123456789012:distribution/${made.id}`);
    assert.equal(made.outputs["status"], "Deployed");
    assert.deepEqual(made.outputs["tagsAll"], { project: "golive" });
    await assertNothingToDo(aws, DISTRIBUTION, made, first);
    const switched = await plan(aws, DISTRIBUTION, made, second);
    assert.deepEqual(switched.detail, { "origins[0].originPath": "UPDATE" });
    const changed = await change(aws, DISTRIBUTION, made, second);
    await assertNothingToDo(aws, DISTRIBUTION, changed, second);
    const { Distribution } = await cloudfront.getDistribution({ Id: made.id });
    assert.equal(Distribution?.DistributionConfig?.Origins?.Items?.[0]?.OriginPath, "/v2");
    const imported = await aws.read(DISTRIBUTION, made.id);
    assert.ok(imported);
    const nothing = await plan(
      aws,
      DISTRIBUTION,
      { ...made, inputs: changed.inputs, outputs: imported.outputs },
      second,
    );
    assert.deepEqual(nothing.detail, {});
    assert.equal(firstOrigin(imported.inputs)["originAccessControlId"], control.id);
    await assertGone(aws, DISTRIBUTION, changed);
    await assertGone(aws, CONTROL, control);
  });

  it("D1 D2 changes tags and takes settings back", async () => {
    const { loggingConfig, customErrorResponses, ...bare } = site("v1", "EXAMPLE");
    assert.ok(loggingConfig.bucket !== "" && customErrorResponses.length > 0);
    const made = await make(aws, DISTRIBUTION, { ...site("v1", "EXAMPLE"), tags: { team: "web" } });
    const next = { ...bare, tags: { team: "shop" } };
    const changed = await change(aws, DISTRIBUTION, made, next);
    assert.deepEqual(changed.outputs["tagsAll"], { project: "golive", team: "shop" });
    await assertNothingToDo(aws, DISTRIBUTION, changed, next);
    await assertGone(aws, DISTRIBUTION, changed);
  });

  it("D12 S5 a refresh shows a version that was switched by hand", async () => {
    const args = site("v1", "EXAMPLE");
    const made = await make(aws, DISTRIBUTION, args);
    await change(aws, DISTRIBUTION, made, site("v2", "EXAMPLE"));
    const read = await aws.read(DISTRIBUTION, made.id, made.inputs, made.outputs);
    assert.ok(read);
    const found = await plan(aws, DISTRIBUTION, { ...made, ...read }, args);
    assert.equal(found.detail["origins[0].originPath"], "UPDATE");
    await assertGone(aws, DISTRIBUTION, made);
  });

  it("D2 disables a distribution that is to be retained, and leaves it", async () => {
    const made = await make(aws, DISTRIBUTION, { ...site("v1", "EXAMPLE"), retainOnDelete: true });
    await aws.delete(DISTRIBUTION, made.id, made);
    const { Distribution } = await cloudfront.getDistribution({ Id: made.id });
    assert.equal(Distribution?.DistributionConfig?.Enabled, false);
  });

  it("D2 plans another order of a set as nothing, and previews what only AWS knows", async () => {
    const args = site("v1", "EXAMPLE");
    const inputs = await aws.check(DISTRIBUTION, args);
    const turned = {
      ...args,
      aliases: [...args.aliases].reverse(),
      customErrorResponses: [...args.customErrorResponses].reverse(),
      defaultCacheBehavior: {
        ...args.defaultCacheBehavior,
        allowedMethods: ["OPTIONS", "HEAD", "GET"],
        cachedMethods: ["HEAD", "GET"],
      },
    };
    const state = { id: "E1", inputs, outputs: inputs };
    assert.deepEqual((await plan(aws, DISTRIBUTION, state, turned)).detail, {});
    const { outputs } = await aws.create(DISTRIBUTION, inputs, true);
    assert.deepEqual([outputs["arn"], outputs["domainName"]], [UNKNOWN, UNKNOWN]);
    assert.deepEqual([outputs["httpVersion"], outputs["waitForDeployment"]], ["http2and3", true]);
  });

  it("D2 refuses origins and behaviours of kinds that it would have to drop", async () => {
    const args = site("v1", "EXAMPLE");
    const origins = args.origins.map((origin) => ({ ...origin, originShield: { enabled: true } }));
    await assert.rejects(aws.check(DISTRIBUTION, { ...args, origins }), /origins\.originShield: /);
    await assert.rejects(
      aws.check(DISTRIBUTION, { ...args, orderedCacheBehaviors: [] }),
      /has no argument orderedCacheBehaviors/,
    );
  });
});

function firstOrigin(inputs: Values): Values {
  const origins = inputs["origins"];
  const [origin] = isList(origins) ? origins : [];
  assert.ok(isValues(origin));
  return origin;
}
