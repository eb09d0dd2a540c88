import assert from "node:assert/strict";
import { findTool } from "../../engine/acquire";
import { runOnFiles, toYaml } from "../../engine/promtool";
import { assertRulesChecked } from "../support/promtool";
import { manifestOf, STACKS, watchedRules } from "../support/watched-stacks";

/**
 * Every file is a rule file, whatever stands around its groups, as in a PrometheusRule. Two exceptions: cAdvisor tells a
 * pod's Deployment by the pod's name alone, and Watchdog is there to fire always.
 */
const PINT = `parser {
  relaxed = [".*"]
}
check "promql/regexp" {
  smelly = false
}
rule {
  match {
    kind = "alerting"
    name = "Watchdog"
  }
  disable = ["alerts/comparison"]
}
`;

const pint = async (files: Readonly<Record<string, string>>) =>
  runOnFiles(
    await findTool("pint"),
    ["--no-color", "--offline", "--config=.pint.hcl", "lint", "--fail-on=warning", ...Object.keys(files)],
    { ...files, ".pint.hcl": PINT },
  );

describe("every rule of every stack", () => {
  for (const stack of STACKS) {
    const systems = watchedRules(stack);

    it(`K25 E9 promtool's lints find nothing on ${stack}, all of them fatal`, async () => {
      for (const system of systems) await assertRulesChecked(manifestOf(system).spec);
    });

    it(`K25 E9 pint warns of nothing on ${stack}`, async () => {
      const files = systems.map(
        (system) => [`${system.watched.system}.yaml`, toYaml(manifestOf(system))] as const,
      );
      if (files.length === 0) return;
      const { code, output } = await pint(Object.fromEntries(files));
      assert.equal(code, 0, output);
    });
  }

  it("pint is heard: a value in a label, and a description of a label that the query drops", async () => {
    const alert = {
      alert: "Heard",
      expr: "sum by (a) (up) > 0",
      labels: { value: "{{ $value }}" },
      annotations: { description: "{{ $labels.job }}" },
    };
    const { code, output } = await pint({ "a.yaml": toYaml({ groups: [{ name: "a", rules: [alert] }] }) });
    assert.equal(code, 1, output);
    assert.match(output, /alerts\/template/);
  });
});
