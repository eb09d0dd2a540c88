// Simple Storage Service: the bucket itself. Source: terraform-provider-aws internal/service/s3.
import type { BucketLocationConstraint, S3 } from "@aws-sdk/client-s3";
import type { Values } from "../provider";
import { flagOf, textOf } from "../table";
import type { Call, CallWithId, Kind } from "./kind";
import { bucketAspects } from "./s3-aspects";
import { s3 } from "./s3-client";
import { tagBag, tagPairs, unless } from "./shapes";

const HOME = "us-east-1";

/**
 * What only the types beside it serve (versioning, lifecycle, policy, …) is refused as an argument, as the package
 * deprecates it. Nor is it an output: Pulumi's plugin fills those in at the next refresh, after the types beside it.
 */
const bucket: Kind = {
  arguments: ["bucket", "forceDestroy", "objectLockEnabled"],
  required: [],
  replaceOn: ["bucket", "objectLockEnabled"],
  defaults: { forceDestroy: false },
  regional: true,
  tagged: true,
  autoName: (name) => name.toLowerCase(),
  nameArgument: "bucket",
  normal: {},
  computed: [
    "arn",
    "bucketDomainName",
    "bucketRegion",
    "bucketRegionalDomainName",
    "hostedZoneId",
    "objectLockEnabled",
  ],
  create: createBucket,
  read: readBucket,
  update: putTags,
  delete: deleteBucket,
};

async function createBucket(call: Call): Promise<string> {
  const { BucketLocationConstraint: Location } = await import("@aws-sdk/client-s3");
  const { inputs } = call;
  const Bucket = textOf(inputs, "bucket") ?? "";
  const region = textOf(inputs, "region");
  const LocationConstraint = locationOf(Object.values(Location), region);
  await (
    await s3(call)
  ).createBucket({
    Bucket,
    ObjectLockEnabledForBucket: flagOf(inputs, "objectLockEnabled", false),
    CreateBucketConfiguration: LocationConstraint && { LocationConstraint },
  });
  await putTags({ ...call, id: Bucket });
  return Bucket;
}

/** S3 refuses its first region as a constraint. */
function locationOf(
  known: readonly BucketLocationConstraint[],
  region: string | undefined,
): BucketLocationConstraint | undefined {
  const found = known.find((location) => location === region);
  if (region !== HOME && found === undefined) throw new Error(`S3 has no region ${region ?? "(none)"}`);
  return region === HOME ? undefined : found;
}

async function putTags(call: CallWithId): Promise<void> {
  const client = await s3(call);
  const TagSet = tagPairs(call.inputs);
  if (TagSet.length > 0) await client.putBucketTagging({ Bucket: call.id, Tagging: { TagSet } });
  else await client.deleteBucketTagging({ Bucket: call.id });
}

async function readBucket(call: CallWithId): Promise<Values | undefined> {
  const client = await s3(call);
  const Bucket = call.id;
  const found = await unless(["NotFound", "NoSuchBucket"], client.headBucket({ Bucket }));
  if (found === undefined) return undefined;
  const region = found.BucketRegion ?? HOME;
  const lock = await unless(
    ["ObjectLockConfigurationNotFoundError"],
    client.getObjectLockConfiguration({ Bucket }),
  );
  const tags = await unless(["NoSuchTagSet"], client.getBucketTagging({ Bucket }));
  return {
    arn: `arn:aws:s3:::${Bucket}`,
    bucket: Bucket,
    bucketDomainName: `${Bucket}.s3.amazonaws.com`,
    bucketRegion: region,
    bucketRegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
    objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
    tagsAll: tagBag(tags?.TagSet),
  };
}

async function deleteBucket(call: CallWithId): Promise<void> {
  const client = await s3(call);
  const gone = ["NoSuchBucket"];
  if (flagOf(call.outputs, "forceDestroy", false)) await unless(gone, empty(client, call.id));
  await unless(gone, client.deleteBucket({ Bucket: call.id }));
}

/** Deletes every version of every object, those under governance too. */
async function empty(client: S3, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const answer = await client.deleteObjects({
      Bucket,
      Delete: { Objects, Quiet: true },
      BypassGovernanceRetention: true,
    });
    const [error] = answer.Errors ?? [];
    if (error !== undefined) throw new Error(`${error.Key ?? ""} cannot be deleted: ${error.Message ?? ""}`);
  }
}

export const s3Kinds: Readonly<Record<string, Kind>> = {
  "aws:s3/bucket:Bucket": bucket,
  ...bucketAspects,
};
