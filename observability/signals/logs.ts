/**
 * Signals of what a service writes into its log, by Loki: how many lines of a kind within the window. Rows K21, K26, G13.
 * They read nothing, not 0, where there is no such line. Pure.
 */
import { countWithin, Lines } from "../logs/logql";
import type { Signal, SubjectOf } from "./signal";

type Workload = SubjectOf<"workload">;

/** A service's lines in one namespace: other stacks may write into the same Loki. */
export const linesOf = ({ namespace, service: { name } }: Workload): Lines =>
  Lines.ofService(name).where(["k8s_namespace_name", namespace], ["namespace", namespace]);

const counted = (lines: (workload: Workload) => Lines): Signal<"workload"> => ({
  on: "workload",
  language: "logql",
  unit: "count",
  value: (workload, window) => countWithin(lines(workload), window),
  // promtool knows no log lines: test/unit/observability/log-rules.test.ts holds them against Loki's grammar and lines.
  series: () => [],
});

/** A line that holds one of these texts, whatever the case of their letters. */
const saying =
  (...texts: readonly string[]) =>
  (workload: Workload): Lines =>
    linesOf(workload).like(`(?i)(${texts.join("|")})`);

export const LOG_SIGNALS = {
  applicationErrors: counted((workload) =>
    linesOf(workload).where(["detected_level", { like: "error|critical|fatal" }]),
  ),
  /** Of PostgreSQL, its driver, and Prisma (P1008: an operation, P2024: a connection of the pool). */
  databaseTimeouts: counted(
    saying(
      "statement timeout",
      "lock timeout",
      "idle-in-transaction timeout",
      "connection timeout",
      "timeout exceeded when trying to connect",
      "timed out fetching a new connection",
      "\\bP1008\\b",
      "\\bP2024\\b",
    ),
  ),
  authenticationFailures: counted(
    saying(
      "authentication fail",
      "login fail",
      "unauthorized",
      "invalid (credentials|password|token|signature)",
      "jwt (expired|malformed)",
      "TokenExpiredError",
      "JsonWebTokenError",
    ),
  ),
  /** Of the database, of Prisma (P2028: the transaction itself, P2034: a conflict or deadlock), and of payments. */
  failedTransactions: counted(
    saying(
      "transaction (failed|aborted|rolled back|already closed)",
      "could not serialize access",
      "deadlock detected",
      "PAYMENT_FAILED",
      "payment failed",
      "\\bP2028\\b",
      "\\bP2034\\b",
    ),
  ),
  /** As the document counts them: `grep "ConcurrencyError"` over an hour (row G6). */
  loggedConcurrencyErrors: counted((workload) => linesOf(workload).holding("ConcurrencyError")),
  /** What ends a process, or would have. */
  criticalErrors: counted((workload) =>
    linesOf(workload).where(["detected_level", { like: "critical|fatal" }]),
  ),
};
