// What a bucket has one of: versioning, encryption, policy, … Source: terraform-provider-aws internal/service/s3.
import type {
  LifecycleRule,
  ObjectLockRule,
  ObjectOwnership,
  S3,
  ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Values } from "../provider";
import { flagOf, numberOf, textOf } from "../table";
import type { Kind } from "./kind";
import { s3 } from "./s3-client";
import { bagOf, Naming, normalJson, oneOf, unless } from "./shapes";

/** One configuration of a bucket; its id is the bucket's name. */
interface Aspect {
  /** Arguments beside the bucket. */
  readonly arguments: readonly string[];
  readonly required: readonly string[];
  readonly replaceOn?: readonly string[];
  readonly defaults?: Values;
  readonly normal?: Kind["normal"];
  readonly nested?: Kind["nested"];
  readonly documents?: readonly string[];
  readonly put: (client: S3, Bucket: string, inputs: Values) => Promise<unknown>;
  /** Undefined where the answer says that there is none. */
  readonly get: (client: S3, Bucket: string) => Promise<Values | undefined>;
  readonly remove: (client: S3, Bucket: string, inputs: Values) => Promise<unknown>;
  /** The errors that say that there is none. */
  readonly gone: readonly string[];
}

function ofBucket(aspect: Aspect): Kind {
  const { defaults = {}, normal = {}, nested, documents, put } = aspect;
  const gone = ["NoSuchBucket", ...aspect.gone];
  return {
    arguments: ["bucket", ...aspect.arguments],
    required: ["bucket", ...aspect.required],
    replaceOn: ["bucket", ...(aspect.replaceOn ?? [])],
    defaults,
    regional: true,
    tagged: false,
    normal,
    ...(nested && { nested }),
    ...(documents && { documents }),
    computed: [],
    create: async (call) => {
      const bucket = textOf(call.inputs, "bucket") ?? "";
      await put(await s3(call), bucket, call.inputs);
      return bucket;
    },
    read: async (call) => {
      const found = await unless(gone, aspect.get(await s3(call), call.id));
      return found && { ...found, bucket: call.id };
    },
    update: async (call) => {
      await put(await s3(call), call.id, call.inputs);
    },
    delete: async (call) => {
      await unless(gone, aspect.remove(await s3(call), call.id, call.inputs));
    },
  };
}

const versioning = ofBucket({
  arguments: ["versioningConfiguration"],
  required: ["versioningConfiguration"],
  nested: { versioningConfiguration: ["status"] },
  put: (client, Bucket, inputs) => putVersioning(client, Bucket, bagOf(inputs, "versioningConfiguration")),
  get: async (client, Bucket) => {
    const { Status = "Disabled" } = await client.getBucketVersioning({ Bucket });
    return { versioningConfiguration: { status: Status } };
  },
  // Versioning cannot be taken back, only suspended; and not even that under an object lock.
  remove: (client, Bucket) => putVersioning(client, Bucket, { status: "Suspended" }),
  gone: ["InvalidBucketState"],
});

const STATUSES = ["Disabled", "Enabled", "Suspended"] as const;

/** A bucket is not versioned to begin with, and S3 takes no such status. */
async function putVersioning(client: S3, Bucket: string, configuration: Values): Promise<void> {
  const Status = oneOf(STATUSES, configuration, "status");
  if (Status === "Disabled") return;
  await client.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
}

const S3_NAMES = new Naming({
  id: "ID",
  kmsMasterKeyId: "KMSMasterKeyID",
  sseAlgorithm: "SSEAlgorithm",
});

function isRules<Rule extends object>(rules: unknown, key: keyof Rule & string): rules is Rule[] {
  return (
    Array.isArray(rules) && rules.every((rule) => typeof rule === "object" && rule !== null && key in rule)
  );
}

const encryption = ofBucket({
  arguments: ["rules"],
  required: ["rules"],
  nested: {
    rules: ["applyServerSideEncryptionByDefault", "bucketKeyEnabled"],
    "rules.applyServerSideEncryptionByDefault": ["kmsMasterKeyId", "sseAlgorithm"],
  },
  put: async (client, Bucket, inputs) => {
    const Rules = S3_NAMES.toService(inputs["rules"] ?? []);
    if (!isRules<ServerSideEncryptionRule>(Rules, "ApplyServerSideEncryptionByDefault"))
      throw new Error("rules must be a list of rules, each with applyServerSideEncryptionByDefault");
    const complete = Rules.map((rule) => ({ BucketKeyEnabled: false, ...rule }));
    await client.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: complete } });
  },
  get: async (client, Bucket) => {
    const { ServerSideEncryptionConfiguration: found } = await client.getBucketEncryption({ Bucket });
    return { rules: S3_NAMES.toPulumi(found?.Rules ?? []) };
  },
  remove: (client, Bucket) => client.deleteBucketEncryption({ Bucket }),
  gone: ["ServerSideEncryptionConfigurationNotFoundError"],
});

const BLOCKS = {
  blockPublicAcls: "BlockPublicAcls",
  blockPublicPolicy: "BlockPublicPolicy",
  ignorePublicAcls: "IgnorePublicAcls",
  restrictPublicBuckets: "RestrictPublicBuckets",
} as const;

const publicAccessBlock = ofBucket({
  arguments: [...Object.keys(BLOCKS), "skipDestroy"],
  required: [],
  defaults: Object.fromEntries(Object.keys(BLOCKS).map((block) => [block, false])),
  put: (client, Bucket, inputs) =>
    client.putPublicAccessBlock({
      Bucket,
      PublicAccessBlockConfiguration: Object.fromEntries(
        Object.entries(BLOCKS).map(([block, service]) => [service, flagOf(inputs, block, false)]),
      ),
    }),
  get: async (client, Bucket) => {
    const { PublicAccessBlockConfiguration: found } = await client.getPublicAccessBlock({ Bucket });
    return Object.fromEntries(
      Object.entries(BLOCKS).map(([block, service]) => [block, found?.[service] ?? false]),
    );
  },
  remove: async (client, Bucket, inputs) =>
    flagOf(inputs, "skipDestroy", false) ? undefined : client.deletePublicAccessBlock({ Bucket }),
  gone: ["NoSuchPublicAccessBlockConfiguration"],
});

const policy = ofBucket({
  arguments: ["policy"],
  required: ["policy"],
  normal: { policy: normalJson },
  documents: ["policy"],
  put: (client, Bucket, inputs) => client.putBucketPolicy({ Bucket, Policy: textOf(inputs, "policy") }),
  get: async (client, Bucket) => ({ policy: (await client.getBucketPolicy({ Bucket })).Policy }),
  remove: (client, Bucket) => client.deleteBucketPolicy({ Bucket }),
  gone: ["NoSuchBucketPolicy"],
});

const lifecycle = ofBucket({
  arguments: ["rules"],
  required: ["rules"],
  nested: {
    rules: [
      "abortIncompleteMultipartUpload",
      "expiration",
      "filter",
      "id",
      "noncurrentVersionExpiration",
      "status",
    ],
    "rules.abortIncompleteMultipartUpload": ["daysAfterInitiation"],
    "rules.expiration": ["days", "expiredObjectDeleteMarker"],
    "rules.filter": ["prefix"],
    "rules.noncurrentVersionExpiration": ["newerNoncurrentVersions", "noncurrentDays"],
  },
  put: async (client, Bucket, inputs) => {
    const Rules = S3_NAMES.toService(inputs["rules"] ?? []);
    if (!isRules<LifecycleRule>(Rules, "Status"))
      throw new Error("rules must be a list of rules, each with id and status");
    await client.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
  },
  get: async (client, Bucket) => {
    const { Rules = [] } = await client.getBucketLifecycleConfiguration({ Bucket });
    return Rules.length === 0 ? undefined : { rules: S3_NAMES.toPulumi(Rules) };
  },
  remove: (client, Bucket) => client.deleteBucketLifecycle({ Bucket }),
  gone: ["NoSuchLifecycleConfiguration"],
});

const ownership = ofBucket({
  arguments: ["rule"],
  required: ["rule"],
  nested: { rule: ["objectOwnership"] },
  put: (client, Bucket, inputs) => {
    const Rules = [{ ObjectOwnership: oneOf(OWNERSHIPS, bagOf(inputs, "rule"), "objectOwnership") }];
    return client.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } });
  },
  get: async (client, Bucket) => {
    const { OwnershipControls: found } = await client.getBucketOwnershipControls({ Bucket });
    return { rule: { objectOwnership: found?.Rules?.[0]?.ObjectOwnership } };
  },
  remove: (client, Bucket) => client.deleteBucketOwnershipControls({ Bucket }),
  gone: ["OwnershipControlsNotFoundError"],
});

const OWNERSHIPS: readonly ObjectOwnership[] = [
  "BucketOwnerEnforced",
  "BucketOwnerPreferred",
  "ObjectWriter",
];

const objectLock = ofBucket({
  arguments: ["objectLockEnabled", "rule"],
  required: [],
  replaceOn: ["objectLockEnabled"],
  defaults: { objectLockEnabled: "Enabled" },
  nested: { rule: ["defaultRetention"], "rule.defaultRetention": ["days", "mode", "years"] },
  put: (client, Bucket, inputs) => putObjectLock(client, Bucket, lockRule(inputs)),
  get: async (client, Bucket) => {
    const { ObjectLockConfiguration: found } = await client.getObjectLockConfiguration({ Bucket });
    return {
      objectLockEnabled: found?.ObjectLockEnabled,
      rule: found?.Rule && S3_NAMES.toPulumi(found.Rule),
    };
  },
  // The lock itself cannot be taken off a bucket; only what it does to new objects can.
  remove: (client, Bucket) => putObjectLock(client, Bucket, undefined),
  gone: ["ObjectLockConfigurationNotFoundError"],
});

const putObjectLock = (client: S3, Bucket: string, Rule: ObjectLockRule | undefined) =>
  client.putObjectLockConfiguration({
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule },
  });

function lockRule(inputs: Values): ObjectLockRule | undefined {
  if (inputs["rule"] === undefined) return undefined;
  const retention = bagOf(bagOf(inputs, "rule"), "defaultRetention");
  const Mode = textOf(retention, "mode") === "COMPLIANCE" ? "COMPLIANCE" : "GOVERNANCE";
  const [Days, Years] = ["days", "years"].map((unit) => numberOf(retention, unit, 0) || undefined);
  return { DefaultRetention: { Mode, Days, Years } };
}

export const bucketAspects: Readonly<Record<string, Kind>> = {
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": objectLock,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownership,
  "aws:s3/bucketPolicy:BucketPolicy": policy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccessBlock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "aws:s3/bucketVersioning:BucketVersioning": versioning,
};
