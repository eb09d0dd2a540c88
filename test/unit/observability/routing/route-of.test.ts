import assert from "node:assert/strict";
import fc from "fast-check";
import { matches, routeOf, type TreeRoute } from "../../../../observability/routing";
import { labelsArbitrary, matcherArbitrary, node, treeArbitrary } from "../../../support/route-tree";

const is = (name: string, value: string) => ({ name, value, matchType: "=" }) as const;
const receiversOf = (root: TreeRoute, labels: Readonly<Record<string, string>>) =>
  routeOf(root, labels).map(({ receiver }) => receiver);

describe("routing: routes as Alertmanager walks them", () => {
  it("K29 matches a label that is, is not, is like and is unlike a value, from end to end", () => {
    const tried = (matchType: "=" | "!=" | "=~" | "!~", value: string, found: string) =>
      matches({ name: "severity", value, matchType }, { severity: found });
    assert.deepEqual(
      [tried("=", "warning", "warning"), tried("=", "warning", "warn"), tried("!=", "warning", "warn")],
      [true, false, true],
    );
    assert.deepEqual(
      [tried("=~", "warn|info", "info"), tried("=~", "warn", "warning"), tried("!~", "warn", "warning")],
      [true, false, true],
    );
  });

  it("K29 takes a label that is not there for an empty one", () => {
    assert.ok(matches({ name: "escalation", value: "", matchType: "=" }, {}));
    assert.ok(matches({ name: "escalation", value: ".*", matchType: "=~" }, {}));
    assert.ok(!matches({ name: "escalation", value: ".+", matchType: "=~" }, {}));
    assert.ok(matches({ name: "escalation", value: "1", matchType: "!=" }, {}));
  });

  it("K29 ends at the first branch that matches, and goes on where it says so", () => {
    const a = node({ receiver: "a", matchers: [is("team", "x")] });
    const b = node({ receiver: "b" });
    const root = (continues: boolean) =>
      node({ receiver: "root", routes: [{ ...a, continue: continues }, b] });
    assert.deepEqual(receiversOf(root(false), { team: "x" }), ["a"]);
    assert.deepEqual(receiversOf(root(true), { team: "x" }), ["a", "b"]);
    assert.deepEqual(receiversOf(root(true), { team: "y" }), ["b"]);
  });

  it("K29 ends at the deepest match, which has its receiver from above where it has none", () => {
    const deep = node({ matchers: [is("severity", "info")], muteTimeIntervals: ["night"] });
    const root = node({
      receiver: "root",
      routes: [
        node({ receiver: "team", matchers: [is("team", "x")], routes: [deep], activeTimeIntervals: ["day"] }),
      ],
    });
    const reached = routeOf(root, { team: "x", severity: "info" });
    assert.deepEqual(reached, [{ receiver: "team", muteTimeIntervals: ["night"], activeTimeIntervals: [] }]);
    assert.deepEqual(receiversOf(root, {}), ["root"]);
  });

  it("K29 ends somewhere whatever the labels, and at the root alone where no branch matches", () => {
    fc.assert(
      fc.property(treeArbitrary, labelsArbitrary, (root, labels) => {
        const reached = routeOf(root, labels);
        assert.ok(reached.length > 0);
        const taken = root.routes.some(({ matchers }) =>
          matchers.every((matcher) => matches(matcher, labels)),
        );
        if (!taken) assert.deepEqual(receiversOf(root, labels), [root.receiver]);
      }),
    );
  });

  it("K29 is the same with a branch beside that never matches, and with one after a branch that ends all", () => {
    const never = node({
      receiver: "never",
      matchers: [is("severity", "x"), { ...is("severity", "x"), matchType: "!=" }],
    });
    fc.assert(
      fc.property(treeArbitrary, labelsArbitrary, fc.nat(3), (root, labels, place) => {
        const beside = { ...root, routes: root.routes.toSpliced(place, 0, never) };
        assert.deepEqual(routeOf(beside, labels), routeOf(root, labels));
        const all = node({ receiver: "all" });
        const first = { ...root, routes: [all, ...root.routes] };
        assert.deepEqual(receiversOf(first, labels), ["all"]);
      }),
    );
  });

  it("K29 matches by `!=` and `!~` just where `=` and `=~` do not", () => {
    fc.assert(
      fc.property(matcherArbitrary, labelsArbitrary, (given, labels) => {
        const { name, value } = given;
        for (const [one, other] of [["=", "!="] as const, ["=~", "!~"] as const]) {
          assert.notEqual(
            matches({ name, value, matchType: one }, labels),
            matches({ name, value, matchType: other }, labels),
          );
        }
      }),
    );
  });
});
