/** What fires: the answer of Prometheus (`/api/v1/alerts`) or Alertmanager (`/api/v2/alerts`), with the time of asking. */
import * as z from "zod";
import type { Alerts } from "../fact";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { has, instant, millis, parsed } from "./shared";

const labels = z.looseObject({
  alertname: z.string(),
  severity: z.string().optional(),
  namespace: z.string().optional(),
});

const prometheus = z.object({
  status: z.literal("success"),
  data: z.object({
    alerts: z.array(z.object({ labels, state: z.enum(["firing", "pending", "inactive"]) })),
  }),
});

const alertmanager = z.array(
  z.object({
    labels,
    endsAt: instant,
    status: z.object({
      state: z.enum(["active", "suppressed", "unprocessed"]),
      silencedBy: z.array(z.string()),
      inhibitedBy: z.array(z.string()),
    }),
  }),
);

/** Neither answer says when it was given, which is what a release asks first. */
const asked = z.object({ at: instant, answer: z.unknown() });

const isPrometheus = (answer: unknown) =>
  has(answer, "status") && (has(answer, "data") || has(answer, "error"));

/**
 * `{ "at": …, "answer": … }`, as `golive release attest SYSTEM VERSION alerts` writes it. Silenced alerts fire all the same;
 * those that are pending or resolved do not.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export const alerts: Format<"alerts"> = {
  title: "alerts of Prometheus or Alertmanager",
  kind: "alerts",
  recognise: ({ json }) => has(json, "at", "answer") || isPrometheus(json) || Array.isArray(json),
  read: ({ json }) => {
    if (!has(json, "at", "answer")) {
      throw new Disbelieved(
        'does not say when it was asked; expected { "at": …, "answer": … }, as golive release attest writes it',
      );
    }
    const { at, answer } = parsed(asked, json, "alerts");
    const finding: Alerts = isPrometheus(answer) ? ofPrometheus(answer) : ofAlertmanager(answer, at);
    return { finding, tool: isPrometheus(answer) ? "Prometheus" : "Alertmanager", at };
  },
};

function ofPrometheus(answer: unknown): Alerts {
  if (has(answer, "error")) throw new Disbelieved(`is an error of Prometheus: ${String(answer["error"])}`);
  const all = parsed(prometheus, answer, "Prometheus /api/v1/alerts").data.alerts;
  const firing = all.filter(({ state }) => state === "firing");
  return { kind: "alerts", firing: firing.map((each) => ({ ...named(each), silenced: false })) };
}

function ofAlertmanager(answer: unknown, at: string): Alerts {
  const all = parsed(alertmanager, answer, "Alertmanager /api/v2/alerts");
  const firing = all.filter(({ endsAt }) => millis(endsAt) > millis(at));
  return { kind: "alerts", firing: firing.map((each) => ({ ...named(each), silenced: isSilenced(each) })) };
}

const isSilenced = ({ status }: z.infer<typeof alertmanager>[number]) =>
  status.state === "suppressed" || status.silencedBy.length + status.inhibitedBy.length > 0;

const named = ({
  labels: { alertname, severity = "", namespace },
}: {
  readonly labels: z.infer<typeof labels>;
}) => ({
  name: alertname,
  severity,
  ...(namespace !== undefined && { namespace }),
});
