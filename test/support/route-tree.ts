/** Route trees for tests: some of every form that Alertmanager takes. */
import fc from "fast-check";
import type { Matcher } from "../../observability/routing/alertmanager-config";
import type { Labels, TreeRoute } from "../../observability/routing/route-of";

/** A route that matches everything. */
export const node = (given: Partial<TreeRoute>): TreeRoute => ({
  matchers: [],
  continue: false,
  routes: [],
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  ...given,
});

const NAMES = ["severity", "namespace", "escalation"] as const;
const VALUES = ["", "critical", "warning", "a b", 'say "so"', "back\\slash", "1"] as const;
const PATTERNS = ["", "critical|warning", "c.*", ".+", ".*", "[a-z]+", "(critical)?", "war"] as const;

export const matcherArbitrary: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({
    name: fc.constantFrom(...NAMES),
    value: fc.constantFrom(...VALUES.slice(0, 5), "1"),
    matchType: fc.constantFrom("=" as const, "!=" as const),
  }),
  fc.record({
    name: fc.constantFrom(...NAMES),
    value: fc.constantFrom(...PATTERNS),
    matchType: fc.constantFrom("=~" as const, "!~" as const),
  }),
);

export const labelsArbitrary: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES)), {
    selector: ([name]) => name,
  })
  .map((pairs) => Object.fromEntries(pairs));

const RECEIVERS = ["a", "b", "c", "d"] as const;

const branch = (depth: number): fc.Arbitrary<TreeRoute> =>
  fc
    .record({
      receiver: fc.option(fc.constantFrom(...RECEIVERS), { nil: undefined }),
      matchers: fc.array(matcherArbitrary, { maxLength: 2 }),
      continue: fc.boolean(),
      routes: depth === 0 ? fc.constant([]) : fc.array(branch(depth - 1), { maxLength: 3 }),
    })
    .map(({ receiver, ...rest }) => node({ ...rest, ...(receiver === undefined ? {} : { receiver }) }));

/** A tree whose root matches everything, as Alertmanager asks. Its receivers are {@link TREE_RECEIVERS}. */
export const treeArbitrary: fc.Arbitrary<TreeRoute> = fc
  .array(branch(2), { maxLength: 4 })
  .map((routes) => node({ receiver: "root", routes }));

export const TREE_RECEIVERS = ["root", ...RECEIVERS] as const;
