/** ENOVA's stress test, over HTTP and WebSocket (row E6). Pure. */
import type { LoadPlan } from "../k6/plan";
import { loadThresholds } from "../observability/objectives/load";
import type { EnovaSettings } from "../settings";

type Tested = Pick<EnovaSettings, "hosts" | "chat" | "gateway"> & Partial<Pick<EnovaSettings, "objectives">>;

/** The plan; its thresholds are the objectives' (row E6). */
export function stressPlan(
  { hosts, chat, gateway, objectives }: Tested,
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
    thresholds: { ...loadThresholds("enova", objectives), websocketConnections: users },
    websocket: {
      path: `wss://${hosts.api}${chat.path}`,
      message: JSON.stringify({ type: "ping", id: "{id}" }),
    },
  };
}
