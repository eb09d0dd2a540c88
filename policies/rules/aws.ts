/** What AWS keeps: images, files, rights and the edge. */
import * as z from "zod";
import { checkEncrypted, checkLocked, checkPrivate, checkVersioned, holdsBackups } from "../checks/bucket";
import { checkDistribution } from "../checks/distribution";
import { checkGrants, grants } from "../checks/iam";
import { checkEncryption, checkLifecycle, checkMutability, checkScan } from "../checks/repository";
import { isKind } from "../kinds";
import { everywhere } from "../levels";
import { withParameters, type Rule } from "../rule";

const isRepository = isKind("aws:ecr", "Repository");
const isBucket = isKind("aws:s3", "Bucket");

export const awsRules: readonly Rule[] = [
  {
    name: "repository-immutable",
    severity: "high",
    checks: "Every ECR repository keeps a release's tag for good.",
    mend: 'Set `imageTagMutability: "IMMUTABLE"`.',
    requirements: ["K3"],
    upstream: ["compliance-policies:ecr/Repository/disallowMutableImage", "checkov:CKV_AWS_51"],
    levels: everywhere("mandatory"),
    applies: isRepository,
    judge: ({ object }) => checkMutability(object),
  },
  {
    name: "repository-scanned",
    severity: "high",
    checks: "Every ECR repository scans each image on push.",
    mend: "Set `imageScanningConfiguration: { scanOnPush: true }`.",
    requirements: ["K3"],
    upstream: [
      "compliance-policies:ecr/Repository/configureImageScan",
      "compliance-policies:ecr/Repository/enableImageScan",
      "checkov:CKV_AWS_163",
    ],
    levels: everywhere("mandatory"),
    applies: isRepository,
    judge: ({ object }) => checkScan(object),
  },
  {
    name: "repository-encrypted",
    severity: "medium",
    checks: "Every ECR repository encrypts its images by a key of KMS.",
    mend: 'Set `encryptionConfigurations: [{ encryptionType: "KMS", kmsKey }]`; AWS takes it at creation only.',
    requirements: ["K3"],
    upstream: [
      "compliance-policies:ecr/Repository/disallowUnencryptedRepository",
      "compliance-policies:ecr/Repository/configureCustomerManagedKey",
      "checkov:CKV_AWS_136",
    ],
    levels: everywhere("mandatory"),
    applies: isRepository,
    judge: ({ object }) => checkEncryption(object),
  },
  {
    name: "repository-lifecycle",
    severity: "low",
    checks: "Every ECR repository has a lifecycle policy.",
    mend: "Declare a LifecyclePolicy for the repository.",
    requirements: ["K3"],
    upstream: ["aws-config:ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isRepository,
    judge: (subject, { world }) => checkLifecycle(subject, world),
  },
  {
    name: "bucket-private",
    severity: "critical",
    checks:
      "Every S3 bucket has all four blocks of public access, no ACL or policy that opens it to anybody, and objects that are its owner's.",
    mend: "Declare a BucketPublicAccessBlock with all four settings true, and remove ACLs.",
    requirements: ["L6", "S5"],
    upstream: ["checkov:CKV2_AWS_6", "checkov:CKV_AWS_20", "checkov:CKV2_AWS_65"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isBucket,
    judge: (subject, { world }) => checkPrivate(subject, world),
  },
  {
    name: "bucket-encrypted",
    severity: "high",
    checks: "Every S3 bucket says how it encrypts what it keeps: by KMS or by S3's own key.",
    mend: "Declare a BucketServerSideEncryptionConfiguration.",
    requirements: ["L6", "S5"],
    upstream: ["checkov:CKV_AWS_19", "checkov:CKV_AWS_145"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isBucket,
    judge: (subject, { world }) => checkEncrypted(subject, world),
  },
  {
    name: "bucket-versioned",
    severity: "medium",
    checks: "Every S3 bucket keeps the versions of its objects.",
    mend: 'Declare a BucketVersioning with status "Enabled".',
    requirements: ["L6", "S5"],
    upstream: ["checkov:CKV_AWS_21"],
    levels: everywhere("mandatory"),
    needsWorld: true,
    applies: isBucket,
    judge: (subject, { world }) => checkVersioned(subject, world),
  },
  withParameters({
    name: "bucket-locked",
    severity: "high",
    checks: "Every S3 bucket whose name or tags speak of backups locks its objects for a time.",
    mend: "Set `objectLockEnabled` and declare a BucketObjectLockConfiguration with a default retention.",
    requirements: ["K13", "L14"],
    upstream: [],
    levels: everywhere("mandatory"),
    parameters: z.strictObject({
      words: z
        .array(z.string().min(1))
        .default(["backup"])
        .describe("What in a bucket's name or tags says that it holds backups, in any case."),
    }),
    needsWorld: true,
    applies: isBucket,
    judge: (subject, { parameters, world }) =>
      holdsBackups(subject, parameters.words) ? checkLocked(subject, world) : [],
  }),
  {
    name: "iam-wildcards",
    judgedAtUp: true,
    severity: "high",
    checks:
      "Every policy of AWS grants actions and resources that it names, to principals that it names; a key's own policy may say `kms:*` and `*`, which is the key itself.",
    mend: "Name what is needed and who needs it.",
    requirements: ["K3", "L6", "S5"],
    upstream: ["checkov:CKV_AWS_62", "checkov:CKV_AWS_63", "checkov:CKV_AWS_355"],
    levels: everywhere("mandatory"),
    applies: grants,
    judge: (subject) => checkGrants(subject),
  },
  {
    name: "cloudfront-tls",
    severity: "high",
    checks:
      "Every CloudFront distribution redirects plain HTTP or refuses it, speaks TLS 1.2 of 2021 or later, and has a certificate of its own names.",
    mend: "Set `viewerProtocolPolicy`, `minimumProtocolVersion` and `acmCertificateArn`.",
    requirements: ["S5"],
    upstream: ["checkov:CKV_AWS_34", "checkov:CKV_AWS_174"],
    levels: everywhere("mandatory"),
    applies: isKind("aws:cloudfront", "Distribution"),
    judge: ({ object }) => checkDistribution(object),
  },
];
