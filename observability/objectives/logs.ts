/**
 * What every system's logs are watched for (rows K21, K26, G13, E10). The documents name the kinds of lines; only a critical
 * one has their number, none, and the others have golive's: more than an isolated failure within five minutes. Pure.
 */
import type { Objective } from "./objective";

export const LOGGED: readonly Omit<Objective, "id">[] = [
  {
    rows: ["K26", "E10"],
    signal: "applicationErrors",
    limit: { above: 50 },
    window: "5m",
    alert: { name: "ApplicationErrorsInLogs", severity: "warning", for: "5m" },
  },
  {
    rows: ["K26"],
    signal: "databaseTimeouts",
    limit: { above: 5 },
    window: "5m",
    alert: { name: "DatabaseTimeoutsInLogs", severity: "warning", for: "5m" },
  },
  {
    rows: ["K26"],
    signal: "authenticationFailures",
    limit: { above: 50 },
    window: "5m",
    alert: { name: "AuthenticationFailuresInLogs", severity: "warning", for: "5m" },
  },
  {
    rows: ["K26"],
    signal: "failedTransactions",
    limit: { above: 5 },
    window: "5m",
    alert: { name: "FailedTransactionsInLogs", severity: "warning", for: "5m" },
  },
  {
    rows: ["K21", "G13", "E10"],
    signal: "criticalErrors",
    limit: { above: 0 },
    window: "5m",
    alert: { name: "CriticalErrorsInLogs", severity: "critical", for: "0s" },
  },
];
