import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isFields } from "../../../charts/manifest";
import { record, shortType, type Registration } from "../../../cli/recorder";
import { CanaryIngress, type CanaryIngressArgs } from "../../../components/canary-ingress";

const NGINX = "nginx.ingress.kubernetes.io";
const ARGS: CanaryIngressArgs = {
  namespace: "shop",
  routes: [
    {
      host: "shop.example.com",
      stable: { service: "web-old", port: 80 },
      canary: { service: "web", port: 3000 },
    },
    {
      host: "api.example.com",
      stable: { service: "api-old", port: 80 },
      canary: { service: "api", port: 80, selector: { part: "api" }, targetPort: "http" },
    },
  ],
  phase: "legacy",
  tls: { secretName: "shop-tls" },
  ingresses: { stable: "shop-legacy", canary: "shop-canary", complete: "shop" },
  router: { kind: "ingress-nginx", className: "nginx" },
};
const GATEWAY = {
  kind: "gateway-api",
  gateway: { name: "public", namespace: "gateways", listener: "https" },
} as const;

const declared = (args: Partial<CanaryIngressArgs> = {}) =>
  record("test", () => Promise.resolve(new CanaryIngress("shop", { ...ARGS, ...args })));

/** `Ingress shop-legacy`, by kind and the object's own name. */
const objects = (registrations: readonly Registration[]) =>
  registrations
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => `${shortType(type)} ${metadataOf(inputs).name}`);

function metadataOf({ metadata }: Registration["inputs"]) {
  assert.ok(isFields(metadata));
  const annotations = isFields(metadata.annotations) ? metadata.annotations : {};
  return { name: String(metadata.name), annotations };
}

const named = (registrations: readonly Registration[], name: string) => {
  const found = registrations.find(
    ({ type, inputs }) => type.endsWith(":Ingress") && metadataOf(inputs).name === name,
  );
  assert.ok(found, `no Ingress ${name}`);
  return { annotations: metadataOf(found.inputs).annotations, spec: found.inputs.spec, resource: found.name };
};

/** Host to Service, of an Ingress's spec. */
function backendsOf(spec: unknown): Readonly<Record<string, string>> {
  const found = JSON.stringify(spec).matchAll(/"host":"([^"]+)".*?"service":\{"name":"([^"]+)"/g);
  return Object.fromEntries([...found].map(([, host = "", service = ""]) => [host, service] as const));
}

const SHARE = ["Service api-canary", "Service web-canary"];

describe("CanaryIngress", () => {
  const phases: readonly (readonly [string, readonly string[]])[] = [
    ["legacy", ["Ingress shop-legacy"]],
    ["10", [...SHARE, "Ingress shop-canary", "Ingress shop-legacy"]],
    ["50", [...SHARE, "Ingress shop-canary", "Ingress shop-legacy"]],
    ["100", [...SHARE, "Ingress shop-canary", "Ingress shop-legacy"]],
    ["complete", ["Ingress shop"]],
    ["rollback", ["Ingress shop-legacy"]],
  ];
  for (const [phase, expected] of phases) {
    it(`E1 E3 E5 declares in the phase ${phase} exactly ${expected.join(", ")}`, async () => {
      assert.deepEqual(objects(await declared({ phase })).sort(), [...expected].sort());
    });
  }

  it("E1 gives the share its weight, the main Ingress's hosts, paths and certificate, and Services of its own", async () => {
    const registrations = await declared({ phase: "10" });
    const share = named(registrations, "shop-canary");
    const main = named(registrations, "shop-legacy");
    assert.deepEqual(share.annotations, {
      "pulumi.com/skipAwait": "true",
      [`${NGINX}/canary`]: "true",
      [`${NGINX}/canary-weight`]: "10",
    });
    assert.deepEqual(main.annotations, { "pulumi.com/skipAwait": "true" });
    assert.deepEqual(backendsOf(main.spec), { "shop.example.com": "web-old", "api.example.com": "api-old" });
    assert.deepEqual(backendsOf(share.spec), {
      "shop.example.com": "web-canary",
      "api.example.com": "api-canary",
    });
    const place = (spec: unknown) => JSON.stringify(spec).replace(/"backend":\{.*?\}\}\}/g, "");
    assert.equal(place(share.spec), place(main.spec));
  });

  it("E1 finds the new version's pods by the Service's name, or as it is told", async () => {
    const services = (await declared({ phase: "10" })).filter(({ type }) => shortType(type) === "Service");
    assert.deepEqual(
      services.map(({ inputs }) => inputs.spec),
      [
        {
          type: "ClusterIP",
          selector: { part: "api" },
          ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
        },
        {
          type: "ClusterIP",
          selector: { app: "web" },
          ports: [{ name: "http", port: 3000, targetPort: 3000, protocol: "TCP" }],
        },
      ],
    );
  });

  it("E3 makes the new version the main one under the name of complete, which the webhook admits beside the old one", async () => {
    const { annotations, spec, resource } = named(await declared({ phase: "complete" }), "shop");
    assert.equal(annotations[`${NGINX}/canary`], "false");
    assert.deepEqual(backendsOf(spec), { "shop.example.com": "web", "api.example.com": "api" });
    assert.equal(resource, "shop-complete");
  });

  it("E3 changes one and the same resource in place where complete has no name of its own", async () => {
    const ingresses = { stable: "shop", canary: "shop-canary" };
    const before = named(await declared({ ingresses }), "shop");
    const after = named(await declared({ ingresses, phase: "complete" }), "shop");
    assert.equal(after.resource, before.resource);
    assert.equal(`${NGINX}/canary` in after.annotations, false);
    assert.deepEqual(backendsOf(after.spec), { "shop.example.com": "web", "api.example.com": "api" });
  });

  const selections: readonly (readonly [string, CanaryIngressArgs["by"], object])[] = [
    ["a header", { kind: "header", name: "X-New" }, { [`${NGINX}/canary-by-header`]: "X-New" }],
    [
      "a header's value",
      { kind: "header", name: "X-New", value: "yes" },
      { [`${NGINX}/canary-by-header`]: "X-New", [`${NGINX}/canary-by-header-value`]: "yes" },
    ],
    ["a cookie", { kind: "cookie", name: "new" }, { [`${NGINX}/canary-by-cookie`]: "new" }],
  ];
  for (const [what, by, expected] of selections) {
    it(`E1 sends those with ${what} to the new version`, async () => {
      const { annotations } = named(await declared({ phase: "50", by }), "shop-canary");
      const own = Object.entries(annotations).filter(([key]) => key.includes("canary-by"));
      assert.deepEqual(Object.fromEntries(own), expected);
    });
  }

  it("E3 keeps sessions by a cookie, which has another name at the last weight, so that none stays on the old version", async () => {
    const cookie = async (phase: string) => {
      const affinity = { cookie: "session", maxAgeSeconds: 3600 };
      const { annotations } = named(await declared({ phase, affinity }), "shop-legacy");
      return [`${NGINX}/affinity`, `${NGINX}/session-cookie-name`, `${NGINX}/session-cookie-max-age`].map(
        (key) => annotations[key],
      );
    };
    assert.deepEqual(await cookie("50"), ["cookie", "session", "3600"]);
    assert.deepEqual(await cookie("100"), ["cookie", "session-new", "3600"]);
    assert.deepEqual(await cookie("rollback"), ["cookie", "session", "3600"]);
  });

  it("E1 has a certificate that is no Ingress's own, where an issuer is named", async () => {
    const registrations = await declared({ tls: { secretName: "shop-tls", issuer: "letsencrypt" } });
    assert.deepEqual(objects(registrations), ["Certificate shop-tls", "Ingress shop-legacy"]);
    assert.deepEqual(registrations.find(({ type }) => type.endsWith(":Certificate"))?.inputs.spec, {
      secretName: "shop-tls",
      dnsNames: ["shop.example.com", "api.example.com"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
    });
  });

  it("E1 E3 on the Gateway API declares an HTTPRoute a host in every phase, and nothing else", async () => {
    for (const phase of ["legacy", "10", "100", "complete", "rollback"]) {
      assert.deepEqual(objects(await declared({ phase, router: GATEWAY })), [
        "HTTPRoute api.example.com",
        "HTTPRoute shop.example.com",
      ]);
    }
  });

  it("E12 says where the hosts are, and the new version's share", async () => {
    let made: CanaryIngress | undefined;
    await record("test", () => Promise.resolve((made = new CanaryIngress("shop", { ...ARGS, phase: "50" }))));
    assert.deepEqual(made?.urls, ["https://shop.example.com", "https://api.example.com"]);
    assert.equal(made.percent, 50);
  });

  it("E1 refuses all that the router would read otherwise, at once and without a stack trace", async () => {
    const mistaken = { phase: "20", by: { kind: "header", name: "X-New", value: "never" } } as const;
    await assert.rejects(declared(mistaken), (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(
        error.message,
        /^CanaryIngress shop:\n {2}phase: expected one of .*\n {2}by\.value: expected .*$/,
      );
      return true;
    });
  });
});
