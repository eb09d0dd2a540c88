/** What carries requests from a host to a service, and the words that both kinds share. Pure. */

/** Who takes the traffic of a stack's hosts. */
export type Router =
  | {
      readonly kind: "ingress-nginx";
      /** IngressClass that the controller serves. */
      readonly className: string;
    }
  | {
      readonly kind: "gateway-api";
      readonly gateway: {
        readonly name: string;
        readonly namespace: string;
        /** Listener of the Gateway that serves HTTPS: the certificate is its own. */
        readonly listener: string;
      };
    };

/** A Service of the namespace, by the number of its port. */
export interface Backend {
  readonly service: string;
  readonly port: number;
}

/** Where the certificate of a host lies. A Gateway has its own; this is for an Ingress. */
export interface HostTls {
  /** Secret of type kubernetes.io/tls. */
  readonly secretName: string;
  /** ClusterIssuer of cert-manager that fills the Secret. @default - somebody else fills it */
  readonly issuer?: string | undefined;
}

/** A path on a host, and who answers it. */
export interface HostPath {
  readonly host: string;
  readonly path: string;
  readonly backend: Backend;
}
