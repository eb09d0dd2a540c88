/** The door of a service: a host and path over TLS, by whatever router the stack has. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import { httpRoute } from "./traffic/gateway";
import { certificate, ingressSpec, mainAnnotations } from "./traffic/nginx";
import type { Backend, HostPath, HostTls, Router } from "./traffic/router";

export interface ServiceIngressArgs {
  /** Name of the Ingress or of the HTTPRoute. */
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly host: string;
  /** Path by prefix. @default "/" */
  readonly path?: string;
  /** Service that answers, by the number of its port. */
  readonly service: Backend;
  /** Certificate of the host, for an Ingress; a Gateway has its own. One Ingress of a host names the issuer. */
  readonly tls: HostTls;
  readonly router: Router;
}

/**
 * Declares an Ingress of ingress-nginx, with a Certificate of cert-manager where an issuer is named, or an HTTPRoute.
 * `up` does not wait for an address, which some controllers never write: the service's release is waited for, which
 * belongs in `dependsOn`.
 *
 * @see E1, L1, G1 of the requirements; https://kubernetes.github.io/ingress-nginx/user-guide/tls/
 */
export class ServiceIngress extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: ServiceIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ServiceIngress", name, {}, opts);
    const { host, path = "/", service: backend } = args;
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    declareDoor(name, args, { host, path, backend }, own);
    this.url = `https://${host}${path === "/" ? "" : path}`;
    this.registerOutputs({ url: this.url });
  }
}

type Own = pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };

function declareDoor(
  name: string,
  { namespace, router, tls, ...args }: ServiceIngressArgs,
  place: HostPath,
  own: Own,
): void {
  const metadata = { name: args.name, namespace };
  if (router.kind === "gateway-api") {
    const rules = [{ path: place.path, backends: [place.backend] }];
    new CustomResource(name, httpRoute(router, metadata, place.host, rules), { ...own, parent: own.parent });
    return;
  }
  const issued = certificate(tls, namespace, [place]);
  if (issued !== undefined) {
    new CustomResource(`${name}-certificate`, issued, { ...own, parent: own.parent });
  }
  new networking.Ingress(
    name,
    {
      metadata: { ...metadata, annotations: mainAnnotations({}) },
      spec: ingressSpec(router.className, tls.secretName, [place]),
    },
    { ...own, parent: own.parent },
  );
}
