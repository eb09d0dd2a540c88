import { named, type Subject } from "../subject";
import type { World } from "../world";
import type { Field } from "./field";
import { partOf } from "./parts";
import { listed, statementsOf } from "./policy-document";
import { undecidedBy } from "./undecided";
import { undecidable, type Violation } from "./violation";

/** A setting of a bucket: a resource of its own, or, as it was before, an input of the bucket. */
interface Setting {
  readonly kind: string;
  readonly shown: string;
  readonly mend: string;
  /** Where the bucket itself may say it. @default - nowhere */
  readonly inline?: readonly string[];
  readonly check: (settings: Field) => readonly Violation[];
}

function checkSetting(bucket: Subject, setting: Setting, world: World): Violation[] {
  const inline = setting.inline === undefined ? undefined : bucket.object.at(...setting.inline);
  const part = partOf(bucket, setting.kind, "bucket", world);
  if (part.found !== undefined) return tell(part.found, setting.check(part.found.object), bucket);
  if (inline !== undefined && !inline.absent) return [...setting.check(bucket.object)];
  const name = bucket.object.at("bucket");
  if (part.maybe) return [undecidedBy(name, `each ${setting.kind}`)];
  return [
    { path: name.path, found: `without a ${setting.kind}`, allowed: setting.shown, mend: setting.mend },
  ];
}

/** What is wrong with a bucket's setting is told of the bucket, with the setting's name. */
function tell(part: Subject, violations: readonly Violation[], bucket: Subject): Violation[] {
  if (part === bucket) return [...violations];
  return violations.map((violation) => ({ ...violation, path: `${named(part)}.${violation.path}` }));
}

function is(field: Field, allowed: readonly string[], mend: string): Violation[] {
  if (field.unknown) return [undecidable(field)];
  if (allowed.includes(field.text() ?? "")) return [];
  return [{ path: field.path, found: field.shown(), allowed: allowed.join(" or "), mend }];
}

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const publicAccess: Setting = {
  kind: "BucketPublicAccessBlock",
  shown: "a bucket whose public access is blocked",
  mend: "declare a BucketPublicAccessBlock with all four settings true",
  check: (settings) => blocks.flatMap((key) => is(settings.at(key), ["true"], "block it")),
};

/** Nobody reaches a bucket but whom IAM names: public access is blocked, no ACL or policy opens it, and its objects are its owner's. */
export function checkPrivate(bucket: Subject, world: World): Violation[] {
  const [acl, ownership, policy] = ["BucketAcl", "BucketOwnershipControls", "BucketPolicy"].map(
    (kind) => partOf(bucket, kind, "bucket", world).found,
  );
  const inline = listed(bucket.object.at("acl"));
  const owner = ownership?.object.at("rule", "objectOwnership");
  return [
    ...checkSetting(bucket, publicAccess, world),
    ...inline.flatMap(checkAcl),
    ...(acl === undefined ? [] : tell(acl, checkAcl(acl.object.at("acl")), bucket)),
    ...(ownership === undefined || owner === undefined
      ? []
      : tell(
          ownership,
          is(owner, ["BucketOwnerEnforced"], "let the bucket's owner own every object"),
          bucket,
        )),
    ...(policy === undefined ? [] : tell(policy, checkPublic(policy.object.at("policy")), bucket)),
  ];
}

function checkAcl(acl: Field): Violation[] {
  return acl.absent ? [] : is(acl, ["private"], "remove the ACL");
}

/** A policy that is not known here is refused by public access's block, whatever it says. */
function checkPublic(policy: Field): Violation[] {
  const read = statementsOf(policy);
  if (!("statements" in read)) return [];
  return read.statements
    .filter((statement) => statement.at("Effect").text() === "Allow" && statement.at("Condition").absent)
    .flatMap((statement) => {
      const principal = statement.at("Principal");
      return [...listed(principal), ...listed(principal.at("AWS"))];
    })
    .filter((principal) => principal.text() === "*")
    .map((principal) => ({
      path: principal.path,
      found: '"*", which is anybody',
      allowed: "a principal by name",
      mend: "name who may read, such as one CloudFront distribution",
    }));
}

const algorithms = ["aws:kms", "aws:kms:dsse", "AES256"];

const encryption: Setting = {
  kind: "BucketServerSideEncryptionConfiguration",
  shown: "a bucket that encrypts what it keeps",
  mend: "declare a BucketServerSideEncryptionConfiguration, with a KMS key of the bucket's own",
  inline: ["serverSideEncryptionConfiguration"],
  check: (settings) => {
    const rules = settings.at("rules");
    const inline = settings.at("serverSideEncryptionConfiguration", "rule");
    const every = rules.absent && !inline.absent ? [inline] : rules.unknown ? [rules] : rules.items();
    if (every.length === 0) return is(rules, algorithms, "name how objects are encrypted");
    return every.flatMap((rule) =>
      is(
        rule.at("applyServerSideEncryptionByDefault", "sseAlgorithm"),
        algorithms,
        "name how objects are encrypted",
      ),
    );
  },
};

/** A bucket says how it encrypts what it keeps. */
export const checkEncrypted = (bucket: Subject, world: World): Violation[] =>
  checkSetting(bucket, encryption, world);

const versioning: Setting = {
  kind: "BucketVersioning",
  shown: "a bucket that keeps versions",
  mend: 'declare a BucketVersioning with status "Enabled"',
  inline: ["versioning"],
  check: (settings) => {
    const [status, inline] = [
      settings.at("versioningConfiguration", "status"),
      settings.at("versioning", "enabled"),
    ];
    return status.absent && !inline.absent
      ? is(inline, ["true"], "keep versions")
      : is(status, ["Enabled"], "keep versions");
  },
};

/** A bucket keeps the versions of its objects. */
export const checkVersioned = (bucket: Subject, world: World): Violation[] =>
  checkSetting(bucket, versioning, world);

const lock: Setting = {
  kind: "BucketObjectLockConfiguration",
  shown: "a bucket whose objects cannot be deleted for a time",
  mend: "declare a BucketObjectLockConfiguration with a default retention",
  inline: ["objectLockConfiguration"],
  check: (settings) => {
    const written = [settings.at("rule"), settings.at("objectLockConfiguration", "rule")];
    const rule = written.find(({ absent }) => !absent) ?? settings.at("rule");
    const retention = rule.at("defaultRetention");
    const time = ["days", "years"].map((unit) => retention.at(unit)).find(({ absent }) => !absent);
    return [
      ...is(retention.at("mode"), ["COMPLIANCE", "GOVERNANCE"], "say who may lift the lock"),
      ...(time === undefined || Number(time.text() ?? 1) < 1
        ? [
            {
              path: retention.path,
              found: "without a time",
              allowed: "days or years, at least 1",
              mend: "say for how long",
            },
          ]
        : []),
    ];
  },
};

/** A bucket of backups keeps them for a time, whoever asks. */
export function checkLocked(bucket: Subject, world: World): Violation[] {
  return [
    ...is(
      bucket.object.at("objectLockEnabled"),
      ["true"],
      "set objectLockEnabled, which S3 takes at creation",
    ),
    ...checkSetting(bucket, lock, world),
  ];
}

/** Whether a bucket's name or one of its tags says that it holds backups. */
export function holdsBackups({ name, object }: Subject, words: readonly string[]): boolean {
  const tags = object.at("tags");
  const said = [name, ...tags.keys().flatMap((key) => [key, tags.at(key).text() ?? ""])]
    .join(" ")
    .toLowerCase();
  return words.some((word) => said.includes(word.toLowerCase()));
}
