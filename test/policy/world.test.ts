import assert from "node:assert/strict";

import * as fc from "fast-check";

import { Field, UNKNOWN } from "../../policies/checks/field";
import { selects, type Match } from "../../policies/checks/selector";
import { judge, messagesOf, type Judgement } from "../../policies/judgement";
import type { PolicyName } from "../../policies/names";
import { Subjects } from "../../policies/resource";
import type { Rule } from "../../policies/rule";
import { accessRules } from "../../policies/rules/access";
import { availabilityRules } from "../../policies/rules/availability";
import { awsRules } from "../../policies/rules/aws";
import { imageRules } from "../../policies/rules/images";
import { objectRules } from "../../policies/rules/objects";
import { observabilityRules } from "../../policies/rules/observability";
import { trafficRules } from "../../policies/rules/traffic";
import { World } from "../../policies/world";
import type { Case, RuleParameters } from "./case";
import { ingressCases } from "./cases/ingresses";
import { repositoryCases } from "./cases/repositories";
import { brokenSets, goodChanges, goodFacts } from "./cases/sets";
import { goodSet, type ResourceSet } from "./cases/set";
import { expectSaid } from "./expect";

const rules: readonly Rule[] = [
  ...availabilityRules,
  ...accessRules,
  ...trafficRules,
  ...objectRules,
  ...awsRules,
  ...observabilityRules,
];
const subjects = new Subjects([], () => Promise.reject(new Error("no case here is a release")));

async function refusedOf(set: ResourceSet, parameters: RuleParameters = {}): Promise<Judgement[]> {
  const judged = (await Promise.all(Object.values(set).map((resource) => subjects.of(resource)))).flat();
  const world = new World(judged);
  const turnedOn = imageRules.filter(({ name }) => name in parameters);
  return [...rules, ...turnedOn].flatMap((rule) =>
    judged
      .flatMap((subject) => judge(rule, subject, { parameters: parameters[rule.name] ?? {}, world }) ?? [])
      .filter(({ verdict }) => verdict !== "pass"),
  );
}

const told = (judgements: readonly Judgement[]): string =>
  judgements.map((each) => `${each.rule.name}: ${messagesOf(each).join("\n")}`).join("\n");

describe("the rules over sets of objects", () => {
  it("K1 K3 K8 L5 S5 E1 E3 refuse nothing of a set that a careful user writes", async () => {
    assert.equal(told(await refusedOf(goodSet)), "");
  });

  for (const { title, set, parameters } of [...goodChanges, ...goodFacts])
    it(`K1 K3 K8 L5 S5 E1 E3 refuse nothing of a set with ${title}`, async () => {
      assert.equal(told(await refusedOf(set, parameters)), "");
    });

  for (const { title, requirements, rule, set, says, undecided = false, also = [], parameters } of brokenSets)
    it(`${requirements} ${rule} refuses ${title}`, async () => {
      const refused = await refusedOf(set, parameters);
      const names = new Set(refused.map((each) => each.rule.name));
      assert.deepEqual(names, new Set([rule, ...also]), told(refused));
      assert.match(told(refused), says);
      for (const { verdict } of refused) assert.equal(verdict, undecided ? "undecidable" : "fail");
    });

  it("K1 K3 K8 L5 S5 E1 E3 each have a case that they refuse", () => {
    const proved = new Set<PolicyName>(brokenSets.map(({ rule }) => rule));
    const unproved = rules.map(({ name }) => name).filter((name) => !proved.has(name));
    assert.deepEqual(unproved, ["chart-renders"]);
  });
});

describe("the rules of Ingresses and repositories", () => {
  const judged: readonly PolicyName[] = [
    "ingress-tls",
    "ingress-host",
    "repository-immutable",
    "repository-scanned",
  ];

  async function hold(each: Case): Promise<void> {
    const refused = await refusedOf({ one: each.resource });
    const said = refused.flatMap((judgement) =>
      messagesOf(judgement).map((message) => ({ policy: judgement.rule.name, message })),
    );
    const { refused: expected, ...rest } = each;
    const also = expected?.also?.filter((policy) => judged.includes(policy));
    expectSaid(
      expected === undefined || also === undefined ? each : { ...rest, refused: { ...expected, also } },
      said.filter(({ policy }) => judged.includes(policy)),
    );
  }

  for (const each of ingressCases) it(`K8 hold for ${each.title}`, () => hold(each));
  for (const each of repositoryCases) it(`K3 hold for ${each.title}`, () => hold(each));
});

describe("a label selector", () => {
  const key = fc.constantFrom("app", "tier", "zone");
  const value = fc.constantFrom("", "a", "b");
  const labels = fc.dictionary(key, value);
  const expression = fc.record({
    key,
    operator: fc.constantFrom("In", "NotIn", "Exists", "DoesNotExist"),
    values: fc.array(value, { minLength: 1, maxLength: 2 }),
  });
  const selector = fc.record({
    matchLabels: labels,
    matchExpressions: fc.array(expression, { maxLength: 3 }),
  });
  type Expression = Readonly<{ key: string; operator: string; values: readonly string[] }>;
  type Labels = Readonly<Record<string, string>>;

  /** Each operator by the definition of Kubernetes' documentation, on plain values. */
  const holds = ({ key: name, operator, values }: Expression, of: Labels): boolean => {
    const label = Object.hasOwn(of, name) ? of[name] : undefined;
    if (operator === "Exists") return label !== undefined;
    if (operator === "DoesNotExist") return label === undefined;
    const among = label !== undefined && values.includes(label);
    return operator === "In" ? among : !among;
  };
  const match = (of: unknown, on: unknown): Match => selects(Field.of(of), Field.of(on));

  it("K1 K5 picks what Kubernetes' definition picks", () => {
    fc.assert(
      fc.property(selector, labels, (of, on) => {
        const pairs = Object.entries(of.matchLabels).map(([name, text]) => ({
          key: name,
          operator: "In",
          values: [text],
        }));
        const expected = [...pairs, ...of.matchExpressions].every((each) => holds(each, on));
        assert.equal(match(of, on), expected ? "yes" : "no");
      }),
    );
  });

  it("K1 D3 says unknown only where some value would change its answer, and never guesses", () => {
    fc.assert(
      fc.property(selector, labels, key, (of, on, hidden) => {
        const answers = new Set(
          ["", "a", "b", "elsewhere"].map((text) => match(of, { ...on, [hidden]: text })),
        );
        const found = match(of, { ...on, [hidden]: UNKNOWN });
        if (found === "unknown") return;
        assert.deepEqual([...answers], [found]);
      }),
    );
  });

  it("K1 picks everything where it is empty, nothing by an operator that does not exist, and is unknown as a whole", () => {
    assert.equal(match({}, { app: "a" }), "yes");
    assert.equal(
      match({ matchExpressions: [{ key: "app", operator: "Like", values: ["a"] }] }, { app: "a" }),
      "no",
    );
    assert.equal(match(UNKNOWN, { app: "a" }), "unknown");
    assert.equal(match({ matchExpressions: UNKNOWN }, { app: "a" }), "unknown");
    assert.equal(match({ matchLabels: { app: "a" } }, UNKNOWN), "unknown");
  });
});
