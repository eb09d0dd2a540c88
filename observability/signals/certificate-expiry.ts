/** How long the certificate of a host is still good. Row K8. Pure. */
import { BLACKBOX_EXPORTER } from "../metrics/blackbox-exporter";
import { CERT_MANAGER } from "../metrics/cert-manager";
import { min, now, secondsUntil, select, type Vector } from "../promql/expression";
import { probed } from "./health-failing";
import type { InputSeries, Run, Signal, SubjectOf } from "./signal";
import { seriesOf } from "./test-series";

type Host = SubjectOf<"host">;

/** Of what the host serves, by whatever router. */
const served = (host: Host): Vector<never> => min(now(select(BLACKBOX_EXPORTER.expiry, probed(host)))).all();

/** Of the namespace's Certificates; a load balancer's and a Gateway's certificate lie elsewhere. */
const issued = ({ namespace }: Host): Vector<never> =>
  min(now(select(CERT_MANAGER.expiry, { exported_namespace: namespace }))).all();

const hasCertificates = ({ traffic }: Host): boolean => traffic.source === "ingress-nginx";

/**
 * Seconds left, by the certificate that is served; where nothing is, which an expired one may be the reason of, by the
 * first of cert-manager's to end. Nothing where neither tells.
 */
export const certificateExpiry: Signal<"host"> = {
  on: "host",
  unit: "seconds",
  value: (host) => secondsUntil(hasCertificates(host) ? served(host).or(issued(host)) : served(host)),
  series: (host, left, run) => [
    ...first("served", host, left, run),
    ends("served", { ...host, namespace: "elsewhere" }, -left, run),
    ends("served", { ...host, service: "another" }, -left, run),
    ends("issued", { ...host, namespace: "elsewhere" }, -left, run),
  ],
  variants: [
    (host, left, run) => [
      ...first(hasCertificates(host) ? "issued" : "served", host, left, run),
      ends("issued", { ...host, namespace: "elsewhere" }, -left, run),
    ],
  ],
};

type Source = "served" | "issued";

/** Of two certificates, the one that ends first has so many seconds left. */
const first = (by: Source, host: Host, left: number, run: Run): readonly InputSeries[] => [
  ends(by, host, left, run),
  ends(by, host, left + LATER, run, "another"),
];
/** Seconds: longer than any limit. */
const LATER = 90 * 86_400;

/** A certificate that always has so many seconds left: promtool's clock begins at 0. */
function ends(by: Source, host: Host, left: number, { stepSeconds, steps }: Run, name = "tls"): InputSeries {
  const values = `${left}+${stepSeconds}x${steps}`;
  return by === "served"
    ? seriesOf(
        BLACKBOX_EXPORTER.expiry,
        { ...probed(host), instance: `${name}.${host.traffic.host}` },
        values,
      )
    : seriesOf(CERT_MANAGER.expiry, { exported_namespace: host.namespace, name }, values);
}
