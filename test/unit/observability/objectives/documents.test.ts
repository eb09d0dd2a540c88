import assert from "node:assert/strict";
import { objectivesOf } from "../../../../observability/objectives";
import type { Objective } from "../../../../observability/objectives/objective";

/** What a document says, and what the objective of that id must be. */
interface Quoted {
  readonly rows: string;
  /** In the document's words. */
  readonly says: string;
  readonly id: string;
  readonly signal: Objective["signal"];
  readonly limit: Objective["limit"];
  readonly alert?: readonly [name: string, severity: string, wait: string];
  readonly gate?: Objective["gate"];
  readonly load?: string;
  readonly target?: number;
  readonly window?: string;
}

const KOMETA: readonly Quoted[] = [
  {
    rows: "K21 K25",
    says: "Error rate > 5% por más de 5 minutos",
    id: "error-rate",
    signal: "errorRatio",
    limit: { above: 0.05 },
    alert: ["HighErrorRate", "critical", "5m"],
    gate: "roll back",
  },
  {
    rows: "K24",
    says: "Error rate: < 1%",
    id: "error-rate-target",
    signal: "errorRatio",
    limit: { above: 0.01 },
    alert: ["ErrorRateAboveTarget", "warning", "15m"],
    load: "failedPercent",
  },
  {
    rows: "K24",
    says: "Disponibilidad: > 99.9%",
    id: "availability",
    signal: "errorRatio",
    limit: { above: 0.001 },
    target: 0.999,
  },
  {
    rows: "K24",
    says: "Tiempo de respuesta: < 2s (p95)",
    id: "latency",
    signal: "latencyP95",
    limit: { above: 2 },
    alert: ["HighLatency", "warning", "10m"],
    gate: "hold",
  },
  {
    rows: "K21 K25",
    says: "Tiempo de respuesta promedio > 10s",
    id: "mean-latency",
    signal: "latencyMean",
    limit: { above: 10 },
    alert: ["HighResponseTime", "critical", "5m"],
    gate: "roll back",
  },
  {
    rows: "K18",
    says: "Monitorear latencia p95 < 5s",
    id: "load-latency",
    signal: "latencyP95",
    limit: { above: 5 },
    load: "p95Ms",
  },
  {
    rows: "K17",
    says: "Tiempo de respuesta promedio < 2s",
    id: "load-mean-latency",
    signal: "latencyMean",
    limit: { above: 2 },
    load: "averageMs",
  },
  {
    rows: "K17 K24",
    says: "Throughput > 100 req/s",
    id: "throughput",
    signal: "requestRate",
    limit: { below: 100 },
    load: "requestsPerSecond",
  },
  {
    rows: "K17",
    says: "Uso de CPU < 80%",
    id: "load-cpu",
    signal: "cpuSaturation",
    limit: { above: 0.8 },
    gate: "hold",
  },
  {
    rows: "K17",
    says: "Uso de memoria < 80%",
    id: "load-memory",
    signal: "memorySaturation",
    limit: { above: 0.8 },
    gate: "hold",
  },
  {
    rows: "K25",
    says: "Uso de recursos > 90%",
    id: "cpu",
    signal: "cpuSaturation",
    limit: { above: 0.9 },
    alert: ["PodCPUSaturation", "warning", "10m"],
  },
  {
    rows: "K25",
    says: "Uso de recursos > 90%",
    id: "memory",
    signal: "memorySaturation",
    limit: { above: 0.9 },
    alert: ["PodMemorySaturation", "warning", "10m"],
  },
  {
    rows: "K25",
    says: "Pods no saludables",
    id: "unhealthy-pods",
    signal: "unhealthyPods",
    limit: { above: 0 },
    alert: ["PodsUnhealthy", "critical", "5m"],
  },
  {
    rows: "K21",
    says: "Fallo en health checks consecutivos",
    id: "health",
    signal: "healthFailing",
    limit: { above: 0 },
    alert: ["HealthCheckFailing", "critical", "2m"],
    gate: "roll back",
  },
  {
    rows: "K21",
    says: "Errores críticos en logs",
    id: "critical-errors",
    signal: "criticalErrors",
    limit: { above: 0 },
    gate: "roll back",
  },
  {
    rows: "K8",
    says: "certificado válido",
    id: "certificate-expiry",
    signal: "certificateExpiry",
    limit: { below: 1_209_600 },
    alert: ["CertificateExpiring", "warning", "1h"],
  },
];

const LISTACOMPRA: readonly Quoted[] = [
  {
    rows: "L18",
    says: "Latencia p95 < 350 ms",
    id: "latency",
    signal: "slowRatio",
    limit: { above: 0.05 },
    alert: ["HighLatency", "warning", "5m"],
    target: 0.95,
  },
  {
    rows: "L18",
    says: "Éxito worker IA > 98 %",
    id: "worker",
    signal: "workerFailureRatio",
    limit: { above: 0.02 },
    target: 0.98,
  },
  {
    rows: "L18",
    says: "Retries outbox < 5 por hora",
    id: "outbox-retries",
    signal: "outboxRetries",
    limit: { atLeast: 5 },
    window: "1h",
    alert: ["OutboxRetriesHigh", "warning", "0s"],
  },
  {
    rows: "L14",
    says: "backups incrementales cada 6h y full diario",
    id: "backup-age",
    signal: "backupAge",
    limit: { above: 1.25 },
    alert: ["BackupTooOld", "critical", "15m"],
  },
];

const GUELAGUETZA: readonly Quoted[] = [
  {
    rows: "G6 G12 G13",
    says: "Si > 0: ALERTA CRÍTICA",
    id: "negative-stock",
    signal: "negativeStock",
    limit: { above: 0 },
    window: "5m",
    alert: ["NegativeStock", "critical", "0s"],
    gate: "roll back",
  },
  {
    rows: "G6",
    says: "Si > 100/hora: ALERTA WARNING",
    id: "concurrency-errors",
    signal: "concurrencyErrors",
    limit: { above: 100 },
    window: "1h",
    alert: ["ConcurrencyErrorsFrequent", "warning", "0s"],
  },
  {
    rows: "G6",
    says: 'grep "ConcurrencyError" logs/app.log; Si > 100/hora: ALERTA WARNING',
    id: "logged-concurrency-errors",
    signal: "loggedConcurrencyErrors",
    limit: { above: 100 },
    window: "1h",
    alert: ["ConcurrencyErrorsInLogs", "warning", "0s"],
  },
  {
    rows: "G6",
    says: "Si > 50: ALERTA WARNING",
    id: "failed-orders",
    signal: "failedOrders",
    limit: { above: 50 },
    window: "1h",
    alert: ["FailedOrdersHigh", "warning", "0s"],
  },
  {
    rows: "G12",
    says: "Latencia: < 2 segundos (P95)",
    id: "checkout-latency",
    signal: "checkoutLatencyP95",
    limit: { above: 2 },
    gate: "hold",
  },
  {
    rows: "G13",
    says: "Latencia > 10 segundos (P95)",
    id: "checkout-latency-critical",
    signal: "checkoutLatencyP95",
    limit: { above: 10 },
    gate: "roll back",
  },
  {
    rows: "G12",
    says: "Tasa de éxito: > 95%",
    id: "checkout-failures",
    signal: "checkoutFailureRatio",
    limit: { above: 0.05 },
    gate: "hold",
  },
  {
    rows: "G13",
    says: "Tasa de checkouts fallidos > 20%",
    id: "checkout-failures-critical",
    signal: "checkoutFailureRatio",
    limit: { above: 0.2 },
    gate: "roll back",
  },
  {
    rows: "G12",
    says: "ConcurrencyError: < 1%",
    id: "concurrency-ratio",
    signal: "concurrencyErrorRatio",
    limit: { above: 0.01 },
    gate: "hold",
  },
  {
    rows: "G13",
    says: "Tasa de ConcurrencyError > 10%",
    id: "concurrency-ratio-critical",
    signal: "concurrencyErrorRatio",
    limit: { above: 0.1 },
    gate: "roll back",
  },
  {
    rows: "G12",
    says: "Expected: Cerca de 0 (si cleanup job está corriendo)",
    id: "order-cleanup",
    signal: "uncleanedOrders",
    limit: { above: 10 },
    alert: ["OrderCleanupStalled", "warning", "30m"],
    gate: "hold",
  },
  {
    rows: "G12 G13",
    says: "Errores críticos en logs",
    id: "critical-errors",
    signal: "criticalErrors",
    limit: { above: 0 },
    gate: "roll back",
  },
];

const S5: readonly Quoted[] = [
  {
    rows: "S7",
    says: "Tasa de error > 5% en cualquier API por > 5 min",
    id: "error-rate",
    signal: "errorRatio",
    limit: { above: 0.05 },
    alert: ["HighErrorRate", "critical", "5m"],
    gate: "roll back",
  },
];

const ENOVA: readonly Quoted[] = [
  {
    rows: "E4 E6 E7 E9",
    says: "HighErrorRate: errors > 1% por 5m, Critical; Error Rate < 1%: Rollback; Failed < 1%",
    id: "error-rate",
    signal: "errorRatio",
    limit: { above: 0.01 },
    alert: ["HighErrorRate", "critical", "5m"],
    gate: "roll back",
    load: "failedPercent",
  },
  {
    rows: "E4",
    says: "5xx Responses < 0.1%: Rollback",
    id: "server-errors",
    signal: "errorRatio",
    limit: { above: 0.001 },
    gate: "roll back",
  },
  {
    rows: "E4 E7 E9",
    says: "HighLatency: p95 > 500ms por 5m, Warning; P95 Latency < 500ms: Investigar",
    id: "latency",
    signal: "latencyP95",
    limit: { above: 0.5 },
    alert: ["HighLatency", "warning", "5m"],
    gate: "hold",
  },
  {
    rows: "E6",
    says: "Duration (p95) < 2000ms",
    id: "load-latency",
    signal: "latencyP95",
    limit: { above: 2 },
    load: "p95Ms",
  },
  {
    rows: "E6 E9",
    says: "ChatLatencyHigh: chat p95 > 100ms por 2m, Warning; Message Latency (p95) < 100ms",
    id: "chat-latency",
    signal: "messageLatencyP95",
    limit: { above: 0.1 },
    alert: ["ChatLatencyHigh", "warning", "2m"],
    gate: "hold",
    load: "websocketP95Ms",
  },
  {
    rows: "E7",
    says: "Tráfico: Cambio > 50%",
    id: "traffic",
    signal: "trafficChange",
    limit: { above: 0.5 },
    alert: ["TrafficChanged", "warning", "10m"],
  },
  {
    rows: "E7 E9",
    says: "PodCPUSaturation: CPU > 80% por 10m, Warning",
    id: "cpu",
    signal: "cpuSaturation",
    limit: { above: 0.8 },
    alert: ["PodCPUSaturation", "warning", "10m"],
  },
  {
    rows: "E9",
    says: "PodRestarting: restarts > 3 en 15m, Critical",
    id: "restarts",
    signal: "restarts",
    limit: { above: 3 },
    window: "15m",
    alert: ["PodRestarting", "critical", "0s"],
  },
];

const DOCUMENTS = {
  kometa: KOMETA,
  listacompra: LISTACOMPRA,
  guelaguetza: GUELAGUETZA,
  s5: S5,
  enova: ENOVA,
};

/** Rows of which every number is quoted above. */
const ROWS = "K17 K18 K21 K24 K25 L18 G6 G12 G13 S7 E6 E7 E9".split(" ");

describe("thresholds of the documents", () => {
  for (const [system, quotes] of Object.entries(DOCUMENTS)) {
    for (const { rows, says, id, signal, limit, alert, gate, load, target, window } of quotes) {
      it(`${rows} ${system} ${id}: ${says}`, () => {
        const found = objectivesOf(system).filter((each) => each.id === `${system}/${id}`);
        const [objective] = found;
        assert.equal(found.length, 1);
        assert.ok(objective);
        assert.deepEqual(objective.rows, rows.split(" "));
        assert.equal(objective.signal, signal);
        assert.deepEqual(objective.limit, limit);
        assert.equal(objective.gate, gate);
        assert.equal(objective.load?.threshold, load);
        assert.equal(objective.level?.target, target);
        if (window !== undefined) assert.equal(objective.window, window);
        if (alert === undefined) return;
        const { name, severity, for: wait } = objective.alert ?? {};
        assert.deepEqual([name, severity, wait], alert);
      });
    }

    it(`K17 L18 G6 S7 E9 ${system}: no objective of the document's is without a quote, none is there twice`, () => {
      const ids = objectivesOf(system).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      const quoted = new Set(quotes.map((quote) => `${system}/${quote.id}`));
      const own = objectivesOf(system).filter(
        ({ rows: of, signal }) => of.some((row) => ROWS.includes(row)) && signal !== "criticalErrors",
      );
      assert.deepEqual(
        own.map((objective) => objective.id).filter((each) => !quoted.has(each)),
        [],
      );
    });
  }

  it("L18 the share of requests slower than 350 ms is what its p95 is below", () => {
    const latency = objectivesOf("listacompra").find(({ id }) => id === "listacompra/latency");
    assert.equal(latency?.slowerThan, 0.35);
  });
});
