/**
 * Ingresses as ingress-nginx reads them. Pure.
 *
 * Facts: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ and the controller's code.
 */
import type { HostPath, HostTls } from "./router";

const NGINX = "nginx.ingress.kubernetes.io";

/** Who always gets the new version, whatever the weight. */
export type Selection =
  | {
      readonly kind: "header";
      readonly name: string;
      /** Value that chooses the new version. @default - `always` chooses it, `never` refuses it */
      readonly value?: string | undefined;
    }
  | {
      readonly kind: "cookie";
      /** Cookie whose value `always` chooses the new version, and `never` refuses it. */
      readonly name: string;
    };

/** A session stays with the pod, and so with the version, that it began on. */
export interface Affinity {
  /** Name of the session's cookie. */
  readonly cookie: string;
  /** Seconds that the cookie lives. @default - as long as the browser's session */
  readonly maxAgeSeconds?: number | undefined;
}

/**
 * The controller reports no weight back and writes an address after up to a minute, some never, and neither says whether
 * a service answers: the Services and releases behind an Ingress are what is waited for. A deletion is waited for all the same.
 */
const NO_AWAIT = { "pulumi.com/skipAwait": "true" };

/**
 * Annotations of an ordinary Ingress. `canary: "false"` says what is so anyway, and lets the controller's admission webhook
 * admit a second one for the host: it refuses two of which neither has the annotation.
 */
export function mainAnnotations(options: { readonly successor?: boolean; readonly affinity?: Affinity }) {
  return {
    ...NO_AWAIT,
    ...(options.successor === true ? { [`${NGINX}/canary`]: "false" } : {}),
    ...affinityAnnotations(options.affinity),
  };
}

/** Annotations of the Ingress beside it that takes `percent` of its requests: plain numbers, all else the controller reads as 0. */
export function canaryAnnotations(percent: number, by: Selection | undefined): Record<string, string> {
  return {
    ...NO_AWAIT,
    [`${NGINX}/canary`]: "true",
    [`${NGINX}/canary-weight`]: String(percent),
    ...selectionAnnotations(by),
  };
}

function selectionAnnotations(by: Selection | undefined): Record<string, string> {
  switch (by?.kind) {
    case undefined:
      return {};
    case "header":
      return {
        [`${NGINX}/canary-by-header`]: by.name,
        ...(by.value === undefined ? {} : { [`${NGINX}/canary-by-header-value`]: by.value }),
      };
    case "cookie":
      return { [`${NGINX}/canary-by-cookie`]: by.name };
  }
}

function affinityAnnotations(affinity: Affinity | undefined): Record<string, string> {
  if (affinity === undefined) return {};
  const { cookie, maxAgeSeconds } = affinity;
  return {
    [`${NGINX}/affinity`]: "cookie",
    [`${NGINX}/session-cookie-name`]: cookie,
    ...(maxAgeSeconds === undefined ? {} : { [`${NGINX}/session-cookie-max-age`]: String(maxAgeSeconds) }),
  };
}

/** The session cookie at a weight. A session that began on the old version would else stay there at 100. */
export function affinityAt(percent: number, affinity: Affinity | undefined): Affinity | undefined {
  return affinity === undefined || percent < 100
    ? affinity
    : { ...affinity, cookie: `${affinity.cookie}-new` };
}

/** The spec of an Ingress: each host over TLS with the Secret's certificate, each path by prefix. */
export function ingressSpec(className: string, secretName: string, paths: readonly HostPath[]) {
  const hosts = hostsOf(paths);
  return {
    ingressClassName: className,
    tls: [{ hosts, secretName }],
    rules: hosts.map((host) => ({
      host,
      http: { paths: paths.filter((path) => path.host === host).map(ingressPath) },
    })),
  };
}

const ingressPath = ({ path, backend }: HostPath) => ({
  path,
  pathType: "Prefix",
  backend: { service: { name: backend.service, port: { number: backend.port } } },
});

/**
 * cert-manager's Certificate, none where no issuer is named. It is no Ingress's own, as one by annotation would be, so that
 * none takes it along when it goes. https://cert-manager.io/docs/usage/certificate/
 */
export function certificate<Namespace>(
  { secretName, issuer }: HostTls,
  namespace: Namespace,
  paths: readonly HostPath[],
) {
  if (issuer === undefined) return undefined;
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name: secretName, namespace },
    spec: {
      secretName,
      dnsNames: hostsOf(paths),
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
    },
  };
}

const hostsOf = (paths: readonly HostPath[]) => [...new Set(paths.map(({ host }) => host))];
