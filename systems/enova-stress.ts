/** ENOVA's stress test, over HTTP and WebSocket (row E6). Pure. */
import type { LoadPlan } from "../k6/plan";
import type { EnovaSettings } from "../settings";

type Tested = Pick<EnovaSettings, "hosts" | "chat" | "gateway">;

/** The plan; its thresholds are the document's: failed < 1 %, p95 < 2000 ms, a message's p95 < 100 ms. */
export function stressPlan(
  { hosts, chat, gateway }: Tested,
  { users, duration }: NonNullable<EnovaSettings["stress"]>,
): LoadPlan {
  return {
    kind: "load",
    title: "ENOVA STRESS TEST RESULTS",
    baseUrl: `https://${hosts.frontend}`,
    users,
    durationSeconds: duration.seconds,
    steps: [
      { name: "frontend", method: "GET", path: "/", expect: { status: 200 } },
      {
        name: "gateway",
        method: "GET",
        path: `https://${hosts.api}${gateway.healthPath}`,
        expect: { status: 200 },
      },
    ],
    thresholds: { failedPercent: 1, p95Ms: 2000, websocketConnections: users, websocketP95Ms: 100 },
    websocket: {
      path: `wss://${hosts.api}${chat.path}`,
      message: JSON.stringify({ type: "ping", id: "{id}" }),
    },
  };
}
