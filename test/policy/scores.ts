/** What every rule says of every case and set: as it should, or not. */
import { judge, type Judgement } from "../../policies/judgement";
import { policyNames, type PolicyName } from "../../policies/names";
import { settingsOf } from "../../policies/parameters";
import { Subjects, type Resource } from "../../policies/resource";
import type { Rule } from "../../policies/rule";
import { families, rules } from "../../policies/rules";
import { stackPolicies } from "../../policies/stack";
import { World } from "../../policies/world";
import { turnedOn } from "../support/judge";
import type { RuleParameters } from "./case";
import { everyCase } from "./cases";
import { ceiling } from "./cases/good";
import { goodSet } from "./cases/set";
import { brokenSets, goodChanges, goodFacts, type GoodSet } from "./cases/sets";

/** How one rule fared. */
export interface Score {
  readonly rule: PolicyName;
  /** Cases that it refused and should. */
  readonly refused: number;
  /** Cases that it judged, let through, and should. */
  readonly passed: number;
  /** Titles of those where it was wrong. */
  readonly wrong: readonly string[];
}

interface Sample {
  readonly title: string;
  readonly resources: readonly Resource[];
  readonly parameters: RuleParameters;
  readonly judging: readonly Rule[];
  readonly refusedBy: readonly PolicyName[];
}

const subjects = new Subjects([], () => Promise.reject(new Error("no case here is a release")));

/** The rules that sets are about; those over pods alone have the cases. */
const ofSets = ["availability", "access", "traffic", "objects", "aws", "observability"].flatMap(
  (family) => families[family] ?? [],
);

const goodSets: readonly GoodSet[] = [{ title: "the good set", set: goodSet }, ...goodChanges, ...goodFacts];

const sampleOf = ({ title, set, parameters = {} }: GoodSet, refusedBy: readonly PolicyName[]): Sample => ({
  title,
  resources: Object.values(set),
  parameters,
  judging: rules.filter(
    (rule) => ofSets.includes(rule) || (rule.needsWorld === true && rule.name in parameters),
  ),
  refusedBy,
});

const samples: readonly Sample[] = [
  ...everyCase.map(({ title, resource, parameters = {}, refused }) => ({
    title,
    resources: [resource],
    parameters,
    judging: rules.filter(({ needsWorld }) => needsWorld !== true),
    refusedBy: refused === undefined ? [] : [refused.policy, ...(refused.also ?? [])],
  })),
  ...goodSets.map((each) => sampleOf(each, [])),
  ...brokenSets.map((each) => sampleOf(each, [each.rule, ...(each.also ?? [])])),
];

async function judgementsOf({ resources, parameters, judging }: Sample): Promise<Judgement[]> {
  const isCase = resources.length === 1;
  const { implied } = stackPolicies(isCase ? { ceiling } : {});
  const settings = settingsOf(rules, isCase ? "develop" : "production", {
    configuration: turnedOn(parameters),
    stackFile: {},
    implied: isCase ? implied : {},
  });
  const world = new World((await Promise.all(resources.map((each) => subjects.of(each)))).flat());
  return judging
    .filter(({ name }) => settings.get(name)?.level !== "disabled")
    .flatMap((rule) =>
      world.subjects.flatMap(
        (subject) =>
          judge(rule, subject, { parameters: settings.get(rule.name)?.parameters ?? {}, world }) ?? [],
      ),
    );
}

/** The score of every rule, in the order of their names. */
export async function scoresOf(): Promise<readonly Score[]> {
  const said = await Promise.all(
    samples.map(async (sample) => ({ sample, judgements: await judgementsOf(sample) })),
  );
  return policyNames.map((rule) => {
    const judged = said.flatMap(({ sample, judgements }) => {
      const own = judgements.filter((judgement) => judgement.rule.name === rule);
      const expected = sample.refusedBy.includes(rule);
      if (own.length === 0 && !expected) return [];
      const refused = own.some(({ verdict }) => verdict !== "pass");
      return [{ title: sample.title, refused, right: refused === expected }];
    });
    return {
      rule,
      refused: judged.filter(({ refused, right }) => refused && right).length,
      passed: judged.filter(({ refused, right }) => !refused && right).length,
      wrong: judged.filter(({ right }) => !right).map(({ title }) => title),
    };
  });
}
