import type { Resource } from "../../../policies/resource";
import { passes, refuses, type Case, type Path } from "../case";
import { albIngress, host, kubernetes, nginxIngress } from "./good";
import { tweak } from "./tweak";

const annotations = ["metadata", "annotations"] as const;
const alb = (name: string) => [...annotations, `alb.ingress.kubernetes.io/${name}`];

interface Tweak {
  readonly title: string;
  readonly of: Resource;
  readonly path: Path;
  readonly to: unknown;
  /** @default "ingress-tls" */
  readonly policy?: "ingress-host";
}

const right: readonly Tweak[] = [
  {
    title: "a wildcard certificate for its host",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: ["*.kometadeveloper.xyz"],
  },
  {
    title: "a host in capitals",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: [host.toUpperCase()],
  },
  {
    title: "a second host of one tls entry",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: ["a.example.com", host],
  },
  { title: "only an HTTPS listener", of: albIngress, path: alb("listen-ports"), to: '[{"HTTPS":443}]' },
  {
    title: "a load balancer's class in the annotation",
    of: tweak(albIngress, ["spec", "ingressClassName"], undefined),
    path: [...annotations, "kubernetes.io/ingress.class"],
    to: "alb",
  },
  {
    title: "a certificate found by spec.tls",
    of: tweak(albIngress, alb("certificate-arn"), undefined),
    path: ["spec", "tls"],
    to: [{ hosts: [host] }],
  },
];

const wrong: readonly (Tweak & { readonly says: RegExp })[] = [
  {
    title: "no tls",
    of: nginxIngress,
    path: ["spec", "tls"],
    to: undefined,
    says: /spec\.tls is absent; allowed: an entry whose hosts cover "marketplace/,
  },
  {
    title: "an empty tls",
    of: nginxIngress,
    path: ["spec", "tls"],
    to: [],
    says: /spec\.tls is without host/,
  },
  {
    title: "tls for another host",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: ["example.com"],
    says: /without host "marketplace/,
  },
  {
    title: "tls for a wildcard one label too short",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: ["*.xyz"],
    says: /without host/,
  },
  {
    title: "tls without hosts",
    of: nginxIngress,
    path: ["spec", "tls", 0, "hosts"],
    to: undefined,
    says: /without host/,
  },
  {
    title: "tls without a Secret",
    of: nginxIngress,
    path: ["spec", "tls", 0, "secretName"],
    to: undefined,
    says: /spec\.tls\[0\]\.secretName is absent/,
  },
  {
    title: "no host",
    policy: "ingress-host",
    of: nginxIngress,
    path: ["spec", "rules", 0, "host"],
    to: undefined,
    says: /spec\.rules\[0\]\.host is absent/,
  },
  {
    title: "an empty host",
    policy: "ingress-host",
    of: nginxIngress,
    path: ["spec", "rules", 0, "host"],
    to: "",
    says: /rules\[0\]\.host is absent/,
  },
  {
    title: "a wildcard host",
    policy: "ingress-host",
    of: tweak(nginxIngress, ["spec", "tls", 0, "hosts"], ["*.kometadeveloper.xyz"]),
    path: ["spec", "rules", 0, "host"],
    to: "*.kometadeveloper.xyz",
    says: /is "\*\.kometadeveloper\.xyz", a wildcard/,
  },
  {
    title: "no rule",
    policy: "ingress-host",
    of: nginxIngress,
    path: ["spec", "rules"],
    to: undefined,
    says: /spec\.rules is without a rule/,
  },
  {
    title: "its redirect to HTTPS turned off",
    of: nginxIngress,
    path: [...annotations, "nginx.ingress.kubernetes.io/ssl-redirect"],
    to: "false",
    says: /annotations\["nginx\.ingress\.kubernetes\.io\/ssl-redirect"\] is "false"/,
  },
  {
    title: "no certificate",
    of: albIngress,
    path: alb("certificate-arn"),
    to: undefined,
    says: /certificate-arn"\] is absent/,
  },
  {
    title: "a certificate that is no ARN",
    of: albIngress,
    path: alb("certificate-arn"),
    to: "mine",
    says: /certificate-arn"\] is "mine"/,
  },
  {
    title: "no listeners",
    of: albIngress,
    path: alb("listen-ports"),
    to: undefined,
    says: /listen-ports"\] is absent; .*HTTPS listener/,
  },
  {
    title: "only an HTTP listener",
    of: albIngress,
    path: alb("listen-ports"),
    to: '[{"HTTP":80}]',
    says: /listen-ports"\] is "\[/,
  },
  {
    title: "no redirect",
    of: albIngress,
    path: alb("ssl-redirect"),
    to: undefined,
    says: /ssl-redirect"\] is absent; allowed: the port of an HTTPS listener: "443"/,
  },
  {
    title: "a redirect to another port",
    of: albIngress,
    path: alb("ssl-redirect"),
    to: "8443",
    says: /ssl-redirect"\] is "8443"/,
  },
  {
    title: "tls for another host in place of a certificate",
    of: tweak(albIngress, alb("certificate-arn"), undefined),
    path: ["spec", "tls"],
    to: [{ hosts: ["example.com"] }],
    says: /spec\.tls is without host/,
  },
];

const className = (of: Resource) => (JSON.stringify(of).includes("alb.ingress") ? "alb" : "nginx");

const patch: Resource = { ...nginxIngress, type: "kubernetes:networking.k8s.io/v1:IngressPatch" };

export const ingressCases: readonly Case[] = [
  refuses(
    "a patch of an Ingress without tls",
    tweak(patch, ["spec", "tls"], undefined),
    "ingress-tls",
    /^Ingress\/kometa-develop .*spec\.tls is absent/,
  ),
  passes("an Ingress of nginx", nginxIngress),
  passes("an Ingress of an AWS load balancer", albIngress),
  passes(
    "another group's kind of the name",
    kubernetes("config.openshift.io/v1", "Ingress", { spec: { domain: host } }),
  ),
  ...right.map(({ title, of, path, to }) =>
    passes(`an Ingress of ${className(of)} with ${title}`, tweak(of, path, to)),
  ),
  ...wrong.map(({ title, of, path, to, says, policy }) =>
    refuses(
      `an Ingress of ${className(of)} with ${title}`,
      tweak(of, path, to),
      policy ?? "ingress-tls",
      says,
    ),
  ),
];
