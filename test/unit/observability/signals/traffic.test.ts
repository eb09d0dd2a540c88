import assert from "node:assert/strict";
import { problemsOf } from "../../../../observability/promql/lint";
import { SIGNAL_NAMES, SIGNALS } from "../../../../observability/signals";
import { readingsOf } from "../../../../observability/signals/readings";
import type { AnySignal, SubjectOf } from "../../../../observability/signals/signal";
import type { TrafficSource } from "../../../../observability/watched";
import { EVERY_WATCHED } from "../../../support/watched";

type Host = SubjectOf<"host">;

const SOURCES: readonly TrafficSource[] = ["ingress-nginx", "alb", "gateway-api"];

const host = (source: TrafficSource, own: Partial<Host> = {}): Host => ({
  kind: "host",
  namespace: "shop",
  service: "api",
  traffic: { source, host: "api.example.com", path: "/", route: "api" },
  ...own,
});

const withCanary = (source: TrafficSource): Host => {
  const plain = host(source);
  return { ...plain, traffic: { ...plain.traffic, canary: { service: "api-new", port: 3000 } } };
};

const namesOf = (text: string): readonly string[] => text.match(/\b(nginx|aws|envoy)_\w+/g) ?? [];

describe("signals", () => {
  it("K25 E7 E9 are each there by name, and none beside them", () => {
    assert.deepEqual(Object.keys(SIGNALS).sort(), [...SIGNAL_NAMES].sort());
  });

  for (const name of SIGNAL_NAMES) {
    const signal: AnySignal = SIGNALS[name];
    if (signal.language === "logql") continue;

    it(`K25 E7 E9 ${name} is sound PromQL of every system, over a fixed window and over a panel's`, () => {
      const texts = EVERY_WATCHED.flatMap((watched) => readingsOf(name, watched)).flatMap(
        ({ value, samples }) => [
          value("5m").text,
          value("$__rate_interval").text,
          ...(samples === undefined ? [] : [samples("5m").text]),
        ],
      );
      for (const text of texts) assert.deepEqual(problemsOf(text), [], text);
    });
  }
});

describe("signals of a host's requests", () => {
  for (const source of SOURCES) {
    it(`E7 E9 are sound PromQL by the metrics of ${source} and of no other router`, () => {
      const {
        errorRatio,
        slowRatio,
        latencyP95,
        latencyMean,
        requestRate,
        trafficChange,
        canaryErrorExcess,
      } = SIGNALS;
      const signals = [
        errorRatio,
        slowRatio,
        latencyP95,
        latencyMean,
        requestRate,
        trafficChange,
        canaryErrorExcess,
      ];
      const prefix = { "ingress-nginx": "nginx_", alb: "aws_", "gateway-api": "envoy_" }[source];
      for (const signal of signals) {
        const { text, labels } = signal.value(withCanary(source), "5m");
        assert.deepEqual(problemsOf(text), [], text);
        assert.deepEqual(labels, []);
        for (const name of namesOf(text)) assert.ok(name.startsWith(prefix), name);
      }
    });
  }

  it("E4 tell the sides of a canary by ingress-nginx alone, and say why by no other", () => {
    const untold = (each: Host) => SIGNALS.canaryErrorExcess.untold?.(each);
    assert.equal(untold(withCanary("ingress-nginx")), undefined);
    assert.match(untold(withCanary("gateway-api")) ?? "", /gateway-api do not tell the sides/);
    assert.match(untold(withCanary("alb")) ?? "", /alb do not tell the sides/);
    assert.equal(untold(host("ingress-nginx")), "there is no canary now");
    for (const source of SOURCES) assert.equal(SIGNALS.errorRatio.untold?.(withCanary(source)), undefined);
    assert.match(
      SIGNALS.latencyP95.untold?.({ ...withCanary("gateway-api"), side: "canary" }) ?? "",
      /do not tell the sides/,
    );
  });

  it("E4 find the canary by its own label, never by another Ingress (P2)", () => {
    const { text } = SIGNALS.errorRatio.value({ ...withCanary("ingress-nginx"), side: "canary" }, "5m");
    assert.match(text, /ingress="api"/);
    assert.match(text, /canary!=""/);
  });

  it("L18 do not tell slow requests by an ALB, and say what is told", () => {
    assert.match(SIGNALS.slowRatio.untold?.(host("alb")) ?? "", /latencyP95 and latencyMean are told/);
    for (const source of ["ingress-nginx", "gateway-api"] as const) {
      assert.equal(SIGNALS.slowRatio.untold?.(host(source)), undefined);
    }
  });

  it("E9 take a name as it is, where a router's label is matched by a regular expression", () => {
    const dotted = { ...host("gateway-api").traffic, route: "api.example.com" };
    const { text } = SIGNALS.requestRate.value({ ...host("gateway-api"), traffic: dotted }, "5m");
    assert.ok(text.includes(String.raw`"httproute/shop/api\\.example\\.com/rule/.+"`), text);
  });

  it("K8 read a certificate of cert-manager's only where it lies in the system's namespace", () => {
    const names = (source: TrafficSource) =>
      SIGNALS.certificateExpiry.value(host(source), "5m").text.match(/\w+_(expiry|timestamp_seconds)/g);
    assert.deepEqual(names("ingress-nginx"), [
      "probe_ssl_earliest_cert_expiry",
      "certmanager_certificate_expiration_timestamp_seconds",
    ]);
    assert.deepEqual(names("alb"), ["probe_ssl_earliest_cert_expiry"]);
    assert.deepEqual(names("gateway-api"), ["probe_ssl_earliest_cert_expiry"]);
  });
});
