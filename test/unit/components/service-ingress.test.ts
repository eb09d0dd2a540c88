import assert from "node:assert/strict";
import { record, shortType } from "../../../cli/recorder";
import { ServiceIngress, type ServiceIngressArgs } from "../../../components/service-ingress";

const ARGS: ServiceIngressArgs = {
  name: "chat",
  namespace: "shop",
  host: "api.example.com",
  path: "/chat",
  service: { service: "chat", port: 3000 },
  tls: { secretName: "shop-tls" },
  router: { kind: "ingress-nginx", className: "nginx" },
};

const declared = async (args: Partial<ServiceIngressArgs> = {}) => {
  const registrations = await record("test", () =>
    Promise.resolve(new ServiceIngress("chat", { ...ARGS, ...args })),
  );
  return registrations.filter(({ type }) => type.startsWith("kubernetes:"));
};

describe("ServiceIngress", () => {
  it("E1 serves a path of a host over TLS, and waits for no address", async () => {
    const [ingress, ...others] = await declared();
    assert.deepEqual(others, []);
    assert.deepEqual(ingress?.inputs.metadata, {
      name: "chat",
      namespace: "shop",
      annotations: { "pulumi.com/skipAwait": "true" },
    });
    assert.deepEqual(ingress.inputs.spec, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["api.example.com"], secretName: "shop-tls" }],
      rules: [
        {
          host: "api.example.com",
          http: {
            paths: [
              {
                path: "/chat",
                pathType: "Prefix",
                backend: { service: { name: "chat", port: { number: 3000 } } },
              },
            ],
          },
        },
      ],
    });
  });

  it("E1 has a certificate where an issuer is named", async () => {
    const registrations = await declared({ tls: { secretName: "shop-tls", issuer: "letsencrypt" } });
    assert.deepEqual(
      registrations.map(({ type }) => shortType(type)),
      ["Certificate", "Ingress"],
    );
  });

  it("E1 is an HTTPRoute on the Gateway API, whose Gateway has the certificate", async () => {
    const gateway = { name: "public", namespace: "gateways", listener: "https" };
    const registrations = await declared({
      tls: { secretName: "shop-tls", issuer: "letsencrypt" },
      router: { kind: "gateway-api", gateway },
    });
    assert.deepEqual(
      registrations.map(({ type }) => shortType(type)),
      ["HTTPRoute"],
    );
    assert.deepEqual(registrations[0]?.inputs.spec, {
      parentRefs: [
        {
          group: "gateway.networking.k8s.io",
          kind: "Gateway",
          name: "public",
          namespace: "gateways",
          sectionName: "https",
        },
      ],
      hostnames: ["api.example.com"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/chat" } }],
          backendRefs: [{ group: "", kind: "Service", name: "chat", port: 3000, weight: 1 }],
        },
      ],
    });
  });

  it("E12 says where it is", async () => {
    let made: ServiceIngress | undefined;
    await record("test", () => Promise.resolve((made = new ServiceIngress("chat", ARGS))));
    assert.equal(made?.url, "https://api.example.com/chat");
  });
});
