// Key Management Service. Source: terraform-provider-aws internal/service/kms.
import type { Values } from "../provider";
import { flagOf, numberOf, textOf } from "../table";
import type { Call, CallWithId, Kind } from "./kind";
import { normalJson, oneOf, tagChanges, tagPairs, unless } from "./shapes";

const GONE = ["NotFoundException"];

async function kms(call: Call) {
  const { KMS } = await import("@aws-sdk/client-kms");
  return new KMS(call.client("kms"));
}

const key: Kind = {
  arguments: [
    "bypassPolicyLockoutSafetyCheck",
    "customKeyStoreId",
    "customerMasterKeySpec",
    "deletionWindowInDays",
    "description",
    "enableKeyRotation",
    "isEnabled",
    "keyUsage",
    "multiRegion",
    "policy",
    "rotationPeriodInDays",
    "xksKeyId",
  ],
  required: [],
  replaceOn: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  defaults: {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  regional: true,
  tagged: true,
  documents: ["policy"],
  normal: { policy: normalJson },
  computed: ["arn", "keyId", "description", "multiRegion", "policy", "rotationPeriodInDays"],
  create: createKey,
  read: readKey,
  update: updateKey,
  delete: async (call) => {
    const PendingWindowInDays = numberOf(call.outputs, "deletionWindowInDays", 30);
    await unless(
      [...GONE, "KMSInvalidStateException"],
      (await kms(call)).scheduleKeyDeletion({ KeyId: call.id, PendingWindowInDays }),
    );
  },
};

async function createKey(call: Call): Promise<string> {
  const { KeySpec, KeyUsageType } = await import("@aws-sdk/client-kms");
  const { inputs } = call;
  const client = await kms(call);
  const created = await client.createKey({
    Description: textOf(inputs, "description"),
    KeySpec: oneOf(Object.values(KeySpec), inputs, "customerMasterKeySpec"),
    KeyUsage: oneOf(Object.values(KeyUsageType), inputs, "keyUsage"),
    MultiRegion: flagOf(inputs, "multiRegion", false),
    Policy: textOf(inputs, "policy"),
    BypassPolicyLockoutSafetyCheck: flagOf(inputs, "bypassPolicyLockoutSafetyCheck", false),
    Tags: tagPairs(inputs).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
  });
  const id = created.KeyMetadata?.KeyId ?? "";
  await setRotation(call, id);
  if (!flagOf(inputs, "isEnabled", true)) await client.disableKey({ KeyId: id });
  return id;
}

async function setRotation(call: Call, KeyId: string): Promise<void> {
  const client = await kms(call);
  const RotationPeriodInDays = numberOf(call.inputs, "rotationPeriodInDays", 0) || undefined;
  if (flagOf(call.inputs, "enableKeyRotation", false)) {
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays });
  } else if (flagOf(call.oldInputs, "enableKeyRotation", false)) {
    await client.disableKeyRotation({ KeyId });
  }
}

async function readKey(call: CallWithId): Promise<Values | undefined> {
  const client = await kms(call);
  const KeyId = call.id;
  const found = (await unless(GONE, client.describeKey({ KeyId })))?.KeyMetadata;
  if (found === undefined || found.KeyState === "PendingDeletion") return undefined;
  const [rotation, policy, tags] = await Promise.all([
    client.getKeyRotationStatus({ KeyId }),
    client.getKeyPolicy({ KeyId, PolicyName: "default" }),
    client.listResourceTags({ KeyId }),
  ]);
  return {
    arn: found.Arn,
    keyId: found.KeyId,
    description: found.Description,
    customerMasterKeySpec: found.KeySpec,
    keyUsage: found.KeyUsage,
    isEnabled: found.Enabled,
    multiRegion: found.MultiRegion ?? false,
    enableKeyRotation: rotation.KeyRotationEnabled ?? false,
    rotationPeriodInDays: rotation.RotationPeriodInDays,
    policy: policy.Policy,
    tagsAll: Object.fromEntries(
      (tags.Tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue]),
    ),
  };
}

async function updateKey(call: CallWithId): Promise<void> {
  const client = await kms(call);
  const KeyId = call.id;
  const Policy = textOf(call.inputs, "policy");
  const Description = textOf(call.inputs, "description");
  if (flagOf(call.inputs, "isEnabled", true)) await client.enableKey({ KeyId });
  if (Description !== undefined) await client.updateKeyDescription({ KeyId, Description });
  if (Policy !== undefined) await client.putKeyPolicy({ KeyId, Policy, PolicyName: "default" });
  await setRotation(call, KeyId);
  const { set, remove } = tagChanges(call.oldInputs, call.inputs);
  const Tags = set.map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
  if (set.length > 0) await client.tagResource({ KeyId, Tags });
  if (remove.length > 0) await client.untagResource({ KeyId, TagKeys: remove });
  if (!flagOf(call.inputs, "isEnabled", true)) await client.disableKey({ KeyId });
}

const alias: Kind = {
  arguments: ["name", "namePrefix", "targetKeyId"],
  required: ["targetKeyId"],
  replaceOn: ["name", "namePrefix"],
  defaults: {},
  regional: true,
  tagged: false,
  autoName: (name) => `alias/${name}`,
  // A key may be named by its id or its ARN, which ends with the id.
  normal: { targetKeyId: (value) => (typeof value === "string" ? value.replace(/^.*:key\//, "") : value) },
  computed: ["arn", "targetKeyArn"],
  create: async (call) => {
    const AliasName = textOf(call.inputs, "name") ?? "";
    await (await kms(call)).createAlias({ AliasName, TargetKeyId: textOf(call.inputs, "targetKeyId") });
    return AliasName;
  },
  read: readAlias,
  update: async (call) => {
    const TargetKeyId = textOf(call.inputs, "targetKeyId");
    await (await kms(call)).updateAlias({ AliasName: call.id, TargetKeyId });
  },
  delete: async (call) => {
    await unless(GONE, (await kms(call)).deleteAlias({ AliasName: call.id }));
  },
};

async function readAlias(call: CallWithId): Promise<Values | undefined> {
  const client = await kms(call);
  let Marker: string | undefined;
  do {
    const page = await client.listAliases({ Marker });
    const found = page.Aliases?.find(({ AliasName }) => AliasName === call.id);
    if (found !== undefined) {
      const targetKeyArn = found.AliasArn?.replace(/:alias\/.*$/, `:key/${found.TargetKeyId ?? ""}`);
      return { arn: found.AliasArn, name: call.id, targetKeyId: found.TargetKeyId, targetKeyArn };
    }
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  return undefined;
}

export const kmsKinds: Readonly<Record<string, Kind>> = {
  "aws:kms/key:Key": key,
  "aws:kms/alias:Alias": alias,
};
