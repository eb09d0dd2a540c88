/** What golive's own recording rules give: the share of bad events of each service level, and its budget. Pure. */
import type { Window } from "../promql/expression";
import { gauge } from "./metric";

const LABELS = ["namespace", "system", "service", "slo"] as const;

export const RECORDED = {
  events: gauge("service:slo_events:increase5m", LABELS, {
    unit: "count",
    exporter: "prometheus",
    help: "Events of a service level within five minutes.",
  }),
  badEvents: gauge("service:slo_bad_events:increase5m", LABELS, {
    unit: "count",
    exporter: "prometheus",
    help: "Events of a service level within five minutes that were bad.",
  }),
  badRatio: gauge("service:slo_bad_events:ratio30d", LABELS, {
    unit: "ratio",
    exporter: "prometheus",
    help: "Share of a service level's events that were bad, over its period.",
  }),
  budget: gauge("service:slo_budget:remaining30d", LABELS, {
    unit: "ratio",
    exporter: "prometheus",
    help: "What is left of a service level's budget of bad events: 1 at first, 0 when it is spent, less below.",
  }),
} as const;

/** The share of a service level's events that were bad, over a window. */
export const badRatioOver = (window: Window) =>
  gauge(`service:slo_bad_events:ratio${window}`, LABELS, {
    unit: "ratio",
    exporter: "prometheus",
    help: `Share of a service level's events that were bad, over ${window}.`,
  });

/** How many events a service level had within a window. */
export const eventsOver = (window: Window) =>
  gauge(`service:slo_events:sum${window}`, LABELS, {
    unit: "count",
    exporter: "prometheus",
    help: `Events of a service level within ${window}.`,
  });
