import assert from "node:assert/strict";
import path from "node:path";

import { EnforcementLevel, PolicySeverity, PolicyType } from "@pulumi/pulumi/proto/analyzer_pb";

import { findTool } from "../../engine/acquire";
import { UNKNOWN } from "../../policies/checks/field";
import { packPolicyNames, policyNames, releasePolicyNames } from "../../policies/names";
import { rules } from "../../policies/rules";
import { RunningPack } from "../support/policy-pack";
import { changed } from "./case";
import { everyCase } from "./cases";
import { ceiling, deployment, image, inDeployment, resources } from "./cases/good";
import { tweak } from "./cases/tweak";
import { expectSaid } from "./expect";

const isReleasePolicy = (name: string) => releasePolicyNames.some((own) => own === name);

const levelNumbers = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  disabled: EnforcementLevel.DISABLED,
  remediate: EnforcementLevel.REMEDIATE,
};
const severityNumbers = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

const memoryLimit = [...inDeployment, "containers", 0, "resources", "limits", "memory"];
const aboveCeiling = tweak(deployment(), memoryLimit, "1Gi");
const develop = { stack: "develop", config: { "golive:ceiling": JSON.stringify(ceiling) } };

describe("the pack's process", function () {
  this.timeout(60_000);
  let pack: RunningPack;
  before(async () => {
    process.env["GOLIVE_HELM"] = await findTool("helm");
    pack = await RunningPack.start(develop);
  });
  after(() => pack.stop());
  afterEach(() => pack.configure({}));

  it("D8 has every rule as a policy, in the order of their names, at the stack's level and with its severity", async () => {
    const info = await pack.info();
    assert.equal(info.getName(), "golive");
    const policies = info.getPoliciesList();
    const over = policies.map((policy) => policy.getName()).filter((name) => !isReleasePolicy(name));
    assert.deepEqual(over, [...policyNames, ...packPolicyNames]);
    for (const rule of rules) {
      const policy = policies.find((each) => each.getName() === rule.name);
      const [level, severity] = [levelNumbers[rule.levels.develop], severityNumbers[rule.severity]];
      assert.deepEqual([policy?.getEnforcementlevel(), policy?.getSeverity()], [level, severity], rule.name);
      const stack = rule.needsWorld === true ? PolicyType.POLICY_TYPE_STACK : PolicyType.POLICY_TYPE_RESOURCE;
      assert.equal(policy?.getPolicyType(), stack, rule.name);
    }
  });

  it("K1 K3 K5 K6 K8 L7 says of every case what its rule says, at the level mandatory", async () => {
    for (const each of everyCase) {
      await pack.configure(
        Object.fromEntries(
          Object.entries(each.parameters ?? {}).map(([rule, properties]) => [
            rule,
            { level: EnforcementLevel.MANDATORY, properties: { ...properties } },
          ]),
        ),
      );
      const said = await pack.analyze(each.resource);
      expectSaid(each, said);
      assert.ok(
        said.every(({ level }) => level === EnforcementLevel.MANDATORY),
        each.title,
      );
    }
  });

  it("D8 K27 refuses a configuration with a typo, and one that turns everything off, in words", async () => {
    const level = EnforcementLevel.DISABLED;
    await assert.rejects(
      pack.configure({ probess: { level, properties: {} } }),
      /golive's policies: 1 mistake in their settings\n {2}the policy configuration: unknown rule "probess"; did you mean probes\?/,
    );
    await assert.rejects(
      pack.configure({ all: { level, properties: {} } }),
      /no configuration weakens every rule at once/,
    );
    await assert.rejects(pack.analyze(aboveCeiling), /no configuration weakens every rule at once/);
  });

  it("K5 takes a ceiling from the policy's configuration before the stack's", async () => {
    await pack.configure({
      "resource-range": {
        level: EnforcementLevel.MANDATORY,
        properties: { ceiling: { memory: "2Gi" } },
      },
    });
    assert.deepEqual(await pack.analyze(aboveCeiling), []);
    const [said] = await pack.analyze(tweak(deployment(), memoryLimit, "3Gi"));
    assert.match(said?.message ?? "", /at most 2Gi \(ceiling\.memory\)/);
  });

  it("K5 takes a level from the policy's configuration before its own", async () => {
    await pack.configure({ "resource-range": { level: EnforcementLevel.ADVISORY, properties: {} } });
    const [said] = await pack.analyze(aboveCeiling);
    assert.equal(said?.level, EnforcementLevel.ADVISORY);
  });

  describe("on a release", () => {
    const chart = "charts/service";
    const values = {
      name: "kometa-develop",
      image: { repository: image.split(":")[0], tag: image.split(":")[1] },
      health: { path: "/health" },
      resources,
    };
    const release = {
      type: "kubernetes:helm.sh/v3:Release",
      name: "kometa",
      props: { chart, name: "kometa-develop", namespace: "kometa-develop", values },
    };

    it("K9 judges what the chart renders, and lets a good release through", async () => {
      assert.deepEqual(await pack.analyze(release), []);
      assert.deepEqual(
        await pack.analyze({ ...release, props: { ...release.props, chart: path.resolve(chart) } }),
        [],
      );
    });

    it("K5 K9 refuses a release whose limit is above the ceiling, naming the rendered object and the container", async () => {
      const said = await pack.analyze(
        tweak(release, ["props", "values", "resources", "limits", "memory"].slice(1), "1Gi"),
      );
      assert.deepEqual(
        said.map(({ policy, message }) => [policy, message.slice(0, message.indexOf(";"))]),
        [
          [
            "resource-range",
            "Deployment/kometa-develop in namespace kometa-develop, rendered by Release/kometa-develop: " +
              'container "kometa-develop", spec.template.spec.containers[0].resources.limits.memory is "1Gi"',
          ],
        ],
      );
    });

    it("K9 refuses a release whose chart does not render, by one policy and with helm's reason", async () => {
      const said = await pack.analyze({
        ...release,
        props: changed(release.props, ["values", "resources"], undefined),
      });
      assert.deepEqual(
        said.map(({ policy }) => policy),
        ["chart-renders"],
      );
      assert.match(
        said[0]?.message ?? "",
        /^Release\/kometa-develop in namespace kometa-develop: chart is "charts\/service", which does not render:[^]*resources/,
      );
    });

    it("K9 lets through a value known only at up where no rule needs it", async () => {
      assert.deepEqual(
        await pack.analyze({
          ...release,
          props: changed(release.props, ["values", "environment"], { ARN: UNKNOWN }),
        }),
        [],
      );
    });
  });
});
