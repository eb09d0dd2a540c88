import assert from "node:assert/strict";
import { S3 } from "@aws-sdk/client-s3";
import { startMoto, type Moto } from "../../engine/moto";
import type { Values } from "../../engine/offline/values";
import { bundlePlugin, Plugin, type Bundle, type Subject } from "../support/plugin";
import { assertGone, assertNothingToDo, change, make, plan, textOf } from "../support/plugin-resource";

const BUCKET = { type: "aws:s3/bucket:Bucket", name: "backups" };
const subject = (kind: string): Subject => ({
  type: `aws:s3/bucket${kind}:Bucket${kind}`,
  name: "backups",
});
const LOCK = subject("ObjectLockConfiguration");
const POLICY = subject("Policy");
const VERSIONING = subject("Versioning");

const REGION = "us-east-1";

const policyOf = (sid: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: "arn:aws:s3:::golive-aspects/*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });

const retention = (days: number) => ({
  rules: [
    {
      id: "retention",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: days },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      expiration: { days: 2 * days },
    },
  ],
});

/** What a bucket has one of, first as it is made, then as it is changed to. */
const ASPECTS: readonly (readonly [kind: string, made: Values, changed: Values])[] = [
  [
    "OwnershipControls",
    { rule: { objectOwnership: "BucketOwnerPreferred" } },
    { rule: { objectOwnership: "BucketOwnerEnforced" } },
  ],
  [
    "PublicAccessBlock",
    { blockPublicAcls: true },
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
  ],
  [
    "ServerSideEncryptionConfiguration",
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "arn:aws:kms:us-east-1:123456789012:key/1",
          },
          bucketKeyEnabled: true,
        },
      ],
    },
  ],
  ["LifecycleConfiguration", retention(30), retention(60)],
  ["Policy", { policy: policyOf("One") }, { policy: policyOf("Two") }],
];

describe("offline aws provider: plans of S3", () => {
  let bundle: Bundle;
  let aws: Plugin;

  before(async () => {
    bundle = await bundlePlugin("aws");
    aws = await Plugin.start(bundle);
    await aws.configure({ region: REGION });
  });
  after(async () => {
    await aws.stop();
    await bundle.remove();
  });

  const PLANS: readonly [what: string, Subject, Values, Values, replaces: string[], oldGoesFirst: boolean][] =
    [
      ["a bucket's name", BUCKET, { bucket: "a" }, { bucket: "b" }, ["bucket"], false],
      [
        "a named bucket's object lock",
        BUCKET,
        { bucket: "a" },
        { bucket: "a", objectLockEnabled: true },
        ["objectLockEnabled"],
        true,
      ],
      [
        "an unnamed bucket's object lock",
        BUCKET,
        {},
        { objectLockEnabled: true },
        ["objectLockEnabled"],
        false,
      ],
      ["a bucket's tags", BUCKET, { bucket: "a" }, { bucket: "a", tags: { a: "b" } }, [], false],
      [
        "the bucket of a policy",
        POLICY,
        { bucket: "a", policy: "{}" },
        { bucket: "b", policy: "{}" },
        ["bucket"],
        false,
      ],
      [
        "a policy's text",
        POLICY,
        { bucket: "a", policy: "{}" },
        { bucket: "a", policy: policyOf("A") },
        [],
        false,
      ],
    ];
  for (const [what, of, olds, news, replaces, oldGoesFirst] of PLANS) {
    it(`D2 plans a change of ${what} as ${replaces.length > 0 ? "a replacement" : "an update"}`, async () => {
      const inputs = await aws.check(of, olds);
      const found = await plan(aws, of, { id: "a", inputs, outputs: inputs }, news);
      assert.equal(found.changes, true);
      assert.deepEqual(found.replaces, replaces);
      assert.equal(found.deleteBeforeReplace, oldGoesFirst);
    });
  }

  it("D2 makes a bucket's name where none is given, in lower case, and keeps it", async () => {
    const first = await aws.check({ ...BUCKET, name: "Backups" }, {});
    assert.match(textOf(first["bucket"]), /^backups-[0-9a-f]{7}$/);
    assert.equal((await aws.check({ ...BUCKET, name: "Backups" }, {}, first))["bucket"], first["bucket"]);
  });

  it("D2 refuses what it would have to drop: arguments of old, and keys inside an argument", async () => {
    await assert.rejects(aws.check(BUCKET, { versioning: { enabled: true } }), /has no argument versioning/);
    await assert.rejects(
      aws.check(VERSIONING, {
        bucket: "a",
        versioningConfiguration: { status: "Enabled", mfaDelete: "Enabled" },
      }),
      /^Error: versioningConfiguration\.mfaDelete: .* does not serve it; in versioningConfiguration it serves status$/,
    );
    const rules = [{ id: "a", status: "Enabled", transitions: [{ days: 1, storageClass: "GLACIER" }] }];
    await assert.rejects(
      aws.check(subject("LifecycleConfiguration"), { bucket: "a", rules }),
      /rules\.transitions: /,
    );
  });
});

describe("offline aws provider: S3 of moto", function () {
  this.timeout(300_000);
  let bundle: Bundle;
  let moto: Moto;
  let aws: Plugin;
  let s3: S3;

  before(async () => {
    bundle = await bundlePlugin("aws");
    moto = await startMoto();
    aws = await Plugin.start(bundle);
    const defaultTags = JSON.stringify({ tags: { project: "golive" } });
    await aws.configure({ region: REGION, endpoints: JSON.stringify([{ s3: moto.url }]), defaultTags });
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    s3 = new S3({ region: REGION, endpoint: moto.url, forcePathStyle: true, credentials });
  });
  after(async () => {
    await aws.stop();
    await moto.stop();
    await bundle.remove();
  });

  it("D1 D2 makes, changes, refreshes, imports and deletes a bucket", async () => {
    const args = { bucket: "golive-backups", tags: { system: "shop" } };
    const made = await make(aws, BUCKET, args);
    assert.equal(made.id, "golive-backups");
    assert.equal(made.outputs["arn"], "arn:aws:s3:::golive-backups");
    assert.equal(made.outputs["bucketRegionalDomainName"], "golive-backups.s3.us-east-1.amazonaws.com");
    assert.deepEqual(made.outputs["tagsAll"], { project: "golive", system: "shop" });
    await assertNothingToDo(aws, BUCKET, made, args);
    const next = { ...args, tags: { system: "market" } };
    const changed = await change(aws, BUCKET, made, next);
    assert.deepEqual(changed.outputs["tagsAll"], { project: "golive", system: "market" });
    await assertNothingToDo(aws, BUCKET, changed, next);
    const imported = await aws.read(BUCKET, made.id);
    assert.equal(imported?.inputs["bucket"], "golive-backups");
    assert.deepEqual(imported.inputs["tags"], { system: "market" });
    await assertGone(aws, BUCKET, changed);
  });

  it("D1 D2 makes a bucket of another region there", async () => {
    const args = { bucket: "golive-europe", region: "eu-west-1" };
    const made = await make(aws, BUCKET, args);
    assert.equal(made.outputs["bucketRegion"], "eu-west-1");
    await assertNothingToDo(aws, BUCKET, made, args);
    await assertGone(aws, BUCKET, made);
  });

  it("D1 D2 deletes a bucket with objects only where it was told to, and then every version", async () => {
    const args = { bucket: "golive-full" };
    const made = await make(aws, BUCKET, args);
    const versioned = { bucket: "golive-full", versioningConfiguration: { status: "Enabled" } };
    await make(aws, VERSIONING, versioned);
    for (const Body of ["one", "two"]) await s3.putObject({ Bucket: "golive-full", Key: "a", Body });
    await s3.deleteObject({ Bucket: "golive-full", Key: "a" });
    await assert.rejects(aws.delete(BUCKET, made.id, made), { details: /not empty/ });
    const forced = await change(aws, BUCKET, made, { ...args, forceDestroy: true });
    await assertGone(aws, BUCKET, forced);
  });

  for (const [kind, first, second] of ASPECTS) {
    it(`D1 D2 makes, changes, refreshes, imports and deletes a bucket's ${kind}`, async () => {
      const bucket = await make(aws, BUCKET, { bucket: "golive-aspects" });
      const [args, next] = [first, second].map((given) => ({ ...given, bucket: "golive-aspects" }));
      assert.ok(args !== undefined && next !== undefined);
      const made = await make(aws, subject(kind), args);
      assert.equal(made.id, "golive-aspects");
      await assertNothingToDo(aws, subject(kind), made, args);
      const changed = await change(aws, subject(kind), made, next);
      await assertNothingToDo(aws, subject(kind), changed, next);
      const imported = await aws.read(subject(kind), made.id);
      assert.ok(imported);
      const state = { ...made, ...imported };
      assert.deepEqual((await plan(aws, subject(kind), state, next)).detail, {});
      await assertGone(aws, subject(kind), changed);
      await assertGone(aws, BUCKET, bucket);
    });
  }

  it("D1 D2 turns versioning on and, as it cannot be taken back, suspends it", async () => {
    const bucket = await make(aws, BUCKET, { bucket: "golive-versions" });
    const args = { bucket: "golive-versions", versioningConfiguration: { status: "Enabled" } };
    const made = await make(aws, VERSIONING, args);
    await assertNothingToDo(aws, VERSIONING, made, args);
    await aws.delete(VERSIONING, made.id, made);
    const left = await aws.read(VERSIONING, made.id, made.inputs, made.outputs);
    assert.deepEqual(left?.outputs["versioningConfiguration"], { status: "Suspended" });
    await assertGone(aws, BUCKET, bucket);
  });

  it("D1 D2 L14 locks objects for a time, of which nobody without the permission can rob them", async () => {
    const Bucket = "golive-locked";
    const bucket = await make(aws, BUCKET, { bucket: Bucket, objectLockEnabled: true });
    await assertNothingToDo(aws, BUCKET, bucket, { bucket: Bucket, objectLockEnabled: true });
    const lock = (days: number) => ({
      bucket: Bucket,
      rule: { defaultRetention: { mode: "GOVERNANCE", days } },
    });
    const made = await make(aws, LOCK, lock(14));
    await assertNothingToDo(aws, LOCK, made, lock(14));
    const changed = await change(aws, LOCK, made, lock(30));
    await assertNothingToDo(aws, LOCK, changed, lock(30));
    const { VersionId } = await s3.putObject({ Bucket, Key: "dump", Body: "x" });
    await assert.rejects(s3.deleteObject({ Bucket, Key: "dump", VersionId }), { name: "AccessDenied" });
    // moto lets a lock be changed only while the bucket is empty; S3 at any time.
    await s3.deleteObject({ Bucket, Key: "dump", VersionId, BypassGovernanceRetention: true });
    await aws.delete(LOCK, made.id, changed);
    const left = await aws.read(LOCK, made.id, changed.inputs, changed.outputs);
    assert.equal(left?.outputs["rule"], undefined);
    await assertGone(aws, BUCKET, bucket);
  });

  it("D12 L14 a refresh shows a lifecycle that was changed by hand", async () => {
    const bucket = await make(aws, BUCKET, { bucket: "golive-drift" });
    const kind = subject("LifecycleConfiguration");
    const args = { ...retention(30), bucket: "golive-drift" };
    const made = await make(aws, kind, args);
    await change(aws, kind, made, { ...retention(3), bucket: "golive-drift" });
    const read = await aws.read(kind, made.id, made.inputs, made.outputs);
    assert.ok(read);
    assert.deepEqual((await plan(aws, kind, { ...made, ...read }, args)).detail, {
      "rules[0].expiration.days": "UPDATE",
      "rules[0].noncurrentVersionExpiration.noncurrentDays": "UPDATE",
    });
    await assertGone(aws, kind, made);
    await assertGone(aws, BUCKET, bucket);
  });
});
