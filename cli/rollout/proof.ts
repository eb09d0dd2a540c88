/** A reading that no request reaches the new version any more, once the API server holds the safe weights. */
import { setTimeout as delay } from "node:timers/promises";
import { INGRESS_NGINX } from "../../observability/metrics/ingress-nginx";
import { askQuery } from "../../readings/prometheus";
import type { Sources } from "../../readings/sources";
import type { CanaryTraffic } from "./traffic";

/** Seconds between two looks, and for how long; the controller reports each few seconds, Prometheus asks each half minute. */
const EVERY_SECONDS = 5;
const LIMIT_SECONDS = 180;
/** Looks in a row at which the counter must stand still: longer than the usual time between two scrapes. */
const STILL = 8;

/** What the reading says; never throws. */
export async function proofOfSilence(
  { prometheus }: Sources,
  { namespace, router }: CanaryTraffic,
  { everySeconds = EVERY_SECONDS, still = STILL } = {},
): Promise<string> {
  if (router !== "ingress-nginx") return "no reading proves it: this router does not tell the sides apart";
  if (prometheus === undefined) return "no reading proves it: no address of Prometheus is given";
  const query = `sum(${INGRESS_NGINX.requests.name}{exported_namespace=${JSON.stringify(namespace)},canary!=""}) or vector(0)`;
  let before: number | undefined;
  let same = 0;
  for (let seconds = 0; seconds < LIMIT_SECONDS; seconds += everySeconds) {
    const answer = await askQuery(prometheus, "promql", query, { limitMs: 2000, retries: 0 });
    if (answer.kind !== "values") return `no reading proves it: ${answer.message}`;
    const [now] = answer.values;
    same = now === before ? same + 1 : 0;
    if (same === still) return `no request has reached the new version for ${same * everySeconds} s`;
    before = now;
    await delay(everySeconds * 1000);
  }
  return `requests still reach the new version after ${LIMIT_SECONDS} s: look at the router`;
}
