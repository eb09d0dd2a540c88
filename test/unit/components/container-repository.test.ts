import assert from "node:assert/strict";
import { isFields } from "../../../charts/manifest";
import { record, type Registration } from "../../../cli/recorder";
import { ContainerRepository, type ContainerRepositoryArgs } from "../../../components/container-repository";

const declared = (args: Partial<ContainerRepositoryArgs> = {}) =>
  record("test", () => Promise.resolve(new ContainerRepository("shop", { name: "team/shop", ...args })));

const inputsOf = (registrations: readonly Registration[], type: string) =>
  registrations.find((resource) => resource.type === type)?.inputs;

describe("ContainerRepository", () => {
  it("K3 declares the repository, its key and its lifecycle, and no pull policy unless somebody is named", async () => {
    assert.deepEqual(
      (await declared()).map(({ type, name }) => `${type} ${name}`),
      [
        "aws:ecr/lifecyclePolicy:LifecyclePolicy shop",
        "aws:ecr/repository:Repository shop",
        "aws:kms/alias:Alias shop-key",
        "aws:kms/key:Key shop-key",
        "golive:components:ContainerRepository shop",
      ],
    );
  });

  it("K3 makes tags immutable, scans each push and encrypts with its own key", async () => {
    assert.deepEqual(inputsOf(await declared(), "aws:ecr/repository:Repository"), {
      name: "team/shop",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "${Key.shop-key.arn}" }],
      forceDelete: false,
      tags: { Name: "team/shop" },
    });
    const key = inputsOf(await declared(), "aws:kms/key:Key");
    assert.equal(key?.enableKeyRotation, true);
    assert.equal(inputsOf(await declared(), "aws:kms/alias:Alias")?.name, "alias/ecr/team/shop");
  });

  it("K3 keeps the newest tagged images and lets untagged ones go", async () => {
    const policy = inputsOf(
      await declared({ keepTagged: 7, untaggedDays: 3 }),
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    )?.policy;
    const lifecycle: unknown = JSON.parse(String(policy));
    assert.deepEqual(isFields(lifecycle) ? lifecycle.rules : undefined, [
      {
        rulePriority: 1,
        description: "Untagged images go after 3 days",
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 3,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: "The last 7 tagged images stay",
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["*"],
          countType: "imageCountMoreThan",
          countNumber: 7,
        },
        action: { type: "expire" },
      },
    ]);
  });

  it("K3 lets those who are named pull, and do nothing else", async () => {
    const pullers = ["arn:aws:iam::123456789012:role/deployer"];
    const policy = inputsOf(await declared({ pullers }), "aws:ecr/repositoryPolicy:RepositoryPolicy")?.policy;
    assert.deepEqual(JSON.parse(String(policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull",
          Effect: "Allow",
          Principal: { AWS: pullers },
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        },
      ],
    });
  });
});
