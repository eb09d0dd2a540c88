/** A file of rules, for `golive gate`: what is asked, of whom, and what the answer must be (docs/gate.md). */
import * as z from "zod";
import { filled, list, mapping, text, duration, whole } from "../settings/fields";
import { issueMistakes, withoutEchoes } from "../settings/issues";
import { describeFound, SettingsError, type Mistake } from "../settings/mistakes";
import { Source, type Path } from "../settings/source";
import { problemsOf } from "../observability/promql/lint";
import { SOURCES, UNITS, type Limit, type Rule } from "../rollout/rule";
import { matchersOf } from "./alertmanager";
import { vacuousProblems, vacuousSet } from "./vacuous";

const LIMITS = ["above", "below", "atLeast"] as const;
const VERDICTS = ["roll back", "hold"] as const satisfies readonly Rule["onFail"][];

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values, description: string) =>
  z
    .enum(values, { error: () => `expected one of ${values.join(", ")}` })
    .meta({ title: values.map((one) => `\`${one}\``).join(" or ") })
    .describe(description);

const number = (description: string) =>
  z.number({ error: () => "expected a number, without quotes" }).meta({ title: "number", description });

const flag = (description: string) =>
  z.boolean({ error: () => "expected true or false" }).meta({ title: "true or false", description });

const healthUrl = text(
  (given) =>
    URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)
      ? { value: given }
      : { problem: "expected a URL such as https://shop.example.com/health" },
  {
    title: "URL",
    description: "A URL whose value is 0 where it answers 2xx, else 1, also where nobody answers.",
  },
);

const matchers = text(
  (given) =>
    matchersOf(given) === undefined
      ? { problem: 'expected matchers such as severity="critical",namespace="shop"' }
      : { value: given },
  {
    title: "matchers",
    description:
      "Matchers of Alertmanager: the value is the number of alerts that fire and match all of them.",
  },
);

const stable = mapping(
  {
    query: filled("The same question of the stable side."),
    samples: filled("How many samples the stable side's value is made of.").optional(),
    most: number("The most by which the new side may exceed the stable one, in the value's unit."),
  },
  "The stable side, beside which the new one is judged. Not set: it is judged by the limit alone.",
);

const rule = mapping(
  {
    id: filled("Tells the rule apart from the others, e.g. `errors`."),
    title: filled("What is asked, for people. Not set: the id.").optional(),
    prometheus: filled("PromQL that gives one value.").optional(),
    loki: filled("LogQL that gives one value.").optional(),
    alertmanager: matchers.optional(),
    health: healthUrl.optional(),
    samples: filled(
      "Asked of the same source: how many samples the value is made of, such as requests. Not set: one is as good as many.",
    ).optional(),
    minimumSamples: whole(1, 1_000_000_000, "Fewest samples by which the value counts.").default(30),
    emptyIsZero: flag("No series is a value of 0, as of a count of log lines.").default(false),
    isShare: flag(
      "The value is the share of its samples that are bad: so many of few that it cannot be chance fail as well.",
    ).default(false),
    above: number("Where the value is wrong: above this.").optional(),
    below: number("Where the value is wrong: below this.").optional(),
    atLeast: number("Where the value is wrong: at this and above.").optional(),
    unit: oneOf(UNITS, "Unit of the value and of its limit; a ratio is 0 to 1.").default("count"),
    window: duration("Over which the value is read: said of readings with too few samples.").prefault("5m"),
    onFail: oneOf(VERDICTS, "What a wrong value means.").default("roll back"),
    failsInARow: whole(1, 100, "Readings in a row that must fail before it has failed.").default(1),
    stable: stable.optional(),
  },
  "One question, its source and its limit.",
).superRefine((given, context) => {
  exactlyOne(given, SOURCES, context);
  exactlyOne(given, LIMITS, context);
});

function exactlyOne(
  given: Readonly<Record<string, unknown>>,
  names: readonly string[],
  context: z.RefinementCtx,
): void {
  const found = names.filter((name) => given[name] !== undefined);
  if (found.length === 1) return;
  const message = `expected exactly one of ${names.join(", ")}; this has ${found.join(" and ") || "none"}`;
  context.addIssue({ code: "custom", message });
}

/** What a file of rules is parsed by, and what `schema/gate.schema.json` is made of. */
export const rulesSchema = mapping(
  { rules: list(rule, "The rules; all must pass.") },
  "Rules of `golive gate`.",
);

type Given = z.output<typeof rule>;

function ruleOf(given: Given): Rule {
  const source = SOURCES.find((name) => given[name] !== undefined) ?? "prometheus";
  const { id, title = id, samples, stable: side, window, unit, onFail, failsInARow } = given;
  return {
    id,
    title,
    source,
    query: given[source] ?? "",
    ...(samples === undefined ? {} : { samples }),
    minimumSamples: samples === undefined ? 0 : given.minimumSamples,
    emptyIsZero: given.emptyIsZero,
    isShare: given.isShare,
    limit: limitOf(given),
    unit,
    windowSeconds: window.seconds,
    onFail,
    failsInARow,
    ...(side === undefined ? {} : { stable: comparison(side) }),
  };
}

const comparison = ({ query, samples, most }: z.output<typeof stable>) => ({
  query,
  ...(samples === undefined ? {} : { samples }),
  most,
});

function limitOf({ above, below, atLeast = 0 }: Given): Limit {
  if (above !== undefined) return { above };
  return below === undefined ? { atLeast } : { below };
}

interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** What is wrong with rules that are well formed. */
function problemsOfRules(rules: readonly Rule[]): readonly Problem[] {
  const set = vacuousSet(rules);
  return [
    ...(set === undefined ? [] : [{ path: ["rules"], message: set }]),
    ...rules.flatMap((one, index) => [
      ...(rules.findIndex(({ id }) => id === one.id) < index
        ? [{ path: ["rules", index, "id"], message: "expected each id once" }]
        : []),
      ...queries(one).map(({ field, message }) => ({ path: ["rules", index, ...field], message })),
      ...vacuousProblems(one).map(({ field, message }) => ({ path: ["rules", index, field], message })),
    ]),
  ];
}

/** PromQL that does not parse would only be found out when it is too late. */
function queries({ source, query, samples, stable: side }: Rule) {
  if (source !== "prometheus") return [];
  const asked = [
    { field: [source], query },
    { field: ["samples"], query: samples },
    { field: ["stable", "query"], query: side?.query },
    { field: ["stable", "samples"], query: side?.samples },
  ];
  return asked.flatMap(({ field, query: promql }) =>
    promql === undefined
      ? []
      : problemsOf(promql)
          .filter((problem) => problem.startsWith("PromQL"))
          .map((message) => ({ field, message })),
  );
}

/**
 * The rules of a text.
 *
 * @throws {SettingsError} naming every mistake of the file, and every rule that could pass with no data.
 */
export function parseRules(file: string, given: string): readonly Rule[] {
  const source = new Source(given);
  if (source.faults.length > 0) {
    const faults = source.faults.map(({ message, ...position }): Mistake => ({
      path: [],
      part: "value",
      message,
      position,
    }));
    throw new SettingsError(file, faults);
  }
  const value = source.value();
  const parsed = rulesSchema.safeParse(value);
  const rules = parsed.success ? parsed.data.rules.map(ruleOf) : [];
  const mistake = (path: Path, message: string): Mistake => {
    const found = path.reduce<unknown>(
      (node, step) => (typeof node === "object" && node !== null ? Reflect.get(node, step) : undefined),
      value,
    );
    return { path, part: "value", message, found: describeFound(found, path, source.written(path)) };
  };
  const telling = { schema: rulesSchema, placed: (path: Path) => path, mistake };
  const mistakes = parsed.success
    ? problemsOfRules(rules).map(({ path, message }) => mistake(path, message))
    : withoutEchoes(parsed.error.issues.flatMap((issue) => issueMistakes(issue, telling)));
  if (mistakes.length === 0) return rules;
  throw new SettingsError(
    file,
    mistakes.map((each) => ({ ...each, position: source.position(each.path, each.part) })),
  );
}
