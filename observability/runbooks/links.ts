/** Addresses of the pages that a runbook opens. Pure. */
import type { Watched } from "../watched";

/** Grafana of the stack, or the one that the system's own contacts name. */
export const grafanaOf = ({ platform, contacts }: Watched): string | undefined =>
  (platform.grafana.url ?? contacts.urls.grafana)?.replace(/\/$/, "");

/**
 * Grafana's Explore with a query, of the last hour. None where no Grafana is named.
 * https://grafana.com/docs/grafana/latest/explore/#share-explore-urls
 */
export function exploreUrl(
  watched: Watched,
  source: "prometheus" | "loki",
  expression: string,
): string | undefined {
  const grafana = grafanaOf(watched);
  if (grafana === undefined) return undefined;
  const datasource = watched.platform.grafana[source];
  const pane = {
    datasource,
    queries: [{ refId: "A", expr: expression }],
    range: { from: "now-1h", to: "now" },
  };
  return `${grafana}/explore?${query({ schemaVersion: "1", orgId: "1", panes: JSON.stringify({ a: pane }) })}`;
}

/** Encoded as a Markdown link needs it: without brackets of its own. */
const query = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/[()]/g, escaped)}`)
    .join("&");

const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16)}`;

/** Where Jaeger's pages are once a port to them is open. */
const JAEGER_LOCALLY = "http://localhost:16686";

/** Opens that port, in whichever namespace Jaeger runs. */
export const OPEN_JAEGER = `kubectl port-forward -n "$(kubectl get svc -A | awk '$2 ~ /jaeger.*query/ {print $1; exit}')" svc/jaeger-query 16686`;

/** A service's traces of the last hour that have an error. https://www.jaegertracing.io/docs/latest/frontend-ui/ */
export const jaegerUrl = ({ platform: { jaeger = JAEGER_LOCALLY } }: Watched, service: string): string =>
  `${jaeger}/search?${query({ service, lookback: "1h", limit: "20", tags: JSON.stringify({ error: "true" }) })}`;

/** New Relic's traces; its address does not tell the account. */
export const NEW_RELIC = "https://one.newrelic.com/distributed-tracing";
