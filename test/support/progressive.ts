/** ENOVA's frontend as another controller releases it, with rules of each sort. */
import type { ProgressiveRelease } from "../../components/progressive/release";
import type { Rule } from "../../rollout/rule";

const CANARY = 'canary="enova-staging-enova-frontend-canary-80"';

export const rule = (id: string): Rule => ({
  id,
  title: id,
  source: "prometheus",
  query: `sum(rate(nginx_ingress_controller_requests{${CANARY},status=~"5.."}[5m])) / sum(rate(nginx_ingress_controller_requests{${CANARY}}[5m]))`,
  minimumSamples: 0,
  limit: { above: 0.01 },
  unit: "ratio",
  windowSeconds: 300,
  onFail: "roll back",
  failsInARow: 1,
});

export const RELEASE: ProgressiveRelease = {
  name: "enova-frontend",
  host: "staging.enova.com",
  port: 80,
  steps: [
    { percent: 10, soakSeconds: 1800 },
    { percent: 50, soakSeconds: 900 },
    { percent: 100, soakSeconds: 900 },
  ],
  intervalSeconds: 60,
  rules: [
    {
      ...rule("enova/error-rate frontend"),
      samples: `sum(increase(nginx_ingress_controller_requests{${CANARY}}[5m]))`,
      minimumSamples: 100,
      stable: {
        query:
          'sum(rate(nginx_ingress_controller_requests{canary="",status=~"5.."}[5m])) / sum(rate(nginx_ingress_controller_requests{canary=""}[5m]))',
        most: 0.005,
      },
    },
    {
      ...rule("enova/latency frontend"),
      query: `histogram_quantile(0.95, sum by (le) (rate(nginx_ingress_controller_request_duration_seconds_bucket{${CANARY}}[5m])))`,
      limit: { above: 0.5 },
      unit: "seconds",
      onFail: "hold",
    },
    { ...rule("enova/critical-logs"), source: "loki", query: "{}" },
  ],
  prometheus: "http://prometheus-operated.monitoring.svc:9090",
  router: { kind: "ingress-nginx", className: "nginx" },
  route: "enova-stable",
  alerts: { channel: "#enova-alerts" },
};
