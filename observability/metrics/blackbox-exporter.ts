/**
 * What a blackbox exporter sees when it asks a service from outside. Pure.
 *
 * `namespace` is set by the Probe object's operator, `service` by golive's Probe.
 * https://github.com/prometheus/blackbox_exporter
 */
import { gauge } from "./metric";

const LABELS = ["namespace", "service", "instance"] as const;

export const BLACKBOX_EXPORTER = {
  success: gauge("probe_success", LABELS, {
    unit: "count",
    exporter: "blackbox-exporter",
    help: "1 where the health path answered as it should, else 0.",
  }),
  expiry: gauge("probe_ssl_earliest_cert_expiry", LABELS, {
    unit: "timestamp",
    exporter: "blackbox-exporter",
    help: "When the first certificate of the chain that was served ends.",
  }),
} as const;
