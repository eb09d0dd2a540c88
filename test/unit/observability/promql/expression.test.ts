import { parser } from "@prometheus-io/lezer-promql";
import assert from "node:assert/strict";
import fc from "fast-check";
import { INGRESS_NGINX } from "../../../../observability/metrics/ingress-nginx";
import { PROMETHEUS } from "../../../../observability/metrics/prometheus";
import {
  absent,
  always,
  buckets,
  increase,
  literally,
  now,
  quantile,
  rate,
  secondsSince,
  secondsUntil,
  select,
  sum,
  upTo,
  Vector,
} from "../../../../observability/promql/expression";

const { requests, duration } = INGRESS_NGINX;

/** An operation as it was meant: what is done to what. */
type Meant =
  | string
  | {
      readonly operator: string;
      readonly left: Meant;
      readonly right: Meant;
    };

interface Both {
  readonly vector: Vector<never>;
  readonly meant: Meant;
}

type Operation = (left: Vector<never>, right: Vector<never>) => Vector<never>;

/** Those that take a number too, and those that take series alone. */
const NUMERIC = {
  "+": (left, right) => left.plus(right),
  "-": (left, right) => left.minus(right),
  "*": (left, right) => left.times(right),
  "/": (left, right) => left.dividedBy(right),
  ">": (left, right) => left.above(right),
  ">=": (left, right) => left.atLeast(right),
  "<": (left, right) => left.below(right),
  "<=": (left, right) => left.atMost(right),
  "==": (left, right) => left.equals(right),
} as const satisfies Readonly<Record<string, Operation>>;
const SETS = {
  and: (left, right) => left.and(right),
  or: (left, right) => left.or(right),
  unless: (left, right) => left.unless(right),
  "and on ()": (left, right) => left.andOn(right),
} as const satisfies Readonly<Record<string, Operation>>;
const OPERATIONS: Readonly<Record<string, Operation>> = { ...NUMERIC, ...SETS };

const expression: fc.Arbitrary<Both> = fc.letrec<{ any: Both }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom("a", "b", "c").map((name) => ({ vector: new Vector<never>(name, []), meant: name })),
    fc
      .record({ operator: fc.constantFrom(...Object.keys(OPERATIONS)), left: tie("any"), right: tie("any") })
      .map(({ operator, left, right }) => ({
        vector: OPERATIONS[operator]?.(left.vector, right.vector) ?? left.vector,
        meant: { operator, left: left.meant, right: right.meant },
      })),
    tie("any").map(({ vector, meant }) => ({
      vector: secondsUntil(vector),
      meant: { operator: "-", left: meant, right: "time()" },
    })),
    tie("any").map(({ vector, meant }) => ({
      vector: secondsSince(vector),
      meant: { operator: "-", left: "time()", right: meant },
    })),
    fc.tuple(tie("any"), fc.integer({ min: -9, max: 9 })).map(([{ vector, meant }, number]) => ({
      vector: vector.times(number),
      meant: { operator: "*", left: meant, right: String(number) },
    })),
  ),
})).any;

type Node = ReturnType<typeof parser.parse>["topNode"];

/** What Prometheus' own grammar makes of a text, brackets gone. */
function parsed(text: string): Meant {
  const read = (node: Node): Meant => {
    assert.ok(!node.type.isError, text);
    const written = text.slice(node.from, node.to);
    const { firstChild: first, lastChild: last } = node;
    if (node.name === "PromQL" && first) return read(first);
    if (node.name === "ParenExpr" && first) return read(first);
    if (node.name !== "BinaryExpr" || first === null || last === null) return written;
    return {
      operator: text.slice(first.to, last.from).trim(),
      left: read(first),
      right: read(last),
    };
  };
  return read(parser.parse(text).topNode);
}

describe("PromQL out of the catalogue", () => {
  it("K24 means what it was put together as, whatever the strengths of its operators", () => {
    fc.assert(
      fc.property(expression, ({ vector, meant }) => {
        assert.deepEqual(parsed(vector.text), meant, vector.text);
      }),
      { numRuns: 500 },
    );
  });

  it("K24 writes brackets only where they are needed", () => {
    const [a, b, c] = ["a", "b", "c"].map((name) => new Vector<never>(name, []));
    assert.ok(a && b && c);
    assert.equal(a.plus(b).plus(c).text, "a + b + c");
    assert.equal(a.minus(b.minus(c)).text, "a - (b - c)");
    assert.equal(a.times(b).plus(c).above(0).and(b).or(c).text, "a * b + c > 0 and b or c");
    assert.equal(a.or(b).dividedBy(c.above(0)).text, "(a or b) / (c > 0)");
    assert.equal(a.above(0).above(1).text, "a > 0 > 1");
  });

  it("K24 quotes what a matcher holds, so that no value ends the selector", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        const { text } = now(select(PROMETHEUS.up, { job: value, namespace: { unlike: literally(value) } }));
        const names = new Set<string>();
        parser.parse(text).iterate({
          enter: (node) => {
            names.add(node.name);
            assert.ok(!node.type.isError, text);
          },
        });
        assert.ok(!names.has("BinaryExpr"), text);
      }),
    );
  });

  it("K24 writes a text within a regular expression as it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, other) => {
        const like = new RegExp(`^(?:${literally(value)})$`, "s");
        assert.equal(like.test(value), true);
        assert.equal(like.test(other), other === value);
      }),
    );
  });

  it("L18 finds the bucket of whole seconds under both of its names", () => {
    assert.deepEqual(upTo(0.35), "0.35");
    assert.deepEqual(upTo(10), { like: "10(\\.0)?" });
    assert.match(
      rate(buckets(duration, { le: upTo(1) }), "5m").text,
      /_bucket\{le=~"1\(\\\\\.0\)\?"\}\[5m\]/,
    );
  });

  it("E9 puts window, offset and whole numbers where PromQL wants them", () => {
    assert.equal(
      rate(select(requests, { status: { like: "5.." } }, "7d"), "5m").text,
      'rate(nginx_ingress_controller_requests{status=~"5.."}[5m] offset 7d)',
    );
    assert.equal(
      increase(select(requests, { status: { not: "101" } }), "15m").text,
      'round(increase(nginx_ingress_controller_requests{status!="101"}[15m]))',
    );
    assert.equal(absent(select(PROMETHEUS.up)).text, "absent(up)");
    assert.equal(always().text, "vector(1)");
  });

  it("E9 keeps account of the labels that are left", () => {
    const byIngress = sum(rate(buckets(duration), "5m")).by("ingress", "le");
    assert.deepEqual(byIngress.labels, ["ingress", "le"]);
    assert.deepEqual(quantile(0.95, byIngress).labels, ["ingress"]);
    assert.deepEqual(sum(byIngress).all().labels, []);
  });
});
