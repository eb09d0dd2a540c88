/** A share of the traffic of hosts that goes to a new version, step by step, and back at once. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as networking from "@pulumi/kubernetes/networking/v1";
import * as pulumi from "@pulumi/pulumi";
import {
  canaryIngress,
  canaryServiceName,
  canaryServiceSpec,
  httpRoutes,
  mainIngress,
  pathsOf,
  type Canary,
  type CanaryRoute,
  type IngressNames,
  type IngressParts,
} from "./traffic/canary";
import { canaryProblems, describeProblem } from "./traffic/canary-problems";
import { DEFAULT_LADDER, parsePhase, percentOf, type Phase } from "./traffic/ladder";
import { certificate, type Affinity, type Selection } from "./traffic/nginx";
import type { HostTls, Router } from "./traffic/router";

export interface CanaryIngressArgs {
  readonly namespace: pulumi.Input<string>;
  /** Hosts, each with the Service of its old and of its new version. */
  readonly routes: readonly CanaryRoute[];
  /** `legacy`, a weight of the ladder such as `10`, `complete` or `rollback`. */
  readonly phase: string;
  /** Weights in percent that the release goes through; the last is 100. @default [10, 50, 100] */
  readonly ladder?: readonly number[];
  /** Who gets the new version whatever the weight. @default - nobody: each request by weight */
  readonly by?: Selection | undefined;
  /** Sessions that stay on the version on which they began, until the last weight. @default - each request anew */
  readonly affinity?: Affinity | undefined;
  readonly tls: HostTls;
  readonly ingresses: IngressNames;
  readonly router: Router;
}

/**
 * Declares the Ingresses of hosts that move from an old to a new version: the main one, and, at a weight, one beside it
 * for the share, with Services of its own. A step of the ladder changes one annotation of one object; `rollback` deletes
 * the share. On the Gateway API it declares an HTTPRoute a host, with weights, changed in place.
 *
 * The new version is waited for before it gets a share: pass its release in `dependsOn`, and the share's Services
 * must find its pods. With another name for `complete`, its Ingress is there before the old main one goes, and that
 * goes before the share does: at no moment is a host without a backend, or its traffic on the old version again.
 *
 * @throws {pulumi.RunError} listing everything that the router would read otherwise than it was meant.
 * @see E1, E3, E5 of the requirements; docs/canary.md; https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export class CanaryIngress extends pulumi.ComponentResource {
  /** Addresses of the hosts. */
  readonly urls: readonly string[];
  /** Percent of the requests that the new version answers. */
  readonly percent: number;

  constructor(name: string, args: CanaryIngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:CanaryIngress", name, {}, opts);
    const canary = { ...args, phase: soundPhase(name, args) };
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    if (args.router.kind === "gateway-api") declareRoutes(name, args.namespace, canary, args.router, own);
    else declareIngresses(name, args, canary, args.router.className, own);
    this.urls = args.routes.map(({ host, path = "" }) => `https://${host}${path === "/" ? "" : path}`);
    this.percent = percentOf(canary.phase);
    this.registerOutputs({ urls: this.urls, percent: this.percent });
  }
}

function soundPhase(name: string, args: CanaryIngressArgs): Phase {
  const { ladder = DEFAULT_LADDER } = args;
  const problems = canaryProblems({ ...args, ladder }).map(describeProblem);
  const parsed = parsePhase(args.phase, ladder);
  if (problems.length === 0 && "value" in parsed) return parsed.value;
  throw new pulumi.RunError([`CanaryIngress ${name}:`, ...problems].join("\n  "));
}

/** What children of the component are declared with; a component's own `dependsOn` does not reach them. */
type Own = pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };

function declareRoutes(
  name: string,
  namespace: pulumi.Input<string>,
  canary: Canary,
  router: Extract<Router, { kind: "gateway-api" }>,
  own: Own,
): void {
  for (const route of httpRoutes(canary, router, namespace)) {
    new CustomResource(`${name}-${route.metadata.name}`, route, { ...own, parent: own.parent });
  }
}

function declareIngresses(
  name: string,
  { namespace, routes, tls, ingresses }: CanaryIngressArgs,
  canary: Canary,
  className: string,
  own: Own,
): void {
  const place = { className, secretName: tls.secretName };
  const issued = certificate(tls, namespace, pathsOf(routes, "old"));
  if (issued !== undefined) {
    new CustomResource(`${name}-certificate`, issued, { ...own, parent: own.parent });
  }
  const share = canaryIngress(canary, ingresses, place);
  const declared = share === undefined ? [] : [declareShare(name, namespace, routes, share, own)];
  const main = mainIngress(canary, ingresses, place);
  // Deletes run against dependencies: the old main one, which would take the traffic back, goes before the share does.
  declareIngress(`${name}-${main.successor ? "complete" : "stable"}`, namespace, main, after(own, declared));
}

/** The share's Ingress, once its Services have found their pods. */
function declareShare(
  name: string,
  namespace: pulumi.Input<string>,
  routes: readonly CanaryRoute[],
  share: IngressParts,
  own: Own,
): pulumi.Resource {
  const services = routes.map(
    (route) =>
      new core.Service(
        `${name}-${canaryServiceName(route)}`,
        { metadata: { name: canaryServiceName(route), namespace }, spec: canaryServiceSpec(route) },
        { ...own, parent: own.parent },
      ),
  );
  return declareIngress(`${name}-canary`, namespace, share, after(own, services));
}

function declareIngress(
  name: string,
  namespace: pulumi.Input<string>,
  { name: ingress, annotations, spec }: IngressParts,
  own: Own,
): networking.Ingress {
  const metadata = { name: ingress, namespace, annotations };
  return new networking.Ingress(name, { metadata, spec }, { ...own, parent: own.parent });
}

function after(own: Own, more: readonly pulumi.Resource[]): Own {
  const dependsOn = pulumi.output(own.dependsOn ?? []).apply((before) => [...[before].flat(), ...more]);
  return { ...own, dependsOn };
}
