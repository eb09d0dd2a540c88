/**
 * What every system is watched for, whatever its document says: golden signals where the document gives no number of its
 * own, and upkeep. The numbers are those of the one document that has them (row E7), else golive's. Pure.
 */
import { LOGGED } from "./logs";
import type { Objective } from "./objective";

const DAY = 86_400;

/** A golden signal that a system's own table leaves out. */
const GOLDEN: readonly Omit<Objective, "id">[] = [
  {
    rows: [],
    signal: "errorRatio",
    limit: { above: 0.05 },
    window: "5m",
    alert: { name: "HighErrorRate", severity: "critical", for: "5m" },
  },
  {
    rows: [],
    signal: "latencyP95",
    limit: { above: 1 },
    window: "5m",
    alert: { name: "HighLatency", severity: "warning", for: "10m" },
  },
  {
    rows: [],
    signal: "trafficChange",
    limit: { above: 0.5 },
    window: "5m",
    alert: { name: "TrafficChanged", severity: "warning", for: "10m" },
  },
  {
    rows: [],
    signal: "cpuSaturation",
    limit: { above: 0.8 },
    window: "5m",
    alert: { name: "PodCPUSaturation", severity: "warning", for: "10m" },
  },
  {
    rows: [],
    signal: "memorySaturation",
    limit: { above: 0.8 },
    window: "5m",
    alert: { name: "PodMemorySaturation", severity: "warning", for: "10m" },
  },
  {
    rows: [],
    signal: "restarts",
    limit: { above: 3 },
    window: "15m",
    alert: { name: "PodRestarting", severity: "critical", for: "0s" },
  },
  {
    rows: [],
    signal: "unhealthyPods",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "PodsUnhealthy", severity: "warning", for: "10m" },
  },
  {
    rows: [],
    signal: "autoscalerAtMaximum",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "AutoscalerAtMaximum", severity: "warning", for: "15m" },
  },
  {
    rows: [],
    signal: "healthFailing",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "HealthCheckFailing", severity: "critical", for: "2m" },
  },
];

/** Of every system. */
const UPKEEP: readonly Omit<Objective, "id">[] = [
  {
    rows: ["E4"],
    signal: "canaryErrorExcess",
    limit: { above: 0.01 },
    window: "5m",
    alert: { name: "CanaryWorseThanStable", severity: "critical", for: "2m" },
    gate: "roll back",
  },
  {
    rows: ["K8"],
    signal: "certificateExpiry",
    limit: { below: 14 * DAY },
    window: "5m",
    alert: { name: "CertificateExpiring", severity: "warning", for: "1h" },
  },
  {
    // In intervals of the backup's own clock: a quarter late.
    rows: ["L14"],
    signal: "backupAge",
    limit: { above: 1.25 },
    window: "5m",
    alert: { name: "BackupTooOld", severity: "critical", for: "15m" },
  },
  {
    rows: [],
    signal: "failedJobs",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "JobFailed", severity: "warning", for: "5m" },
  },
  {
    rows: [],
    signal: "exporterDown",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "ExporterDown", severity: "warning", for: "10m" },
  },
];

const kebab = (name: string): string => name.replace(/[A-Z0-9]+/g, (letters) => `-${letters.toLowerCase()}`);

/** A system's own objectives, then those of every system whose signal raises no alert among its own. */
export function withGolden(system: string, own: readonly Objective[]): readonly Objective[] {
  const alerted = new Set(own.filter(({ alert }) => alert !== undefined).map(({ signal }) => signal));
  // The share of slow requests says what their 95th percentile would.
  if (alerted.has("slowRatio")) alerted.add("latencyP95");
  const rest = [...GOLDEN, ...UPKEEP, ...LOGGED].filter(({ signal }) => !alerted.has(signal));
  return [...own, ...rest.map((each) => ({ id: `${system}/${kebab(each.signal)}`, ...each }))];
}
