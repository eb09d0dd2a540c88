// Elastic Container Registry. Source: terraform-provider-aws internal/service/ecr.
import type { Value, Values } from "../provider";
import { flagOf, textOf } from "../table";
import { neverUpdated, type Call, type CallWithId, type Kind } from "./kind";
import {
  bagOf,
  bagsOf,
  normalJson,
  parsedJson,
  sorted,
  tagBag,
  tagChanges,
  tagPairs,
  unless,
} from "./shapes";

const GONE = [
  "RepositoryNotFoundException",
  "RepositoryPolicyNotFoundException",
  "LifecyclePolicyNotFoundException",
];

async function ecr(call: Call) {
  const { ECR } = await import("@aws-sdk/client-ecr");
  return new ECR(call.client("ecr"));
}

const repository: Kind = {
  arguments: [
    "encryptionConfigurations",
    "forceDelete",
    "imageScanningConfiguration",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "name",
  ],
  required: [],
  replaceOn: ["encryptionConfigurations", "name"],
  defaults: { imageTagMutability: "MUTABLE" },
  regional: true,
  tagged: true,
  autoName: (name) => name.toLowerCase(),
  normal: {},
  computed: ["arn", "registryId", "repositoryUrl"],
  create: createRepository,
  read: readRepository,
  update: updateRepository,
  delete: async (call) => {
    const force = flagOf(call.outputs, "forceDelete", false);
    await unless(GONE, (await ecr(call)).deleteRepository({ repositoryName: call.id, force }));
  },
};

async function createRepository(call: Call): Promise<string> {
  const repositoryName = textOf(call.inputs, "name") ?? "";
  const [encryption] = bagsOf(call.inputs, "encryptionConfigurations");
  await (
    await ecr(call)
  ).createRepository({
    repositoryName,
    ...mutability(call.inputs),
    imageScanningConfiguration: scanning(call.inputs),
    encryptionConfiguration: encryption && {
      encryptionType: encryptionType(textOf(encryption, "encryptionType")),
      kmsKey: textOf(encryption, "kmsKey"),
    },
    tags: tagPairs(call.inputs),
  });
  return repositoryName;
}

function encryptionType(text = "AES256"): "AES256" | "KMS" | "KMS_DSSE" {
  if (text === "AES256" || text === "KMS" || text === "KMS_DSSE") return text;
  throw new Error(`encryptionType is ${text}; allowed are AES256, KMS and KMS_DSSE`);
}

const MUTABILITIES = ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE", "MUTABLE_WITH_EXCLUSION"] as const;

function mutability(inputs: Values) {
  const text = textOf(inputs, "imageTagMutability");
  const imageTagMutability = MUTABILITIES.find((allowed) => allowed === text);
  if (imageTagMutability === undefined) {
    throw new Error(`imageTagMutability is ${text ?? "absent"}; allowed are ${MUTABILITIES.join(", ")}`);
  }
  const filters = bagsOf(inputs, "imageTagMutabilityExclusionFilters");
  if (filters.length === 0) return { imageTagMutability };
  const imageTagMutabilityExclusionFilters = filters.map((filter) => ({
    filterType: "WILDCARD" as const,
    filter: textOf(filter, "filter"),
  }));
  return { imageTagMutability, imageTagMutabilityExclusionFilters };
}

const scanning = (inputs: Values) => ({
  scanOnPush: flagOf(bagOf(inputs, "imageScanningConfiguration"), "scanOnPush", false),
});

async function readRepository(call: CallWithId): Promise<Values | undefined> {
  const client = await ecr(call);
  const answer = await unless(GONE, client.describeRepositories({ repositoryNames: [call.id] }));
  const found = answer?.repositories?.[0];
  if (found === undefined) return undefined;
  const { tags } = await client.listTagsForResource({ resourceArn: found.repositoryArn });
  return {
    arn: found.repositoryArn,
    name: found.repositoryName,
    registryId: found.registryId,
    repositoryUrl: found.repositoryUri,
    imageTagMutability: found.imageTagMutability,
    imageScanningConfiguration: { scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false },
    encryptionConfigurations: [
      {
        encryptionType: found.encryptionConfiguration?.encryptionType ?? "AES256",
        kmsKey: found.encryptionConfiguration?.kmsKey ?? "",
      },
    ],
    tagsAll: tagBag(tags),
  };
}

async function updateRepository(call: CallWithId): Promise<void> {
  const client = await ecr(call);
  const repositoryName = call.id;
  await client.putImageTagMutability({ repositoryName, ...mutability(call.inputs) });
  await client.putImageScanningConfiguration({
    repositoryName,
    imageScanningConfiguration: scanning(call.inputs),
  });
  const resourceArn = textOf(call.outputs, "arn");
  const { set, remove } = tagChanges(call.oldInputs, call.inputs);
  if (set.length > 0) await client.tagResource({ resourceArn, tags: set });
  if (remove.length > 0) await client.untagResource({ resourceArn, tagKeys: remove });
}

const repositoryName = (inputs: Values): string => textOf(inputs, "repository") ?? "";

const ofRepository = {
  arguments: ["policy", "repository"],
  required: ["policy", "repository"],
  defaults: {},
  regional: true,
  tagged: false,
  documents: ["policy"],
  computed: ["registryId"],
} as const;

const lifecyclePolicy: Kind = {
  ...ofRepository,
  replaceOn: ["policy", "repository"],
  deleteBeforeReplace: true,
  normal: { policy: normalLifecycle },
  create: async (call) => {
    const lifecyclePolicyText = textOf(call.inputs, "policy");
    const repository = repositoryName(call.inputs);
    await (await ecr(call)).putLifecyclePolicy({ repositoryName: repository, lifecyclePolicyText });
    return repository;
  },
  read: async (call) => {
    const request = (await ecr(call)).getLifecyclePolicy({ repositoryName: call.id });
    const found = await unless(GONE, request);
    return found && { registryId: found.registryId, repository: call.id, policy: found.lifecyclePolicyText };
  },
  update: neverUpdated,
  delete: async (call) => {
    await unless(GONE, (await ecr(call)).deleteLifecyclePolicy({ repositoryName: call.id }));
  },
};

/** The order of the rules is their priority, wherever they stand. */
function normalLifecycle(value: Value): Value {
  const policy = parsedJson(value);
  if (policy === undefined) return value;
  const rules: unknown = Reflect.get(policy, "rules");
  if (!Array.isArray(rules)) return normalJson(value);
  const texts = rules.map((rule: unknown) => JSON.stringify(sorted(rule)));
  return texts.sort().join();
}

const repositoryPolicy: Kind = {
  ...ofRepository,
  replaceOn: ["repository"],
  normal: { policy: normalJson },
  create: async (call) => {
    const repository = repositoryName(call.inputs);
    await putPolicy(call, repository);
    return repository;
  },
  read: async (call) => {
    const request = (await ecr(call)).getRepositoryPolicy({ repositoryName: call.id });
    const found = await unless(GONE, request);
    return found && { registryId: found.registryId, repository: call.id, policy: found.policyText };
  },
  update: (call) => putPolicy(call, call.id),
  delete: async (call) => {
    await unless(GONE, (await ecr(call)).deleteRepositoryPolicy({ repositoryName: call.id }));
  },
};

async function putPolicy(call: Call, repository: string): Promise<void> {
  const policyText = textOf(call.inputs, "policy");
  await (await ecr(call)).setRepositoryPolicy({ repositoryName: repository, policyText });
}

export const ecrKinds: Readonly<Record<string, Kind>> = {
  "aws:ecr/repository:Repository": repository,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": lifecyclePolicy,
  "aws:ecr/repositoryPolicy:RepositoryPolicy": repositoryPolicy,
};
