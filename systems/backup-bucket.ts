/** Where a system's backups go: a private bucket, and the role by which the backups' pods alone write to it. */
import type * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../components/private-bucket";
import { ServiceAccountRole } from "../components/service-account-role";
import { oidcProviderArn, type StackSettings } from "../settings";
import { stageOf } from "../settings/evidence";

export interface BackupBucketSettings {
  readonly bucket: string;
  /** Days that a backup is kept; one that was deleted or replaced is kept as long. @default - until its tool deletes it, and 30 days more */
  readonly keepDays?: number | undefined;
}

/** Days in which no backup can be deleted or overwritten, whoever writes to the bucket. */
const LOCKED_DAYS = 7;

interface Place {
  readonly namespace: string;
  readonly stack: StackSettings;
  readonly tags: Readonly<Record<string, string>>;
}

export interface BackupBucket {
  readonly bucket: PrivateBucket;
  /** Service account of the backups' pods; whoever takes its name waits for the role. */
  readonly serviceAccount: pulumi.Output<string>;
}

/**
 * Declares the bucket, which on production nothing deletes (`protect`: no policy sees a deletion), the role `<name>` and the service account of that name.
 *
 * @throws {Error} where the stack has no identity provider: the settings' rules ask for one.
 */
export function declareBackupBucket(
  name: string,
  { bucket, keepDays }: BackupBucketSettings,
  { namespace, stack, tags }: Place,
  opts: pulumi.ComponentResourceOptions,
): BackupBucket {
  const { oidcProvider } = stack.aws;
  if (oidcProvider === undefined) throw new Error(`${name}: golive:aws.oidcProvider is not set`);
  const made = new PrivateBucket(
    bucket,
    {
      name: bucket,
      ...(keepDays === undefined ? {} : { expirationDays: keepDays, noncurrentDays: keepDays }),
      objectLock: { mode: "GOVERNANCE", days: Math.min(keepDays ?? LOCKED_DAYS, LOCKED_DAYS) },
      tags,
    },
    { ...opts, protect: stageOf(stack.stack) === "production" },
  );
  const role = new ServiceAccountRole(
    name,
    {
      name: `${stack.stack}-${name}`,
      namespace,
      serviceAccount: name,
      oidcProviderArn: oidcProviderArn(stack.aws, oidcProvider),
      statements: made.grants("readWrite"),
      createServiceAccount: true,
      tags,
    },
    opts,
  );
  return { bucket: made, serviceAccount: role.serviceAccount };
}
