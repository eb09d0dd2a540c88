/** One event of each kind of one release, as Guelaguetza's document describes it. */
import type { EventKind, ReleaseEvent } from "../../notifications/event";

const about = {
  system: "guelaguetza",
  stack: "production",
  version: "v1.1.0",
  subject: "optimistic locking para productos",
  at: new Date("2026-11-24T03:20:00Z"),
} as const;

const readings = [
  { name: "guelaguetza/negative-stock", state: "pass", text: "stock negativo 0 <= 0" },
  { name: "guelaguetza/checkout-latency", state: "pass", text: "p95 0.8 s <= 2 s, n = 1 240" },
] as const;
const step = { number: 2, of: 4, name: "50 %" };

export const EVENTS = {
  before: { ...about, kind: "before", duration: [15, 20], downtime: 0, rollbackReady: true },
  step: { ...about, kind: "step", step, readings },
  held: { ...about, kind: "held", step, reason: "p95 > 500 ms", until: new Date("2026-11-24T03:50:00Z") },
  succeeded: {
    ...about,
    kind: "succeeded",
    incidents: [],
    readings,
    startedAt: new Date("2026-11-24T03:00:00Z"),
    downtime: 0,
    watchHours: [1, 4, 12, 24],
  },
  rollingBack: { ...about, kind: "rollingBack", reason: "stock negativo: 3 > 0" },
  rolledBack: { ...about, kind: "rolledBack", reason: "stock negativo: 3 > 0", to: "v1.0.0", seconds: 4.25 },
  rollbackFailed: { ...about, kind: "rollbackFailed", reason: "API server away", mend: "golive rollback" },
  postMortem: { ...about, kind: "postMortem", reason: "stock negativo: 3 > 0" },
} as const satisfies { readonly [Kind in EventKind]: Extract<ReleaseEvent, { kind: Kind }> };

export const EVERY_EVENT: readonly ReleaseEvent[] = Object.values(EVENTS);
