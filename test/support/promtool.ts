/** Asks the promtools of this machine about rules: golive's own Prometheus and, where it is installed, Debian's older one. */
import assert from "node:assert/strict";
import { findTool } from "../../engine/acquire";
import { isExecutable } from "../../engine/cache";
import { runOnFiles, toYaml, type RuleFile } from "../../engine/promtool";
import { tools } from "../../engine/tools";

export { evaluate, type RuleFile, type Sample, type Scenario } from "../../engine/promtool";

export interface Promtool {
  /** Prometheus' version, for a test's message. */
  readonly version: string;
  readonly path: string;
}

/** Where Debian's package `prometheus` has it; it is version 2.42 in Debian 12. */
export const DEBIAN: Promtool = { version: "of Debian", path: "/usr/bin/promtool" };

/** golive's own, built or downloaded if need be. */
export const promtool = (): Promise<string> => findTool("promtool");

/** Every promtool of this machine, golive's first. */
export async function promtools(): Promise<readonly Promtool[]> {
  const own = { version: tools.promtool.version, path: await promtool() };
  return (await isExecutable(DEBIAN.path)) ? [own, DEBIAN] : [own];
}

/** One group of promtool's unit tests, as its documentation has it. */
export interface RuleTest {
  readonly name?: string;
  /** Between two values of a series, e.g. `1m`. */
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly object[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

/** Fails with promtool's own words unless all tests hold, on every promtool. Rules are evaluated every minute. */
export async function assertRuleTests(rules: RuleFile, tests: readonly RuleTest[]): Promise<void> {
  const test = { rule_files: ["rules.yaml"], evaluation_interval: "1m", tests };
  await assertOnEach(["test", "rules", "test.yaml"], {
    "rules.yaml": toYaml(rules),
    "test.yaml": toYaml(test),
  });
}

/** Fails with promtool's own words unless the rules pass `check rules` with every lint fatal, on every promtool. */
export const assertRulesChecked = (rules: RuleFile): Promise<void> =>
  assertOnEach(["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"], {
    "rules.yaml": toYaml(rules),
  });

async function assertOnEach(args: readonly string[], files: Readonly<Record<string, string>>): Promise<void> {
  for (const { version, path } of await promtools()) {
    const { code, output } = await runOnFiles(path, args, files);
    assert.equal(code, 0, `promtool ${version}: ${output}`);
  }
}
