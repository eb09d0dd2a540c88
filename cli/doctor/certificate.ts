/** Whether a host's certificate holds, and for how many days (row K11). */
import type { IssuedCertificate } from "./aws";
import { fail, ok, warn, type Reading } from "./finding";
import type { Probes, ServedCertificate } from "./probes";
import type { Endpoint } from "./endpoints";

const WARN_DAYS = 30;
const FAIL_DAYS = 7;

const DAY_MS = 24 * 60 * 60 * 1000;
const RENEW = "renew it; ACM renews by itself while its DNS validation record stands";

/** Whole days left, judged by the two limits. */
function judgeEnd(to: Date, now: Date): Reading {
  const days = Math.floor((to.getTime() - now.getTime()) / DAY_MS);
  const until = `until ${to.toISOString().slice(0, 10)}`;
  if (to <= now) return fail(`expired ${to.toISOString().slice(0, 10)}`, RENEW);
  const reading = `valid for ${days} days, ${until}`;
  if (days < FAIL_DAYS) return fail(`${reading}; ${FAIL_DAYS} are needed`, RENEW);
  return days < WARN_DAYS ? warn(reading, RENEW) : ok(reading);
}

function judgeServed({ from, to, distrust }: ServedCertificate, now: Date): Reading {
  if (from > now)
    return fail(`valid only from ${from.toISOString().slice(0, 10)}`, "issue one that is valid now");
  const end = judgeEnd(to, now);
  if (distrust === undefined || end.verdict === "fail") return end;
  return fail(
    `${end.reading}, but not trusted: ${distrust}`,
    "serve a certificate of this host from a public issuer",
  );
}

function judgeIssued({ status, to }: IssuedCertificate, now: Date): Reading {
  if (status !== "ISSUED")
    return fail(`ACM says ${status}`, "finish its DNS validation, or name another certificate");
  return to === undefined ? fail("ACM gives no end of validity", RENEW) : judgeEnd(to, now);
}

/** ACM's word where the stack names a certificate and AWS may be asked, else what the host serves. */
export async function judgeCertificate(endpoint: Endpoint, probes: Probes, stack: string): Promise<Reading> {
  try {
    return endpoint.arn !== undefined && probes.aws !== undefined
      ? judgeIssued(await probes.aws.certificate(endpoint.arn), probes.now)
      : judgeServed(await probes.certificate(endpoint.host), probes.now);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return endpoint.created
      ? warn(
          `not served: ${reason}`,
          `before the first \`npm run up -- ${stack}\`, which makes it, this is expected`,
        )
      : fail(`not served: ${reason}`, "check the host's DNS record and its load balancer");
  }
}
