/** The address of a service that pods talk to, in the cluster or on the internet. Pure. */
import type { Parsed } from "./parsed";

export interface Endpoint {
  readonly kind: "endpoint";
  /** As written. */
  readonly text: string;
  readonly port: number;
  /** Namespace of the service, where it is one of the cluster's own; not set: it is outside. */
  readonly namespace?: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443 };
const IN_CLUSTER = /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/;
const EXPECTED = "expected an address such as http://jaeger-collector.observability.svc:4317";

/**
 * `http://name.namespace.svc:port/path`, or `https://host`. Outside of the cluster it is HTTPS; user, query and fragment
 * are refused: what is secret in them would be shown.
 */
export function parseEndpoint(text: string): Parsed<Endpoint> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usual = url === undefined ? undefined : DEFAULT_PORTS[url.protocol];
  if (url === undefined || usual === undefined) return { problem: EXPECTED };
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return { problem: `${EXPECTED}; user, query and fragment are no part of it` };
  }
  const namespace = IN_CLUSTER.exec(url.hostname)?.[1];
  if (namespace === undefined && url.protocol !== "https:") {
    return {
      problem: `${EXPECTED}; what is not in the cluster (<service>.<namespace>.svc) is reached over https`,
    };
  }
  return { value: { kind: "endpoint", text, port: url.port === "" ? usual : Number(url.port), namespace } };
}
