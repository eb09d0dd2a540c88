/** An S3 bucket that nobody reaches but by IAM and TLS. */
import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./iam/statement";
import { declareBucket, declarePolicy, type ObjectLock, type Retention } from "./s3/bucket";

export interface PrivateBucketArgs extends Retention {
  /** Name of the bucket; it must be free in all of AWS. */
  readonly name: string;
  /** `kms`: a key of the bucket's own, rotated each year. `aes256`: S3's own key. @default "kms" */
  readonly encryption?: "kms" | "aes256";
  /** Time in which no object can be deleted. S3 takes it at creation only: adding it later makes a new bucket. @default - none */
  readonly objectLock?: ObjectLock;
  /** Tags beside the name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

const READ = ["s3:GetObject"];
const WRITE = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"];

/**
 * Declares a bucket: public access blocked, no ACLs, encrypted, versioned, plain HTTP refused, old versions and
 * unfinished uploads removed in time, and where wanted an object lock. It is never deleted while it holds objects.
 *
 * @throws {pulumi.RunError} where objects would have to go while they are locked.
 * @see L6 (S3_BUCKET), L14, K13 of the requirements; https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** ARN of the bucket's own key, where it has one. */
  readonly keyArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:PrivateBucket", name, {}, opts);
    refuseLockedExpiry(args);
    const { tags = {}, encryption = "kms", objectLock } = args;
    const key = encryption === "kms" ? declareKey(name, args, this) : undefined;
    const spec = { name: args.name, keyArn: key?.arn, retention: args, objectLock, tags };
    const parts = declareBucket(name, spec, this);
    declarePolicy(name, parts, () => [], this);
    this.name = parts.bucket.bucket;
    this.arn = parts.bucket.arn;
    this.keyArn = key?.arn;
    this.registerOutputs({ name: this.name, arn: this.arn, keyArn: this.keyArn });
  }

  /** What a role needs to read, or to read and write, the objects: for `ServiceAccountRole`. */
  grants(access: "read" | "readWrite"): Statement[] {
    const writes = access === "readWrite";
    const key = writes ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"];
    return [
      {
        sid: "List",
        actions: ["s3:GetBucketLocation", "s3:ListBucket"],
        resources: [this.arn],
      },
      {
        sid: "Objects",
        actions: writes ? [...READ, ...WRITE] : READ,
        resources: [pulumi.interpolate`${this.arn}/*`],
      },
      ...(this.keyArn === undefined ? [] : [{ sid: "Key", actions: key, resources: [this.keyArn] }]),
    ];
  }
}

function declareKey(
  name: string,
  { name: bucket, tags }: PrivateBucketArgs,
  parent: pulumi.Resource,
): kms.Key {
  const key = new kms.Key(
    `${name}-key`,
    {
      description: `Objects of ${bucket} in S3`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { ...tags, Name: bucket },
    },
    { parent },
  );
  // An alias takes no dots, which a bucket's name may have.
  const alias = `alias/s3/${bucket.replaceAll(".", "-")}`;
  new kms.Alias(`${name}-key`, { name: alias, targetKeyId: key.keyId }, { parent });
  return key;
}

/** S3 lets such a rule wait in silence; whoever wrote it believes that the objects go. */
function refuseLockedExpiry({
  name,
  objectLock,
  expirationDays,
  noncurrentDays = 30,
}: PrivateBucketArgs): void {
  if (objectLock === undefined) return;
  const soonest = Math.min(noncurrentDays, expirationDays ?? Infinity);
  if (soonest >= objectLock.days) return;
  throw new pulumi.RunError(
    `bucket ${name}: objects go after ${soonest} days, and are locked for ${objectLock.days}; ` +
      "raise noncurrentDays and expirationDays to at least the lock's days, or shorten the lock",
  );
}
