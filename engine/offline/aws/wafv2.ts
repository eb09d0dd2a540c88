// Web application firewall. Source: terraform-provider-aws internal/service/wafv2.
import type { DefaultAction, Rule, VisibilityConfig, WAFV2 } from "@aws-sdk/client-wafv2";
import { isList, type Values } from "../provider";
import { flagOf, textOf } from "../table";
import { neverUpdated, type Call, type CallWithId, type Kind } from "./kind";
import { bagOf, Naming, tagBag, tagChanges, tagPairs, textsOf, unless } from "./shapes";

const GONE = ["WAFNonexistentItemException"];

async function wafv2(call: Call) {
  const lib = await import("@aws-sdk/client-wafv2");
  return new lib.WAFV2(call.client("wafv2"));
}

const webAcl: Kind = {
  arguments: [
    "defaultAction",
    "description",
    "name",
    "namePrefix",
    "rules",
    "scope",
    "tokenDomains",
    "visibilityConfig",
  ],
  required: ["defaultAction", "scope", "visibilityConfig"],
  replaceOn: ["name", "namePrefix", "scope"],
  defaults: {},
  regional: true,
  tagged: true,
  autoName: (name) => name,
  normal: {},
  computed: ["applicationIntegrationUrl", "arn", "capacity", "lockToken"],
  create: async (call) => {
    const client = await wafv2(call);
    const { Summary } = await client.createWebACL({ ...definition(call), Tags: tagPairs(call.inputs) });
    return Summary?.Id ?? "";
  },
  idOf: (id) => id.replace(/\/.*$/, ""),
  read: readAcl,
  update: updateAcl,
  delete: async (call) => {
    const client = await wafv2(call);
    const found = await find(client, call);
    if (found === undefined) return;
    await unless(
      GONE,
      client.deleteWebACL({ Id: call.id, ...place(call.inputs), LockToken: found.LockToken }),
    );
  },
};

const place = (inputs: Values) => ({
  Name: textOf(inputs, "name"),
  Scope: textOf(inputs, "scope") === "CLOUDFRONT" ? ("CLOUDFRONT" as const) : ("REGIONAL" as const),
});

function definition({ inputs }: Call) {
  const rules = isList(inputs["rules"]) ? NAMES.toService(inputs["rules"], ["searchString"]) : [];
  if (!areRules(rules))
    throw new Error("rules must be a list of rules, each with name, priority and visibilityConfig");
  return {
    ...place(inputs),
    Description: textOf(inputs, "description"),
    DefaultAction: defaultAction(bagOf(inputs, "defaultAction")),
    VisibilityConfig: visibility(bagOf(inputs, "visibilityConfig")),
    Rules: rules,
    TokenDomains: textsOf(inputs, "tokenDomains"),
  };
}

const defaultAction = (action: Values): DefaultAction =>
  action["block"] === undefined ? { Allow: {} } : { Block: {} };

const visibility = (config: Values): VisibilityConfig => ({
  CloudWatchMetricsEnabled: flagOf(config, "cloudwatchMetricsEnabled", false),
  MetricName: textOf(config, "metricName"),
  SampledRequestsEnabled: flagOf(config, "sampledRequestsEnabled", false),
});

function areRules(rules: unknown): rules is Rule[] {
  const isRule = (rule: unknown) =>
    typeof rule === "object" &&
    rule !== null &&
    "Name" in rule &&
    "Priority" in rule &&
    "VisibilityConfig" in rule;
  return Array.isArray(rules) && rules.every(isRule);
}

/** Names that the service does not write as Pulumi's with a capital. */
const NAMES = new Naming({
  arn: "ARN",
  cloudwatchMetricsEnabled: "CloudWatchMetricsEnabled",
  forwardedIpConfig: "ForwardedIPConfig",
  ipSetForwardedIpConfig: "IPSetForwardedIPConfig",
  ipSetReferenceStatement: "IPSetReferenceStatement",
});

const find = (client: WAFV2, call: CallWithId) =>
  unless(GONE, client.getWebACL({ Id: call.id, ...place(call.inputs) }));

async function readAcl(given: CallWithId): Promise<Values | undefined> {
  const call = given.inputs["scope"] === undefined ? withIdParts(given) : given;
  const client = await wafv2(call);
  const found = await find(client, call);
  const acl = found?.WebACL;
  if (acl === undefined) return undefined;
  const tags = await client.listTagsForResource({ ResourceARN: acl.ARN });
  return {
    arn: acl.ARN,
    name: acl.Name,
    description: acl.Description === "" ? undefined : acl.Description,
    scope: textOf(call.inputs, "scope"),
    capacity: acl.Capacity,
    lockToken: found?.LockToken,
    applicationIntegrationUrl: found?.ApplicationIntegrationURL ?? "",
    defaultAction: NAMES.toPulumi(acl.DefaultAction),
    visibilityConfig: NAMES.toPulumi(acl.VisibilityConfig),
    rules: NAMES.toPulumi(acl.Rules ?? []),
    tokenDomains: acl.TokenDomains,
    tagsAll: tagBag(tags.TagInfoForResource?.TagList),
  };
}

/** An import's id is ID/NAME/SCOPE. */
function withIdParts(call: CallWithId): CallWithId {
  const [id, name, scope] = call.id.split("/");
  if (id === undefined || scope === undefined)
    throw new Error(`${call.id} is not ID/NAME/SCOPE, as an import of a web ACL wants`);
  return { ...call, id, inputs: { name, scope } };
}

async function updateAcl(call: CallWithId): Promise<void> {
  const client = await wafv2(call);
  const found = await find(client, call);
  await client.updateWebACL({ Id: call.id, ...definition(call), LockToken: found?.LockToken });
  const ResourceARN = textOf(call.outputs, "arn");
  const { set, remove } = tagChanges(call.oldInputs, call.inputs);
  if (set.length > 0) await client.tagResource({ ResourceARN, Tags: set });
  if (remove.length > 0) await client.untagResource({ ResourceARN, TagKeys: remove });
}

const association: Kind = {
  arguments: ["resourceArn", "webAclArn"],
  required: ["resourceArn", "webAclArn"],
  replaceOn: ["resourceArn", "webAclArn"],
  defaults: {},
  regional: true,
  tagged: false,
  normal: {},
  computed: [],
  create: async (call) => {
    const ResourceArn = textOf(call.inputs, "resourceArn") ?? "";
    const WebACLArn = textOf(call.inputs, "webAclArn") ?? "";
    await (await wafv2(call)).associateWebACL({ ResourceArn, WebACLArn });
    return `${WebACLArn},${ResourceArn}`;
  },
  read: async (call) => {
    const [webAclArn, resourceArn] = call.id.split(",");
    const request = (await wafv2(call)).getWebACLForResource({ ResourceArn: resourceArn });
    const found = (await unless(GONE, request))?.WebACL;
    return found?.ARN === webAclArn ? { webAclArn, resourceArn } : undefined;
  },
  update: neverUpdated,
  delete: async (call) => {
    const ResourceArn = textOf(call.inputs, "resourceArn");
    await unless(GONE, (await wafv2(call)).disassociateWebACL({ ResourceArn }));
  },
};

export const wafv2Kinds: Readonly<Record<string, Kind>> = {
  "aws:wafv2/webAcl:WebAcl": webAcl,
  "aws:wafv2/webAclAssociation:WebAclAssociation": association,
};
