import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { z } from "zod";
import { record, type Registration } from "../../../cli/recorder";
import { PrivateBucket, type PrivateBucketArgs } from "../../../components/private-bucket";
import { policyDocument } from "../../../components/iam/statement";

const declared = (args: Partial<PrivateBucketArgs> = {}) =>
  record("test", () => Promise.resolve(new PrivateBucket("backups", { name: "shop-backups", ...args })));

const inputsOf = (registrations: readonly Registration[], type: string) =>
  registrations.find((resource) => resource.type === `aws:s3/${type}`)?.inputs;

const ENCRYPTION = "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const LIFECYCLE = "bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOCK = "bucketObjectLockConfiguration:BucketObjectLockConfiguration";

describe("PrivateBucket", () => {
  it("L6 L14 declares the bucket, all that closes it, and its key", async () => {
    assert.deepEqual(
      (await declared()).map(({ type, name }) => `${type} ${name}`),
      [
        "aws:kms/alias:Alias backups-key",
        "aws:kms/key:Key backups-key",
        "aws:s3/bucket:Bucket backups",
        `aws:s3/${LIFECYCLE} backups`,
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls backups",
        "aws:s3/bucketPolicy:BucketPolicy backups",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock backups",
        `aws:s3/${ENCRYPTION} backups`,
        "aws:s3/bucketVersioning:BucketVersioning backups",
        "golive:components:PrivateBucket backups",
      ],
    );
  });

  it("L6 L14 blocks the public in every way, has no ACLs, keeps versions, and stays while it holds objects", async () => {
    const found = await declared({ tags: { system: "shop" } });
    assert.deepEqual(inputsOf(found, "bucket:Bucket"), {
      bucket: "shop-backups",
      forceDestroy: false,
      tags: { system: "shop", Name: "shop-backups" },
    });
    assert.deepEqual(inputsOf(found, "bucketPublicAccessBlock:BucketPublicAccessBlock"), {
      bucket: "shop-backups",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(inputsOf(found, "bucketOwnershipControls:BucketOwnershipControls")?.rule, {
      objectOwnership: "BucketOwnerEnforced",
    });
    assert.deepEqual(inputsOf(found, "bucketVersioning:BucketVersioning")?.versioningConfiguration, {
      status: "Enabled",
    });
  });

  it("L6 refuses plain HTTP", async () => {
    const policy = inputsOf(await declared(), "bucketPolicy:BucketPolicy")?.policy;
    assert.deepEqual(JSON.parse(String(policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["${Bucket.backups.arn}", "${Bucket.backups.arn}/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("L6 L14 encrypts by a key of its own that rotates, or by S3's where that is asked for", async () => {
    const own = await declared();
    assert.deepEqual(inputsOf(own, ENCRYPTION)?.rules, [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "${Key.backups-key.arn}",
        },
        bucketKeyEnabled: true,
      },
    ]);
    assert.equal(own.find(({ type }) => type === "aws:kms/key:Key")?.inputs.enableKeyRotation, true);
    const simple = await declared({ encryption: "aes256" });
    assert.deepEqual(inputsOf(simple, ENCRYPTION)?.rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    assert.ok(simple.every(({ type }) => !type.startsWith("aws:kms/")));
  });

  it("L14 lets old versions and unfinished uploads go, and objects only where it is asked to", async () => {
    const rule = {
      id: "retention",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    };
    assert.deepEqual(inputsOf(await declared(), LIFECYCLE)?.rules, [rule]);
    const found = await declared({ noncurrentDays: 90, incompleteUploadDays: 1, expirationDays: 45 });
    assert.deepEqual(inputsOf(found, LIFECYCLE)?.rules, [
      {
        ...rule,
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        expiration: { days: 45 },
      },
    ]);
  });

  it("L14 K13 locks backups where it is asked to, from the bucket's creation on", async () => {
    const found = await declared({ objectLock: { mode: "COMPLIANCE", days: 14 } });
    assert.equal(inputsOf(found, "bucket:Bucket")?.objectLockEnabled, true);
    assert.deepEqual(inputsOf(found, LOCK), {
      bucket: "shop-backups",
      rule: { defaultRetention: { mode: "COMPLIANCE", days: 14 } },
    });
    assert.equal(inputsOf(await declared(), LOCK), undefined);
  });

  it("L14 refuses, for any days, objects that would have to go while they are locked, and nothing else", async () => {
    const days = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(
        days,
        days,
        fc.option(days, { nil: undefined }),
        async (lock, noncurrentDays, expires) => {
          const expiry = expires === undefined ? {} : { expirationDays: expires };
          const args = { objectLock: { mode: "GOVERNANCE" as const, days: lock }, noncurrentDays, ...expiry };
          const refused = noncurrentDays < lock || (expires !== undefined && expires < lock);
          if (refused)
            await assert.rejects(
              declared(args),
              /bucket shop-backups: objects go after \d+ days, and are locked/,
            );
          else await declared(args);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("L6 L14 grants what reading, or reading and writing, takes: this bucket, its objects, its key", async () => {
    let granted: Readonly<Record<"read" | "readWrite", pulumi.Output<string>>> | undefined;
    await record("test", () => {
      const bucket = new PrivateBucket("backups", { name: "shop-backups" });
      const document = (access: "read" | "readWrite") =>
        pulumi.output(bucket.grants(access)).apply((statements) => policyDocument(statements));
      granted = { read: document("read"), readWrite: document("readWrite") };
      return Promise.resolve();
    });
    assert.ok(granted);
    const { read, readWrite } = granted;
    const [reads, writes] = await new Promise<string[]>((resolve) => {
      const both = pulumi.all([read, readWrite]).apply((texts) => resolve(texts));
      assert.ok(both);
    });
    assert.deepEqual(actionsOf(reads), [
      ["List", "s3:GetBucketLocation s3:ListBucket", "${Bucket.backups.arn}"],
      ["Objects", "s3:GetObject", "${Bucket.backups.arn}/*"],
      ["Key", "kms:Decrypt", "${Key.backups-key.arn}"],
    ]);
    assert.deepEqual(actionsOf(writes).slice(1), [
      [
        "Objects",
        "s3:GetObject s3:AbortMultipartUpload s3:DeleteObject s3:PutObject",
        "${Bucket.backups.arn}/*",
      ],
      ["Key", "kms:Decrypt kms:GenerateDataKey", "${Key.backups-key.arn}"],
    ]);
  });
});

const policy = z.object({
  Statement: z.array(
    z.object({ Sid: z.string(), Action: z.array(z.string()), Resource: z.array(z.string()) }),
  ),
});

/** Each statement of a policy: its name, actions and resources. */
const actionsOf = (text: string | undefined): string[][] =>
  policy
    .parse(JSON.parse(text ?? ""))
    .Statement.map(({ Sid, Action, Resource }) => [Sid, Action.join(" "), Resource.join(" ")]);
