import assert from "node:assert/strict";
import path from "node:path";

import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";

import { findTool } from "../../engine/acquire";
import { UNKNOWN } from "../../policies/checks/field";
import { policyNames } from "../../policies/names";
import { RunningPack } from "../support/policy-pack";
import { changed } from "./case";
import { ceiling, deployment, image, inDeployment, resources } from "./cases/good";
import { imageCases } from "./cases/images";
import { ingressCases } from "./cases/ingresses";
import { probeCases } from "./cases/probes";
import { repositoryCases } from "./cases/repositories";
import { resourceCases } from "./cases/resources";
import { tweak } from "./cases/tweak";
import { unknownCases } from "./cases/unknowns";
import { workloadCases } from "./cases/workloads";
import { expectSaid } from "./expect";

const everyCase = [
  ...resourceCases,
  ...imageCases,
  ...probeCases,
  ...repositoryCases,
  ...ingressCases,
  ...workloadCases,
  ...unknownCases,
];

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

  it("K5 K6 K8 K9 has every rule as a policy, mandatory", async () => {
    const info = await pack.info();
    assert.equal(info.getName(), "golive");
    assert.deepEqual(
      info.getPoliciesList().map((policy) => [policy.getName(), policy.getEnforcementlevel()]),
      policyNames.map((name) => [name, EnforcementLevel.MANDATORY]),
    );
  });

  it("K3 K5 K6 K8 says of every case what its rule says, at the level mandatory", async () => {
    for (const each of everyCase) {
      const said = await pack.analyze(each.resource);
      expectSaid(each, said);
      assert.ok(
        said.every(({ level }) => level === EnforcementLevel.MANDATORY),
        each.title,
      );
    }
  });

  it("K5 takes a ceiling from the policy's configuration before the stack's", async () => {
    await pack.configure({
      "container-resources": {
        level: EnforcementLevel.MANDATORY,
        properties: { ceiling: { memory: "2Gi" } },
      },
    });
    assert.deepEqual(await pack.analyze(aboveCeiling), []);
    const [said] = await pack.analyze(tweak(deployment(), memoryLimit, "3Gi"));
    assert.match(
      said?.message ?? "",
      /at most 2Gi \(the policy configuration's container-resources\.ceiling\.memory\)/,
    );
  });

  it("K5 takes a level from the policy's configuration before its own", async () => {
    await pack.configure({ "container-resources": { level: EnforcementLevel.ADVISORY, properties: {} } });
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
            "container-resources",
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

describe("the pack's process on a stack without a ceiling", function () {
  this.timeout(60_000);
  let pack: RunningPack;
  before(async () => {
    pack = await RunningPack.start({ stack: "develop", config: {} });
  });
  after(() => pack.stop());

  it("K5 refuses every container, for nothing says how much it may have", async () => {
    const said = await pack.analyze(deployment());
    assert.deepEqual([...new Set(said.map(({ policy }) => policy))], ["container-resources"]);
    assert.match(
      said[0]?.message ?? "",
      /allowed: nothing yet, for golive:ceiling\.cpu is not set\. To mend it: set golive:ceiling\.cpu/,
    );
  });
});
