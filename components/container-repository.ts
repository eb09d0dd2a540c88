/** An ECR repository whose images cannot be changed once pushed. */
import * as ecr from "@pulumi/aws/ecr";
import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";

export interface ContainerRepositoryArgs {
  /** Name of the repository, without its registry. */
  readonly name: string;
  /** Tagged images that are kept; the oldest go first. @default 50 */
  readonly keepTagged?: number;
  /** Days after which an image without a tag is deleted. @default 14 */
  readonly untaggedDays?: number;
  /** IAM principals (ARNs) that may pull. @default - no repository policy: the account's own IAM decides */
  readonly pullers?: readonly string[];
  /** Tags beside the name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

const PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/**
 * Declares an ECR repository: immutable tags, a scan of each push, encryption by a KMS key of its own (rotated), a
 * lifecycle policy, and a pull policy where principals are named. It is never deleted while it holds images.
 *
 * @see K3 of the requirements; https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html
 */
export class ContainerRepository extends pulumi.ComponentResource {
  /** Address of the repository, e.g. `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop`. */
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ContainerRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ContainerRepository", name, {}, opts);
    const tags = { ...args.tags, Name: args.name };
    const key = new kms.Key(
      `${name}-key`,
      {
        description: `Images of ${args.name} in ECR`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        tags,
      },
      { parent: this },
    );
    new kms.Alias(
      `${name}-key`,
      { name: `alias/ecr/${args.name}`, targetKeyId: key.keyId },
      { parent: this },
    );
    const repository = new ecr.Repository(
      name,
      {
        name: args.name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key.arn }],
        forceDelete: false,
        tags,
      },
      { parent: this },
    );
    new ecr.LifecyclePolicy(
      name,
      { repository: repository.name, policy: JSON.stringify(lifecycle(args)) },
      { parent: this },
    );
    if (args.pullers !== undefined && args.pullers.length > 0) {
      new ecr.RepositoryPolicy(
        name,
        { repository: repository.name, policy: JSON.stringify(pullPolicy(args.pullers)) },
        { parent: this },
      );
    }
    this.url = repository.repositoryUrl;
    this.arn = repository.arn;
    this.registerOutputs({ url: this.url, arn: this.arn });
  }
}

/** ECR judges the rules by priority; a rule without a tag status of its own kind must come last. */
const lifecycle = ({ keepTagged = 50, untaggedDays = 14 }: ContainerRepositoryArgs) => ({
  rules: [
    {
      rulePriority: 1,
      description: `Untagged images go after ${untaggedDays} days`,
      selection: {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: untaggedDays,
      },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: `The last ${keepTagged} tagged images stay`,
      selection: {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: keepTagged,
      },
      action: { type: "expire" },
    },
  ],
});

const pullPolicy = (pullers: readonly string[]) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "Pull", Effect: "Allow", Principal: { AWS: pullers }, Action: PULL_ACTIONS }],
});
