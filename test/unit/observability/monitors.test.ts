import assert from "node:assert/strict";
import { record } from "../../../cli/recorder";
import { Scrape } from "../../../components/scrape";
import { monitorsOf } from "../../../observability/scrape/monitors";
import { ENOVA, GUELAGUETZA } from "../../support/watched";

const [backend] = GUELAGUETZA.services;
assert.ok(backend);

describe("monitors", () => {
  it("G7 reads each pod of a service that exports metrics, as often as the stack's Prometheus reads", () => {
    const [monitor] = monitorsOf(GUELAGUETZA);
    assert.deepEqual(monitor, {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: {
        name: backend.name,
        namespace: GUELAGUETZA.namespace,
        labels: { ...GUELAGUETZA.platform.prometheus.labels },
      },
      spec: {
        selector: { matchLabels: { app: backend.name } },
        podMetricsEndpoints: [{ port: "http", path: "/metrics", interval: "30s" }],
      },
    });
  });

  it("G7 reads no service that exports none", () => {
    const silent = GUELAGUETZA.services.map((service) => {
      const copy: { -readonly [Key in keyof typeof service]: (typeof service)[Key] } = { ...service };
      delete copy.metricsPath;
      return copy;
    });
    const kinds = monitorsOf({ ...GUELAGUETZA, services: silent }).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["Probe"]);
  });

  it("K21 asks the health path of each host, and says whose it is", () => {
    const probe = monitorsOf(GUELAGUETZA).find((monitor) => monitor.kind === "Probe");
    assert.deepEqual(probe?.spec, {
      jobName: "health",
      prober: { url: GUELAGUETZA.platform.prober },
      module: "http_2xx",
      interval: "30s",
      targets: {
        staticConfig: {
          static: [`https://${backend.traffic?.host ?? ""}${backend.healthPath}`],
          labels: { service: backend.name },
        },
      },
    });
  });

  it("K21 does not ask a host for a service that has but one path of it", () => {
    const probed = monitorsOf(ENOVA).flatMap((monitor) =>
      monitor.kind === "Probe" ? [monitor.spec.targets.staticConfig.labels.service] : [],
    );
    const whole = ENOVA.services.flatMap(({ name, traffic }) => (traffic?.path === "/" ? [name] : []));
    assert.deepEqual(probed, whole);
    assert.ok(ENOVA.services.some(({ traffic }) => traffic !== undefined && traffic.path !== "/"));
  });

  it("G7 K21 declares each once, by a name of its own", async () => {
    const registered = await record("test", () => Promise.resolve(new Scrape("enova", { watched: ENOVA })));
    const names = registered.map(({ name }) => name);
    assert.equal(names.length, monitorsOf(ENOVA).length + 1);
    assert.equal(new Set(names).size, names.length);
  });
});
