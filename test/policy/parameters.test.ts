import assert from "node:assert/strict";
import * as z from "zod";
import { configSchemaOf } from "../../policies/config-schema";
import { configurationMistakes, configurationOf } from "../../policies/configuration";
import { everywhere } from "../../policies/levels";
import { ParameterError, settingsOf, type Sources } from "../../policies/parameters";
import { withParameters, type Rule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { stackPolicies } from "../../policies/stack";

const quantity = z.string().optional();
const schema = z.strictObject({
  ceiling: z.strictObject({ cpu: quantity, memory: quantity }).default({}),
  hosts: z.array(z.string()).default([]),
  startup: z.boolean().default(false),
});
const rule: Rule = withParameters({
  name: "resource-range",
  severity: "high",
  checks: "A rule of the test's own.",
  mend: "Mend it.",
  requirements: ["K5"],
  upstream: [],
  levels: { ...everywhere("advisory"), production: "mandatory" },
  parameters: schema,
  applies: () => true,
  judge: () => [],
});
const none: Sources = { configuration: {}, stackFile: {}, implied: {} };
const setting = (sources: Partial<Sources>, stack = "develop") =>
  settingsOf([rule], stack, { ...none, ...sources }).get(rule.name);

describe("the settings of a rule", () => {
  it("D8 are its defaults, at the stack's level, where nothing is set", () => {
    assert.deepEqual(setting({}), {
      level: "advisory",
      parameters: { ceiling: {}, hosts: [], startup: false },
    });
    assert.equal(setting({}, "production")?.level, "mandatory");
  });

  it("D8 come from the policy configuration, then the stack file, then what the stack says anyway, key by key", () => {
    const implied = { [rule.name]: { ceiling: { cpu: "1", memory: "1Gi" }, hosts: ["a"], startup: true } };
    const stackFile = { [rule.name]: { level: "disabled", ceiling: { memory: "2Gi" }, hosts: ["b"] } };
    const configuration = { [rule.name]: { level: "mandatory", ceiling: { memory: "3Gi" } } };
    assert.deepEqual(setting({ implied })?.parameters, implied[rule.name]);
    assert.deepEqual(setting({ implied, stackFile }), {
      level: "disabled",
      parameters: { ceiling: { cpu: "1", memory: "2Gi" }, hosts: ["b"], startup: true },
    });
    assert.deepEqual(setting({ implied, stackFile, configuration }), {
      level: "mandatory",
      parameters: { ceiling: { cpu: "1", memory: "3Gi" }, hosts: ["b"], startup: true },
    });
  });

  it("D8 are refused with every mistake at once: unknown rules and parameters, wrong values and levels", () => {
    const configuration = {
      "resource-rang": {},
      [rule.name]: { startupp: true, hosts: "a", ceiling: { disk: "1" }, level: "warn" },
    };
    const stackFile = { [rule.name]: { level: "remediate" } };
    assert.throws(() => setting({ configuration, stackFile }), {
      name: "UserError",
      mistakes: [
        'the policy configuration: unknown rule "resource-rang"; did you mean resource-range?',
        'the policy configuration: resource-range.level: found "warn"; expected one of mandatory, advisory, remediate, disabled',
        'the policy configuration: resource-range.ceiling: unknown parameter "disk" (it takes none there)',
        "the policy configuration: resource-range.hosts: Invalid input: expected array, received string",
        'the policy configuration: resource-range: unknown parameter "startupp"; did you mean startup? (it takes ceiling, hosts, startup)',
        "golive:policies: resource-range.level: found remediate; this rule mends nothing: expected mandatory",
      ],
    });
  });

  it("D8 are shown to the engine without their defaults, which it would hand over as if they were configured", () => {
    assert.deepEqual(configSchemaOf(rule)?.properties, {
      ceiling: {
        type: "object",
        properties: { cpu: { type: "string" }, memory: { type: "string" } },
        additionalProperties: false,
      },
      hosts: { type: "array", items: { type: "string" } },
      startup: { type: "boolean" },
    });
  });

  it("D8 of every rule have a default for each parameter, and a schema for the engine", () => {
    for (const each of rules) {
      assert.doesNotThrow(() => each.parameters?.parse({}), each.name);
      assert.equal(configSchemaOf(each) === undefined, each.parameters === undefined, each.name);
    }
  });
});

describe("a policy configuration", () => {
  it("D8 is levels, or mappings of level and parameters", () => {
    assert.deepEqual(
      configurationOf({
        probes: "advisory",
        "image-tag": { enforcementLevel: "disabled", a: 1 },
        x: { a: 1 },
      }),
      {
        probes: { level: "advisory" },
        "image-tag": { level: "disabled", a: 1 },
        x: { a: 1 },
      },
    );
  });

  it("D8 K27 never weakens every rule at once, nor turns off what guards releases and exemptions", () => {
    for (const level of ["disabled", "advisory"])
      assert.deepEqual(configurationMistakes({ all: level }), [
        `the policy configuration: "all": found "${level}"; no configuration weakens every rule at once: name the rules one by one`,
      ]);
    assert.deepEqual(configurationMistakes({ all: "mandatory" }), []);
    for (const name of ["release-checklist", "exemptions"])
      assert.match(configurationMistakes({ [name]: "disabled" }).join(), /is not to be turned off/);
    const fixed = { "release-checklist": "mandatory", undecided: "advisory" };
    assert.deepEqual([configurationMistakes(fixed), configurationOf(fixed)], [[], {}]);
  });

  it("D8 is refused with every mistake at once", () => {
    assert.throws(
      () => setting({ configuration: { all: "disabled", probes: 1, "resource-range": "warn" } }),
      (error) => error instanceof ParameterError && error.mistakes.length === 3,
    );
  });
});

describe("what a stack file says to the rules", () => {
  const values = {
    aws: { accountId: "202533518394", region: "us-east-1" },
    ceiling: { cpu: 2, memory: "1Gi" },
    router: { kind: "ingress-nginx", className: "nginx" },
    shop: {
      host: "shop.example.com",
      canary: { ladder: [50, 10] },
      backup: { database: { host: "db.internal" } },
    },
    desk: { hosts: { api: "api.example.com" }, parts: [{ candidate: { host: "c.example.com" } }] },
  };

  it("D8 is its ceiling, registry, hosts, class and canary's steps", () => {
    const { implied } = stackPolicies(values);
    assert.deepEqual(implied["resource-range"], { ceiling: { cpu: "2", memory: "1Gi" } });
    assert.deepEqual(implied["ingress-host"], { hosts: ["shop.example.com", "api.example.com"] });
    assert.deepEqual(implied["ingress-class"], { classes: ["nginx", "alb"] });
    assert.deepEqual(implied["canary-phase"], { ladder: [10, 50] });
    const { registries } = implied["image-registry"] ?? {};
    assert.equal(
      Array.isArray(registries) ? registries[0] : undefined,
      "202533518394.dkr.ecr.us-east-1.amazonaws.com",
    );
  });

  it("D8 leaves the rules their defaults where it says nothing", () => {
    assert.deepEqual(Object.keys(stackPolicies({}).implied), ["probes", "pull-policy", "image-digest"]);
  });

  it("D8 is in parameters that the rules take", () => {
    for (const [name, parameters] of Object.entries(stackPolicies(values).implied)) {
      const shape = rules.find((each) => each.name === name)?.parameters?.shape ?? {};
      for (const key of Object.keys(parameters)) assert.ok(key in shape, `${name}.${key}`);
    }
  });

  it("D8 K27 is refused with every mistake of golive:policies and golive:exemptions", () => {
    const exemption = {
      rule: "replicas",
      resource: "Deployment/shop/*",
      reason: "x",
      owner: "y",
      until: "soon",
    };
    assert.throws(
      () =>
        stackPolicies({
          policies: { probess: {}, replicas: { level: "off" } },
          exemptions: [
            exemption,
            { ...exemption, rule: "release-window", resource: "Stack/x", until: "2026-12-31" },
          ],
        }),
      (error) => {
        assert.ok(error instanceof ParameterError);
        assert.deepEqual(error.mistakes, [
          "golive:policies.probess: unknown rule; did you mean probes? (golive policy list shows them all)",
          "golive:policies.replicas.level: expected one of mandatory, advisory, remediate, disabled",
          "golive:exemptions[0].resource: expected one resource as Kind/namespace/name or Kind/name, without a wildcard",
          "golive:exemptions[0].until: expected a date such as 2026-12-31",
          "golive:exemptions[1].rule: expected a rule over objects; a rule over releases is waived by a record (golive release waive), never here",
        ]);
        return true;
      },
    );
  });
});
