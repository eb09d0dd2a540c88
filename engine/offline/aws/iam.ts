// Identity and Access Management: roles and their inline policies. Source: terraform-provider-aws internal/service/iam.
import type { Values } from "../provider";
import { flagOf, numberOf, textOf } from "../table";
import type { Call, CallWithId, Kind } from "./kind";
import { normalJson, tagBag, tagChanges, tagPairs, unless } from "./shapes";

const GONE = ["NoSuchEntityException", "NoSuchEntity"];

async function iam(call: Call) {
  const { IAM } = await import("@aws-sdk/client-iam");
  return new IAM(call.client("iam"));
}

/** Inline and managed policies are types of their own; as arguments of the role the package deprecates them. */
const role: Kind = {
  arguments: [
    "assumeRolePolicy",
    "description",
    "forceDetachPolicies",
    "maxSessionDuration",
    "name",
    "namePrefix",
    "path",
    "permissionsBoundary",
  ],
  required: ["assumeRolePolicy"],
  replaceOn: ["name", "namePrefix", "path"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  regional: false,
  tagged: true,
  autoName: (name) => name,
  normal: { assumeRolePolicy: normalJson },
  documents: ["assumeRolePolicy"],
  computed: ["arn", "createDate", "uniqueId"],
  create: createRole,
  read: readRole,
  update: updateRole,
  delete: deleteRole,
};

async function createRole(call: Call): Promise<string> {
  const { inputs } = call;
  const { Role } = await (
    await iam(call)
  ).createRole({
    RoleName: textOf(inputs, "name"),
    Path: textOf(inputs, "path"),
    AssumeRolePolicyDocument: textOf(inputs, "assumeRolePolicy"),
    Description: textOf(inputs, "description"),
    MaxSessionDuration: numberOf(inputs, "maxSessionDuration", 3600),
    PermissionsBoundary: textOf(inputs, "permissionsBoundary"),
    Tags: tagPairs(inputs),
  });
  return Role?.RoleName ?? "";
}

async function readRole(call: CallWithId): Promise<Values | undefined> {
  const client = await iam(call);
  const found = (await unless(GONE, client.getRole({ RoleName: call.id })))?.Role;
  if (found === undefined) return undefined;
  return {
    arn: found.Arn,
    assumeRolePolicy: decodeURIComponent(found.AssumeRolePolicyDocument ?? ""),
    createDate: found.CreateDate?.toISOString(),
    description: found.Description === "" ? undefined : found.Description,
    maxSessionDuration: found.MaxSessionDuration,
    name: found.RoleName,
    path: found.Path,
    permissionsBoundary: found.PermissionsBoundary?.PermissionsBoundaryArn,
    uniqueId: found.RoleId,
    tagsAll: tagBag(found.Tags),
  };
}

async function updateRole(call: CallWithId): Promise<void> {
  const client = await iam(call);
  const { inputs, id: RoleName } = call;
  await client.updateAssumeRolePolicy({ RoleName, PolicyDocument: textOf(inputs, "assumeRolePolicy") });
  await client.updateRole({
    RoleName,
    Description: textOf(inputs, "description") ?? "",
    MaxSessionDuration: numberOf(inputs, "maxSessionDuration", 3600),
  });
  const PermissionsBoundary = textOf(inputs, "permissionsBoundary");
  if (PermissionsBoundary !== undefined) {
    await client.putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
  } else if (textOf(call.oldInputs, "permissionsBoundary") !== undefined) {
    await client.deleteRolePermissionsBoundary({ RoleName });
  }
  const { set, remove } = tagChanges(call.oldInputs, inputs);
  if (set.length > 0) await client.tagRole({ RoleName, Tags: set });
  if (remove.length > 0) await client.untagRole({ RoleName, TagKeys: remove });
}

async function deleteRole(call: CallWithId): Promise<void> {
  const client = await iam(call);
  const RoleName = call.id;
  if (flagOf(call.outputs, "forceDetachPolicies", false)) {
    const inline = await unless(GONE, client.listRolePolicies({ RoleName }));
    for (const PolicyName of inline?.PolicyNames ?? [])
      await client.deleteRolePolicy({ RoleName, PolicyName });
  }
  await unless(GONE, client.deleteRole({ RoleName }));
}

/** Its id is ROLE:NAME. */
const rolePolicy: Kind = {
  arguments: ["name", "namePrefix", "policy", "role"],
  required: ["policy", "role"],
  replaceOn: ["name", "namePrefix", "role"],
  defaults: {},
  regional: false,
  tagged: false,
  autoName: (name) => name,
  normal: { policy: normalJson },
  documents: ["policy"],
  computed: [],
  create: async (call) => {
    const id = `${textOf(call.inputs, "role") ?? ""}:${textOf(call.inputs, "name") ?? ""}`;
    await putPolicy({ ...call, id });
    return id;
  },
  read: async (call) => {
    const request = (await iam(call)).getRolePolicy(partsOf(call.id));
    const found = await unless(GONE, request);
    return (
      found && {
        name: found.PolicyName,
        role: found.RoleName,
        policy: decodeURIComponent(found.PolicyDocument ?? ""),
      }
    );
  },
  update: putPolicy,
  delete: async (call) => {
    await unless(GONE, (await iam(call)).deleteRolePolicy(partsOf(call.id)));
  },
};

function partsOf(id: string): { RoleName: string; PolicyName: string } {
  const [RoleName, PolicyName] = id.split(":");
  if (RoleName === undefined || PolicyName === undefined)
    throw new Error(`${id} is not ROLE:NAME, as the id of a role's policy reads`);
  return { RoleName, PolicyName };
}

async function putPolicy(call: CallWithId): Promise<void> {
  const PolicyDocument = textOf(call.inputs, "policy");
  await (await iam(call)).putRolePolicy({ ...partsOf(call.id), PolicyDocument });
}

export const iamKinds: Readonly<Record<string, Kind>> = {
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
};
