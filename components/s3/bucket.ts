/** The resources that make a bucket private: what PrivateBucket and StaticSite have in common. */
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { bucketPolicy, type BucketStatement } from "./bucket-policy";

/** How long objects are kept, in days. */
export interface Retention {
  /** Days after which a version that was replaced or deleted goes. @default 30 */
  readonly noncurrentDays?: number;
  /** Days after which an upload that was never finished goes. @default 7 */
  readonly incompleteUploadDays?: number;
  /** Days after which an object goes. @default - never */
  readonly expirationDays?: number;
}

/** The time in which no version can be deleted. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export interface ObjectLock {
  /** GOVERNANCE: whoever has the permission may lift it. COMPLIANCE: nobody may, not even the account's root. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  readonly days: number;
}

/** A bucket to declare. */
export interface BucketSpec {
  readonly name: string;
  /** ARN of the KMS key. @default - S3's own key (AES256) */
  readonly keyArn?: pulumi.Input<string> | undefined;
  readonly retention: Retention;
  readonly objectLock?: ObjectLock | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Declares a bucket with no way in but IAM: public access blocked, no ACLs, encrypted, versioned, with a lifecycle.
 * Its policy is for the caller to declare, once what it names is known: a bucket has one.
 */
export function declareBucket(name: string, spec: BucketSpec, parent: pulumi.Resource): PrivateParts {
  const own = { parent };
  const made = new s3.Bucket(
    name,
    {
      bucket: spec.name,
      forceDestroy: false,
      ...(spec.objectLock === undefined ? {} : { objectLockEnabled: true }),
      tags: { ...spec.tags, Name: spec.name },
    },
    own,
  );
  const bucket = made.bucket;
  const block = new s3.BucketPublicAccessBlock(name, { bucket, ...NOTHING_PUBLIC }, own);
  new s3.BucketOwnershipControls(name, { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, own);
  new s3.BucketServerSideEncryptionConfiguration(name, { bucket, rules: [encryption(spec.keyArn)] }, own);
  const versioning = new s3.BucketVersioning(
    name,
    { bucket, versioningConfiguration: { status: "Enabled" } },
    own,
  );
  // S3 takes rules on noncurrent versions, and a lock, only once there are versions.
  const versioned = { ...own, dependsOn: [versioning] };
  new s3.BucketLifecycleConfiguration(name, { bucket, rules: [lifecycle(spec.retention)] }, versioned);
  if (spec.objectLock !== undefined) {
    const rule = { defaultRetention: { ...spec.objectLock } };
    new s3.BucketObjectLockConfiguration(name, { bucket, rule }, versioned);
  }
  return { bucket: made, block };
}

/** The bucket, and what its policy must wait for. */
export interface PrivateParts {
  readonly bucket: s3.Bucket;
  readonly block: s3.BucketPublicAccessBlock;
}

/** Declares the bucket's policy: nothing without TLS, and what `statements` say of the bucket's ARN. */
export function declarePolicy(
  name: string,
  { bucket, block }: PrivateParts,
  statements: (arn: string) => pulumi.Input<readonly BucketStatement[]>,
  parent: pulumi.Resource,
): void {
  const policy = bucket.arn.apply((arn) =>
    pulumi.output(statements(arn)).apply((known) => bucketPolicy(arn, known)),
  );
  new s3.BucketPolicy(name, { bucket: bucket.bucket, policy }, { parent, dependsOn: [block] });
}

const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

const encryption = (keyArn: pulumi.Input<string> | undefined) =>
  keyArn === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
        // One call of KMS for many objects, instead of one for each.
        bucketKeyEnabled: true,
      };

const lifecycle = ({ noncurrentDays = 30, incompleteUploadDays = 7, expirationDays }: Retention) => ({
  id: "retention",
  status: "Enabled",
  filter: { prefix: "" },
  noncurrentVersionExpiration: { noncurrentDays },
  abortIncompleteMultipartUpload: { daysAfterInitiation: incompleteUploadDays },
  ...(expirationDays === undefined ? {} : { expiration: { days: expirationDays } }),
});
