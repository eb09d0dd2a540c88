import assert from "node:assert/strict";
import {
  unknownCheckingProxy,
  type PolicyResource,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { UNKNOWN } from "../../policies/checks/field";
import { undecidable } from "../../policies/checks/violation";
import { everywhere } from "../../policies/levels";
import { Pack, type PackSettings } from "../../policies/pack";
import type { Rule } from "../../policies/rule";
import { isRecord } from "../../policies/checks/field";

const type = "kubernetes:apps/v1:Deployment";
const urn = (name: string) => `urn:pulumi:develop::shop::${type}::${name}`;
const deployment = (name: string, spec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
  spec,
});

const base = {
  severity: "high",
  checks: "A rule of the test's own.",
  mend: "Mend it.",
  requirements: ["K5"],
  upstream: [],
  levels: everywhere("mandatory"),
} as const;

/** A Deployment is not paused. */
const paused: Rule = {
  ...base,
  name: "replicas",
  applies: ({ kind }) => kind === "Deployment",
  judge: ({ object }) => {
    const field = object.at("spec", "paused");
    if (field.unknown) return [undecidable(field)];
    if (field.text() !== "true") return [];
    return [{ path: field.path, found: "true", allowed: "false", mend: "remove it" }];
  },
  remedy: (object) => ({ ...object, spec: { ...(isRecord(object.spec) ? object.spec : {}), paused: false } }),
};

/** There is another Deployment, and it comes from this one's spec. */
const accompanied: Rule = {
  ...base,
  name: "pdb-present",
  needsWorld: true,
  applies: ({ kind }) => kind === "Deployment",
  judge: (subject, { world }) => {
    const alone = world.ofKind("apps", "Deployment").length < 2;
    const from = world.sources(subject, "spec").map(({ name }) => name);
    return alone
      ? [{ path: "spec", found: `alone, from ${from.join()}`, allowed: "two", mend: "add one" }]
      : [];
  },
};

const settings: PackSettings = {
  stack: "develop",
  values: {},
  folders: [],
  render: () => Promise.reject(new Error("no chart here")),
  now: new Date("2026-06-01T12:00:00Z"),
  rules: [paused, accompanied],
};

function packOf(changes: Partial<PackSettings> = {}) {
  const pack = new Pack({ ...settings, ...changes });
  const named = (name: string) => pack.policies.find((policy) => policy.name === name);
  const resourcePolicy = (name: string): ResourceValidationPolicy => {
    const policy = named(name);
    assert.ok(policy !== undefined && "validateResource" in policy);
    return policy;
  };
  const stackPolicy = (name: string): StackValidationPolicy => {
    const policy = named(name);
    assert.ok(policy !== undefined && "validateStack" in policy);
    return policy;
  };
  return {
    pack,
    /** What a policy says of inputs behind the SDK's own proxy. */
    said: async (
      name: string,
      policy = "replicas",
      inputs: object = {},
      resource = type,
    ): Promise<string[]> => {
      const { validateResource } = resourcePolicy(policy);
      assert.ok(typeof validateResource === "function");
      const messages: string[] = [];
      await validateResource(argsOf(name, inputs, resource), (message) => messages.push(message));
      return messages;
    },
    ofStack: async (policy: string, resources: PolicyResource[]): Promise<string[]> => {
      const messages: string[] = [];
      const args = { resources, getConfig: getNothing, stackTags: new Map(), notApplicable };
      await stackPolicy(policy).validateStack(args, (message) => messages.push(message));
      return messages;
    },
    remedied: async (inputs: object) => {
      const { remediateResource } = resourcePolicy("replicas");
      return remediateResource?.(argsOf("web", inputs, type));
    },
  };
}

const notApplicable = (): never => assert.fail("every policy applies");

const getNothing = (): never => assert.fail("parameters come from the configuration that the pack was given");

function argsOf(name: string, inputs: object, resource: string): ResourceValidationArgs {
  const props = unknownCheckingProxy(inputs);
  assert.ok(isRecord(props));
  return {
    type: resource,
    props,
    urn: urn(name),
    name,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: getNothing,
    notApplicable,
  };
}

function stackResource(name: string, outputs: object, from: PolicyResource[] = []): PolicyResource {
  const { props, opts } = argsOf(name, outputs, type);
  return {
    type,
    props,
    urn: urn(name),
    name,
    opts,
    dependencies: [],
    propertyDependencies: { spec: from },
    isType: () => false,
    asType: () => undefined,
  };
}

const exemption = {
  rule: "replicas",
  resource: "Deployment/shop/web",
  reason: "r",
  owner: "o",
  until: "2026-06-30",
};

describe("a rule as a policy", () => {
  it("K5 says once what is wrong, and nothing of what is well or of no rule's kind", async () => {
    const { said } = packOf();
    assert.deepEqual(await said("web", "replicas", deployment("web", { paused: true })), [
      "Deployment/web in namespace shop: spec.paused is true; allowed: false. To mend it: remove it.",
    ]);
    assert.deepEqual(await said("web", "replicas", deployment("web")), []);
    assert.deepEqual(await said("x", "replicas", { paused: true }, "random:index/randomId:RandomId"), []);
  });

  it("D3 never throws on an unknown value: the verdict is undecidable, refused with its path, and counted", async () => {
    const { said, ofStack } = packOf();
    const inputs = deployment("web", { paused: UNKNOWN });
    const [message = ""] = await said("web", "replicas", inputs);
    assert.match(message, /spec\.paused is known only at up/);
    assert.deepEqual(await ofStack("undecided", []), [
      "1 verdict could not be reached at preview:\n  replicas on Deployment/shop/web: spec.paused",
    ]);
    await said("web", "replicas", deployment("web"));
    assert.deepEqual(await ofStack("undecided", []), []);
  });

  it("K7 is judged over the whole stack where it needs others, on inputs where the outputs are not known", async () => {
    const { said, ofStack } = packOf();
    await said("web", "replicas", deployment("web"));
    const source = stackResource("source", {});
    const web = stackResource("web", { spec: UNKNOWN }, [source]);
    const unjudged = { ...source, type: "pulumi:pulumi:Stack" };
    assert.match(
      (await ofStack("pdb-present", [unjudged, web])).join(),
      /Deployment\/web in namespace shop: spec is alone/,
    );
    await said("api", "replicas", deployment("api"));
    assert.deepEqual(await ofStack("pdb-present", [web, stackResource("api", deployment("api"))]), []);
  });

  it("E3 K7 what a refresh has left of a resource that was then deleted is no part of the stack", async () => {
    const { said, ofStack } = packOf();
    await said("web", "replicas", deployment("web"));
    const resources = ["web", "gone"].map((name) => stackResource(name, deployment(name)));
    assert.match((await ofStack("pdb-present", resources)).join(), /spec is alone/);
  });

  it("K7 knows which resources an input comes from", async () => {
    const one: Rule = {
      ...accompanied,
      judge: (subject, { world }) =>
        world
          .sources(subject, "spec")
          .map(({ name }) => ({ path: "spec", found: `from ${name}`, allowed: "-", mend: "-" })),
    };
    const { ofStack } = packOf({ rules: [one] });
    const api = stackResource("api", deployment("api"));
    const said = await ofStack("pdb-present", [api, stackResource("web", deployment("web"), [api])]);
    assert.match(said.join(), /^Deployment\/web in namespace shop: spec is from api;/);
  });

  it("D8 is mended where its level is remediate: what the remedy changes, and nothing else", async () => {
    const { remedied } = packOf();
    const inputs = deployment("web", { paused: true, secret: UNKNOWN });
    assert.equal(typeof (await remedied(inputs)), "object");
    assert.deepEqual(inputs, deployment("web", { paused: false, secret: UNKNOWN }));
  });
});

describe("a pack's exemptions", () => {
  const inputs = deployment("web", { paused: true });
  const withExemption = (changes: object = {}) =>
    packOf({ values: { exemptions: [{ ...exemption, ...changes }] } });

  it("K27 let one object break one rule, and no other object", async () => {
    const { said, ofStack } = withExemption();
    assert.deepEqual(await said("web", "replicas", inputs), []);
    assert.equal((await said("api", "replicas", deployment("api", { paused: true }))).length, 1);
    assert.deepEqual(await ofStack("exemptions", [stackResource("web", inputs)]), []);
  });

  it("K27 end with their last day: the object is refused again, and the exemption by name", async () => {
    const { said, ofStack } = withExemption({ until: "2026-05-31" });
    assert.equal((await said("web", "replicas", inputs)).length, 1);
    assert.match(
      (await ofStack("exemptions", [stackResource("web", inputs)])).join(),
      /Deployment\/shop\/web from replicas \(owner o\) ended with 2026-05-31/,
    );
  });

  it("K27 are refused where they exempt nothing: no such object, or none that breaks the rule", async () => {
    const { ofStack } = withExemption();
    for (const resources of [[], [stackResource("web", deployment("web"))]])
      assert.match((await ofStack("exemptions", resources)).join(), /exempts nothing/);
  });

  it("K27 hold for rules over the whole stack, too", async () => {
    const { ofStack } = withExemption({ rule: "pdb-present" });
    const web = stackResource("web", deployment("web"));
    assert.deepEqual(await ofStack("pdb-present", [web]), []);
    assert.deepEqual(await ofStack("exemptions", [web]), []);
  });
});

describe("a pack's configuration", () => {
  const inputs = deployment("web", { paused: true });

  it("D8 that is wrong is given back in words, and from then on every policy fails by it", async () => {
    const { pack, said, ofStack } = packOf();
    assert.match(
      pack.configure({ replicass: "advisory" }) ?? "",
      /unknown rule "replicass"; did you mean replicas\?/,
    );
    await assert.rejects(() => said("web", "replicas", inputs), /unknown rule "replicass"/);
    await assert.rejects(
      () => ofStack("pdb-present", [stackResource("web", inputs)]),
      /unknown rule "replicass"/,
    );
    assert.equal(pack.configure({ replicas: "advisory" }), undefined);
    assert.equal((await said("web", "replicas", inputs)).length, 1);
  });

  it("D8 K27 never turns everything off", () => {
    assert.match(
      packOf().pack.configure({ all: "disabled" }) ?? "",
      /no configuration weakens every rule at once/,
    );
  });

  it("D8 does not mend a stack file that is wrong", async () => {
    const { pack, said } = packOf({
      values: { policies: { replicass: {} }, exemptions: [{ ...exemption, resource: "*" }] },
    });
    assert.match(
      pack.configure({}) ?? "",
      /2 mistakes[^]*golive:policies\.replicass: unknown rule[^]*golive:exemptions\[0\]\.resource/,
    );
    await assert.rejects(() => said("web", "replicas", inputs), /golive:policies\.replicass/);
  });

  it("D8 has the policies at the levels of the stack file, mandatory where that is wrong", () => {
    const levels = (policies: object) =>
      packOf({ values: { policies } }).pack.policies.map(({ enforcementLevel }) => enforcementLevel);
    assert.deepEqual(levels({ replicas: { level: "remediate" } }), [
      "remediate",
      "mandatory",
      "mandatory",
      "advisory",
    ]);
    assert.deepEqual(levels({ replicas: { level: "off" } }), [
      "mandatory",
      "mandatory",
      "mandatory",
      "advisory",
    ]);
  });
});
