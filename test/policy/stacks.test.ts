import assert from "node:assert/strict";
import path from "node:path";

import { record, SECRET } from "../../cli/recorder";
import { renderChart } from "../../charts/render";
import { findTool } from "../../engine/acquire";
import { repositoryRoot } from "../../engine/cache";
import { readFile } from "node:fs/promises";
import { UNKNOWN, isRecord } from "../../policies/checks/field";
import { judge, messagesOf, stops, type Judgement } from "../../policies/judgement";
import { levelOn } from "../../policies/levels";
import { settingsOf } from "../../policies/parameters";
import { Subjects } from "../../policies/resource";
import { rules } from "../../policies/rules";
import { stackPolicies, type StackValues } from "../../policies/stack";
import { World } from "../../policies/world";
import { readStackFile } from "../../settings";
import { declareSystems } from "../../systems";
import { declareProviders } from "../../systems/providers";
import { STACKS } from "../support/watched-stacks";
import { parse } from "yaml";

/** Inputs as preview shows them: what only an account or a cluster knows is unknown, and a secret is some text. */
function previewed(value: unknown): unknown {
  if (typeof value === "string")
    return value === SECRET ? "a secret" : value.replaceAll(/\$\{[\w-]+\.[\w.-]+\}/g, UNKNOWN);
  if (Array.isArray(value)) return value.map(previewed);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, previewed(item)]));
}

async function valuesOf(stack: string): Promise<StackValues> {
  const file: unknown = parse(await readFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`), "utf8"));
  const config = isRecord(file) && isRecord(file["config"]) ? file["config"] : {};
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^golive:/, ""), value]),
  );
}

/** What the rules say of all that a stack declares, at the levels of that stack. */
async function judgedOf(stack: (typeof STACKS)[number]): Promise<readonly Judgement[]> {
  const settings = readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));
  const registrations = await record(stack, () =>
    declareSystems(settings, () => ({ providers: declareProviders(settings) })),
  );
  const subjects = new Subjects([repositoryRoot], renderChart);
  const judged = await Promise.all(
    registrations.map(({ type, name, inputs }) =>
      subjects.of({ type, name, urn: `${type}::${name}`, props: previewed(inputs) }),
    ),
  );
  const world = new World(judged.flat());
  const { stackFile, implied } = stackPolicies(await valuesOf(stack));
  const set = settingsOf(rules, stack, { configuration: {}, stackFile, implied });
  return rules
    .filter((rule) => levelOn(stack, rule.levels) === "mandatory")
    .flatMap((rule) =>
      world.subjects.flatMap(
        (subject) => judge(rule, subject, { parameters: set.get(rule.name)?.parameters ?? {}, world }) ?? [],
      ),
    );
}

describe("golive's own stacks", function () {
  this.timeout(120_000);
  before(async () => {
    process.env["GOLIVE_HELM"] = await findTool("helm");
  });

  for (const stack of STACKS)
    it(`K1 K3 K5 K6 K12 L7 D8 ${stack} breaks no rule that is mandatory there, by charts and components alike`, async () => {
      const judgements = await judgedOf(stack);
      const refused = judgements.filter(stops);
      assert.deepEqual(
        refused.flatMap((each) => messagesOf(each).map((message) => `${each.rule.name}: ${message}`)),
        [],
      );
      assert.ok(judgements.length > 100, `only ${judgements.length} verdicts`);
    });
});
