// DNS records. Source: terraform-provider-aws internal/service/route53/record.go.
import type { ChangeAction, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Value, Values } from "../provider";
import { flagOf, numberOf, textOf } from "../table";
import type { Call, CallWithId, Kind } from "./kind";
import { bagsOf, normalSet, textsOf, unless } from "./shapes";

const GONE = ["NoSuchHostedZone", "InvalidChangeBatch"];

async function route53(call: Call) {
  const { Route53 } = await import("@aws-sdk/client-route-53");
  return new Route53(call.client("route53"));
}

const record: Kind = {
  arguments: [
    "aliases",
    "allowOverwrite",
    "healthCheckId",
    "name",
    "records",
    "setIdentifier",
    "ttl",
    "type",
    "weightedRoutingPolicies",
    "zoneId",
  ],
  required: ["name", "type", "zoneId"],
  replaceOn: ["name", "zoneId"],
  defaults: {},
  regional: false,
  tagged: false,
  normal: { name: normalName, records: normalSet },
  computed: ["fqdn"],
  create: async (call) => {
    const action = flagOf(call.inputs, "allowOverwrite", false) ? "UPSERT" : "CREATE";
    await change(call, [[action, await recordSet(call, call.inputs)]]);
    const parts = ["zoneId", "name", "type", "setIdentifier"].map((part) => textOf(call.inputs, part));
    return parts.filter((part) => part !== undefined).join("_");
  },
  read: readRecord,
  update: updateRecord,
  delete: deleteRecord,
};

/** A final dot and capitals mean nothing in a name. */
function normalName(value: Value): Value {
  return typeof value === "string" ? value.replace(/\.$/, "").toLowerCase() : value;
}

async function updateRecord(call: CallWithId): Promise<void> {
  const next = await recordSet(call, call.inputs);
  const last = await recordSet(call, call.oldInputs);
  const moved = next.Type !== last.Type || next.SetIdentifier !== last.SetIdentifier;
  await change(
    call,
    moved
      ? [
          ["DELETE", last],
          ["CREATE", next],
        ]
      : [["UPSERT", next]],
  );
}

async function deleteRecord(call: CallWithId): Promise<void> {
  const found = await find(call);
  if (found !== undefined) await unless(GONE, change(call, [["DELETE", found]]));
}

async function change(call: Call, changes: readonly [ChangeAction, ResourceRecordSet][]): Promise<void> {
  await (
    await route53(call)
  ).changeResourceRecordSets({
    HostedZoneId: zoneOf(call.inputs),
    ChangeBatch: { Changes: changes.map(([Action, set]) => ({ Action, ResourceRecordSet: set })) },
  });
}

const zoneOf = (inputs: Values): string => (textOf(inputs, "zoneId") ?? "").replace(/^\/?hostedzone\//, "");

async function fullName(call: Call, inputs: Values): Promise<string> {
  const { HostedZone } = await (await route53(call)).getHostedZone({ Id: zoneOf(inputs) });
  const zone = (HostedZone?.Name ?? "").replace(/\.$/, "");
  const name = (textOf(inputs, "name") ?? "").replace(/\.$/, "").toLowerCase();
  if (name === "") return zone;
  return name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}

async function recordSet(call: Call, inputs: Values): Promise<ResourceRecordSet> {
  const { RRType } = await import("@aws-sdk/client-route-53");
  const type = textOf(inputs, "type");
  const Type = Object.values(RRType).find((allowed) => allowed === type);
  if (Type === undefined)
    throw new Error(`type is ${type ?? "absent"}; allowed are ${Object.values(RRType).join(", ")}`);
  const [weighted] = bagsOf(inputs, "weightedRoutingPolicies");
  return {
    Name: await fullName(call, inputs),
    Type,
    ...target(inputs),
    SetIdentifier: textOf(inputs, "setIdentifier"),
    HealthCheckId: textOf(inputs, "healthCheckId"),
    Weight: weighted && numberOf(weighted, "weight", 0),
  };
}

function target(inputs: Values): Pick<ResourceRecordSet, "AliasTarget" | "ResourceRecords" | "TTL"> {
  const [alias] = bagsOf(inputs, "aliases");
  if (alias === undefined) {
    const ResourceRecords = textsOf(inputs, "records")?.map((text) => ({ Value: text }));
    return { ResourceRecords, TTL: numberOf(inputs, "ttl", 0) };
  }
  return {
    AliasTarget: {
      DNSName: textOf(alias, "name"),
      HostedZoneId: textOf(alias, "zoneId"),
      EvaluateTargetHealth: flagOf(alias, "evaluateTargetHealth", false),
    },
  };
}

async function find(call: Call): Promise<ResourceRecordSet | undefined> {
  const client = await route53(call);
  const HostedZoneId = zoneOf(call.inputs);
  const name = `${await fullName(call, call.inputs)}.`;
  const type = textOf(call.inputs, "type");
  const set = textOf(call.inputs, "setIdentifier");
  const page = await client.listResourceRecordSets({ HostedZoneId, StartRecordName: name });
  return page.ResourceRecordSets?.find(
    ({ Name, Type, SetIdentifier }) => plainName(Name) === name && Type === type && SetIdentifier === set,
  );
}

/** The service writes a leading `*` in octal. */
const plainName = (name = ""): string => name.toLowerCase().replace(/^\\052\./, "*.");

async function readRecord(given: CallWithId): Promise<Values | undefined> {
  const call = given.inputs["zoneId"] === undefined ? { ...given, inputs: idParts(given.id) } : given;
  const found = await unless(GONE, find(call));
  if (found === undefined) return undefined;
  const { AliasTarget: alias, ResourceRecords: records } = found;
  return {
    name: textOf(call.inputs, "name"),
    zoneId: textOf(call.inputs, "zoneId"),
    type: found.Type,
    fqdn: plainName(found.Name).replace(/\.$/, ""),
    ttl: records === undefined ? undefined : found.TTL,
    records: records?.map(({ Value }) => Value ?? ""),
    setIdentifier: found.SetIdentifier,
    healthCheckId: found.HealthCheckId,
    weightedRoutingPolicies: found.Weight === undefined ? undefined : [{ weight: found.Weight }],
    aliases: alias && [
      {
        name: (alias.DNSName ?? "").replace(/\.$/, ""),
        zoneId: alias.HostedZoneId ?? "",
        evaluateTargetHealth: alias.EvaluateTargetHealth ?? false,
      },
    ],
  };
}

/** ZONE_NAME_TYPE, with _SET where there is one; a name may hold underscores. */
function idParts(id: string): Values {
  const [, zoneId, name, type, setIdentifier] = /^([^_]+)_(.*)_([A-Z]+)(?:_(.+))?$/.exec(id) ?? [];
  if (zoneId === undefined)
    throw new Error(`${id} is not the id of a record: it reads ZONE_NAME_TYPE or ZONE_NAME_TYPE_SET`);
  return { zoneId, name, type, setIdentifier };
}

export const route53Kinds: Readonly<Record<string, Kind>> = { "aws:route53/record:Record": record };
