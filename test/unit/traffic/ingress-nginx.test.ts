import assert from "node:assert/strict";
import { admits, answer, type ModelIngress, type ModelRequest } from "../../support/ingress-nginx";

const NGINX = "nginx.ingress.kubernetes.io";

const ingress = (
  name: string,
  places: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
  pathType = "Prefix",
): ModelIngress => ({
  name,
  annotations: Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`${NGINX}/${key}`, value]),
  ),
  spec: {
    rules: Object.entries(places).map(([host, service]) => ({
      host,
      http: {
        paths: [{ path: "/", pathType, backend: { service: { name: service, port: { number: 80 } } } }],
      },
    })),
  },
});

const share = (weight: string, more: Readonly<Record<string, string>> = {}) => ({
  canary: "true",
  "canary-weight": weight,
  ...more,
});
const asked = (
  ingresses: readonly ModelIngress[],
  request: Partial<ModelRequest> = {},
  ready = ["old", "new"],
) => answer({ ingresses, ready: new Set(ready) }, { host: "a", path: "/", ...request });

const main = ingress("main", { a: "old" });
const canary = (weight: string, more = {}) => ingress("canary", { a: "new" }, share(weight, more));

/** Every fact of progressive.md §3 that the canary's declaration is built around. */
describe("the model of ingress-nginx", () => {
  const facts: readonly (readonly [string, readonly ModelIngress[], ReturnType<typeof asked>])[] = [
    ["a main Ingress alone has all", [main], { old: 100 }],
    ["a canary has its weight", [main, canary("10")], { old: 90, new: 10 }],
    ["a weight with a percent sign is 0", [main, canary("50%")], { old: 100 }],
    [
      "a weight total below 100 is ignored",
      [main, canary("5", { "canary-weight-total": "10" })],
      { old: 95, new: 5 },
    ],
    [
      "a weight total above 100 counts",
      [main, canary("500", { "canary-weight-total": "1000" })],
      { old: 50, new: 50 },
    ],
    ["a canary without a main one is nobody's", [canary("100")], 404],
    [
      "canary yes is an ordinary Ingress; newer, it has nothing",
      [main, ingress("c", { a: "new" }, { canary: "yes" })],
      { old: 100 },
    ],
    ["canary yes, older, takes all", [ingress("c", { a: "new" }, { canary: "yes" }), main], { new: 100 }],
    ["of two main ones the oldest has the host", [main, ingress("later", { a: "new" })], { old: 100 }],
    [
      "of two canaries on a rule the oldest counts",
      [main, canary("10"), ingress("c2", { a: "third" }, share("90"))],
      { old: 90, new: 10 },
    ],
    [
      "a canary of another pathType is dropped",
      [main, ingress("c", { a: "new" }, share("100"), "Exact")],
      { old: 100 },
    ],
    [
      "a main one made anew with the canary's Service is a 404",
      [canary("100"), ingress("again", { a: "new" })],
      404,
    ],
    [
      "a main one moved in place to the canary's Service has all",
      [ingress("main", { a: "new" }), canary("100")],
      { new: 100 },
    ],
  ];
  for (const [fact, ingresses, expected] of facts) {
    it(`E1 ${fact}`, () => assert.deepEqual(asked(ingresses), expected));
  }

  it("E1 another host on the stable Service is canaried, though its own Ingress says nothing", () => {
    assert.deepEqual(asked([main, ingress("b", { b: "old" }), canary("50")], { host: "b" }), {
      old: 50,
      new: 50,
    });
  });

  it("E1 without a ready pod behind the main one all is 503, at any weight; without one behind the canary it has nothing", () => {
    assert.equal(asked([main, canary("100")], {}, ["new"]), 503);
    assert.deepEqual(asked([main, canary("100")], {}, ["old"]), { old: 100 });
  });

  it("E1 weight 0 does not stop a header, a cookie or a session; never counts only without a value", () => {
    const byHeader = [main, canary("0", { "canary-by-header": "X-New" })];
    assert.deepEqual(asked(byHeader, { headers: { "X-New": "always" } }), { new: 100 });
    const byCookie = [main, canary("0", { "canary-by-cookie": "new" })];
    assert.deepEqual(asked(byCookie, { cookies: { new: "always" } }), { new: 100 });
    const sticky = ingress("main", { a: "old" }, { affinity: "cookie", "session-cookie-name": "s" });
    assert.deepEqual(asked([sticky, canary("0")], { session: { cookie: "s", service: "new" } }), {
      new: 100,
    });
    assert.deepEqual(asked([sticky, canary("100")], { session: { cookie: "s", service: "old" } }), {
      old: 100,
    });
    const byValue = [main, canary("30", { "canary-by-header": "X-New", "canary-by-header-value": "yes" })];
    assert.deepEqual(asked(byValue, { headers: { "X-New": "never" } }), { old: 70, new: 30 });
  });

  it("E1 its webhook refuses two of a kind, unless a main one says that it is no canary", () => {
    const later = (annotations = {}) => ingress("later", { a: "new" }, annotations);
    assert.equal(admits([main], later()), false);
    assert.equal(admits([main, canary("100")], later({ canary: "false" })), true);
    assert.equal(admits([later({ canary: "false" })], main), true);
    assert.equal(admits([main, canary("10")], later(share("20"))), false);
  });
});
