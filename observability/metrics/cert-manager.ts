/**
 * What cert-manager says of its Certificates. Pure.
 *
 * Assumed: its own ServiceMonitor, which does not set `honorLabels`; so a Certificate's namespace is `exported_namespace`.
 * https://cert-manager.io/docs/devops-tips/prometheus-metrics/
 */
import { gauge } from "./metric";

export const CERT_MANAGER = {
  expiry: gauge("certmanager_certificate_expiration_timestamp_seconds", ["exported_namespace", "name"], {
    unit: "timestamp",
    exporter: "cert-manager",
    help: "When a Certificate's certificate ends.",
  }),
} as const;
