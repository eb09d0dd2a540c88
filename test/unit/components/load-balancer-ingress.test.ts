import assert from "node:assert/strict";
import { isFields } from "../../../charts/manifest";
import { record, type Registration } from "../../../cli/recorder";
import { LoadBalancerIngress, type LoadBalancerIngressArgs } from "../../../components/load-balancer-ingress";

const ARGS: LoadBalancerIngressArgs = {
  name: "shop",
  namespace: "shop",
  host: "shop.example.com",
  service: { name: "shop", port: "http" },
  healthPath: "/health",
  certificate: { create: true },
};
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
const ALB = "alb.ingress.kubernetes.io";

const declared = (args: Partial<LoadBalancerIngressArgs> = {}) =>
  record("test", () => Promise.resolve(new LoadBalancerIngress("shop", { ...ARGS, ...args })));

const types = (registrations: readonly Registration[]) => registrations.map(({ type }) => type);

function annotationsOf(registrations: readonly Registration[]): Readonly<Record<string, unknown>> {
  const metadata = registrations.find(({ type }) => type === INGRESS)?.inputs.metadata;
  assert.ok(isFields(metadata) && isFields(metadata.annotations));
  return metadata.annotations;
}

describe("LoadBalancerIngress", () => {
  it("K8 serves the host over TLS, redirects HTTP and asks the health path", async () => {
    const annotations = annotationsOf(await declared());
    assert.equal(annotations[`${ALB}/listen-ports`], '[{"HTTP":80},{"HTTPS":443}]');
    assert.equal(annotations[`${ALB}/ssl-redirect`], "443");
    assert.equal(annotations[`${ALB}/ssl-policy`], "ELBSecurityPolicy-TLS13-1-2-2021-06");
    assert.equal(annotations[`${ALB}/healthcheck-path`], "/health");
    assert.equal(annotations[`${ALB}/target-type`], "ip");
    assert.equal(annotations[`${ALB}/certificate-arn`], "${Certificate.shop.arn}");
    assert.equal(`${ALB}/wafv2-acl-arn` in annotations, false);
  });

  it("K2 K8 sends the host's traffic to the named port of the service", async () => {
    const ingress = (await declared()).find(({ type }) => type === INGRESS);
    assert.deepEqual(ingress?.inputs.spec, {
      ingressClassName: "alb",
      tls: [{ hosts: ["shop.example.com"] }],
      rules: [
        {
          host: "shop.example.com",
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: { service: { name: "shop", port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    });
  });

  const certificates: readonly (readonly [
    string,
    LoadBalancerIngressArgs["certificate"],
    string[],
    string,
  ])[] = [
    ["makes one", { create: true }, ["aws:acm/certificate:Certificate"], "${Certificate.shop.arn}"],
    [
      "makes and validates one where a zone is named",
      { create: true, zoneId: "Z1" },
      [
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:route53/record:Record",
      ],
      "${CertificateValidation.shop.certificateArn}",
    ],
    ["takes the one that is named", { arn: "arn:aws:acm:1" }, [], "arn:aws:acm:1"],
    ["looks one up", { lookup: "example.com" }, [], "${aws:acm/getCertificate:getCertificate.arn}"],
  ];
  for (const [what, certificate, made, arn] of certificates) {
    it(`K8 ${what}: certificate`, async () => {
      const registrations = await declared({ certificate });
      assert.deepEqual(types(registrations), [...made, "golive:components:LoadBalancerIngress", INGRESS]);
      assert.equal(annotationsOf(registrations)[`${ALB}/certificate-arn`], arn);
    });
  }

  it("K19 turns away an address that asks too often", async () => {
    const registrations = await declared({ webAcl: { rateLimit: 500 } });
    const acl = registrations.find(({ type }) => type === "aws:wafv2/webAcl:WebAcl");
    const rules: unknown[] = Array.isArray(acl?.inputs.rules) ? acl.inputs.rules : [];
    const [rule] = rules;
    assert.deepEqual(isFields(rule) && [rule.action, rule.statement], [
      { block: {} },
      { rateBasedStatement: { limit: 500, aggregateKeyType: "IP", evaluationWindowSec: 300 } },
    ]);
    assert.equal(annotationsOf(registrations)[`${ALB}/wafv2-acl-arn`], "${WebAcl.shop.arn}");
  });

  it("K19 takes a web ACL that is named, and sets the security headers", async () => {
    const annotations = annotationsOf(await declared({ webAcl: { arn: "arn:aws:wafv2:1" } }));
    assert.equal(annotations[`${ALB}/wafv2-acl-arn`], "arn:aws:wafv2:1");
    assert.match(String(annotations[`${ALB}/listener-attributes.HTTPS-443`]), /strict_transport_security/);
  });

  it("K8 keeps its own annotations whatever else is annotated", async () => {
    const annotations = annotationsOf(
      await declared({ annotations: { [`${ALB}/ssl-redirect`]: "80", [`${ALB}/group.name`]: "shared" } }),
    );
    assert.equal(annotations[`${ALB}/ssl-redirect`], "443");
    assert.equal(annotations[`${ALB}/group.name`], "shared");
  });
});
