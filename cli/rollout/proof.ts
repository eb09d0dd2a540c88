/** A reading that no request reaches the new version any more, once the API server holds the safe weights. */
import { setTimeout as delay } from "node:timers/promises";
import { INGRESS_NGINX } from "../../observability/metrics/ingress-nginx";
import { askQuery } from "../../readings/prometheus";
import type { Sources } from "../../readings/sources";
import type { CanaryTraffic } from "../../rollout/place";

/** Seconds between two looks, and for how long. */
const EVERY_SECONDS = 5;
const LIMIT_SECONDS = 180;
/** Seconds by which the counter must stand still for longer than the time between two scrapes: the controller reports that late. */
const LATE_SECONDS = 10;

/** What the reading says; never throws. `scrapeSeconds` are those between two scrapes of the controller. */
export async function proofOfSilence(
  { prometheus }: Sources,
  { namespace, router }: CanaryTraffic,
  scrapeSeconds: number,
): Promise<string> {
  if (router !== "ingress-nginx") return "no reading proves it: this router does not tell the sides apart";
  if (prometheus === undefined) return "no reading proves it: no address of Prometheus is given";
  const query = `sum(${INGRESS_NGINX.requests.name}{exported_namespace=${JSON.stringify(namespace)},canary!=""}) or vector(0)`;
  const still = Math.ceil((scrapeSeconds + LATE_SECONDS) / EVERY_SECONDS);
  const limit = LIMIT_SECONDS + scrapeSeconds;
  let before: number | undefined;
  let same = 0;
  for (let seconds = 0; seconds < limit; seconds += EVERY_SECONDS) {
    const answer = await askQuery(prometheus, "promql", query, { limitMs: 2000, retries: 0 });
    if (answer.kind !== "values") return `no reading proves it: ${answer.message}`;
    const [now] = answer.values;
    same = now === before ? same + 1 : 0;
    if (same === still) return `no request has reached the new version for ${same * EVERY_SECONDS} s`;
    before = now;
    await delay(EVERY_SECONDS * 1000);
  }
  return `requests still reach the new version after ${limit} s: look at the router`;
}
