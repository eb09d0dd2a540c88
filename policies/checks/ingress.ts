import type { Field } from "./field";
import { undecidable, type Violation } from "./violation";

const alb = "alb.ingress.kubernetes.io";
const httpsRedirects = ["nginx.ingress.kubernetes.io/ssl-redirect", "ingress.kubernetes.io/ssl-redirect"];

/**
 * Every host of an Ingress is served over TLS: by `spec.tls`, or, behind an AWS load balancer, by a certificate with an HTTPS listener and a
 * redirect to it.
 */
export function checkTlsOf(ingress: Field): Violation[] {
  const annotations = ingress.at("metadata", "annotations");
  if (annotations.unknown) return [undecidable(annotations)];
  return isAlb(ingress)
    ? checkAlb(ingress, annotations)
    : [...checkTls(ingress.at("spec"), true), ...checkRedirects(annotations)];
}

function isAlb(ingress: Field): boolean {
  const annotations = ingress.at("metadata", "annotations");
  const className =
    ingress.at("spec", "ingressClassName").text() ?? annotations.at("kubernetes.io/ingress.class").text();
  return (
    className === "alb" ||
    (className === undefined && annotations.keys().some((key) => key.startsWith(`${alb}/`)))
  );
}

/** Each host of a rule is among the hosts of a tls entry, and there is one at least; with `secret`, each names the certificate's Secret. */
function checkTls(spec: Field, secret: boolean): Violation[] {
  const tls = spec.at("tls");
  if (tls.unknown) return [undecidable(tls)];
  const [entries, hosts] = [
    tls.items(),
    spec
      .at("rules")
      .items()
      .map((rule) => rule.at("host")),
  ];
  const unread = [spec.at("rules"), ...hosts].find((field) => field.unknown);
  if (unread !== undefined) return [undecidable(unread)];
  const named = [...new Set(hosts.map((host) => host.text() ?? ""))].filter((host) => host !== "");
  return [
    ...(secret ? entries.filter((entry) => entry.at("secretName").absent).map(secretViolation) : []),
    ...(named.length === 0 && entries.length === 0 ? [withoutTls(tls)] : []),
    ...named.flatMap((host) => checkCovered(host, tls, entries)),
  ];
}

function secretViolation(entry: Field): Violation {
  return {
    path: entry.at("secretName").path,
    found: "absent",
    allowed: "the name of a kubernetes.io/tls Secret",
    mend: "name the Secret that holds the certificate",
  };
}

function withoutTls(tls: Field): Violation {
  return {
    path: tls.path,
    found: tls.shown(),
    allowed: "an entry with the hosts and the Secret of their certificate",
    mend: "name the hosts, and add them and their certificate's Secret to spec.tls",
  };
}

function checkCovered(host: string, tls: Field, entries: readonly Field[]): Violation[] {
  const hosts = entries.map((entry) => entry.at("hosts"));
  if (hosts.some((list) => list.items().some((covered) => covers(covered.text() ?? "", host)))) return [];
  const unread = hosts.flatMap((list) => [list, ...list.items()]).find((field) => field.unknown);
  if (unread !== undefined) return [undecidable(unread)];
  return [
    {
      path: tls.path,
      found: tls.absent ? "absent" : `without host "${host}"`,
      allowed: `an entry whose hosts cover "${host}"`,
      mend: "add the host and its certificate's Secret to spec.tls",
    },
  ];
}

/** A wildcard covers one label, as in RFC 6125: `*.example.com` covers `a.example.com` and neither `example.com` nor `a.b.example.com`. */
function covers(pattern: string, host: string): boolean {
  const [covered, asked] = [pattern.toLowerCase(), host.toLowerCase()];
  return (
    covered === asked || (covered.startsWith("*.") && asked.slice(asked.indexOf(".")) === covered.slice(1))
  );
}

function checkRedirects(annotations: Field): Violation[] {
  return httpsRedirects
    .map((key) => annotations.at(key))
    .filter((redirect) => redirect.text() === "false")
    .map((redirect) => ({
      path: redirect.path,
      found: '"false", which serves plain HTTP as well',
      allowed: '"true" or no annotation',
      mend: "remove the annotation",
    }));
}

/** A certificate's ARN may be unknown at preview, where the stack itself orders the certificate: that there is one is known. */
function checkAlb(ingress: Field, annotations: Field): Violation[] {
  const certificate = annotations.at(`${alb}/certificate-arn`);
  const byTls = certificate.absent && !ingress.at("spec", "tls").absent;
  return [
    ...(byTls ? checkTls(ingress.at("spec"), false) : checkCertificate(certificate)),
    ...checkListeners(annotations),
  ];
}

function checkCertificate(certificate: Field): Violation[] {
  if (certificate.unknown || (certificate.text() ?? "").startsWith("arn:")) return [];
  return [
    {
      path: certificate.path,
      found: certificate.shown(),
      allowed: "the ARN of an ACM certificate, or spec.tls with every host",
      mend: "set the annotation to the certificate's ARN",
    },
  ];
}

function checkListeners(annotations: Field): Violation[] {
  const [ports, redirect] = [annotations.at(`${alb}/listen-ports`), annotations.at(`${alb}/ssl-redirect`)];
  if (ports.unknown) return [undecidable(ports)];
  if (redirect.unknown) return [undecidable(redirect)];
  const https = httpsPorts(ports.text() ?? "");
  if (https.length === 0) return [listenerViolation(ports)];
  return https.includes(redirect.text() ?? "") ? [] : [redirectViolation(redirect, https)];
}

/** The ports that the annotation's JSON, e.g. `[{"HTTP": 80}, {"HTTPS": 443}]`, serves over TLS; none where it is no such JSON. */
function httpsPorts(text: string): string[] {
  return [...text.matchAll(/"HTTPS"\s*:\s*(\d+)/g)].map((match) => match[1] ?? "");
}

function listenerViolation(ports: Field): Violation {
  return {
    path: ports.path,
    found: ports.shown(),
    allowed: 'a list with an HTTPS listener: [{"HTTP":80},{"HTTPS":443}]',
    mend: "add the HTTPS listener",
  };
}

function redirectViolation(redirect: Field, https: readonly string[]): Violation {
  return {
    path: redirect.path,
    found: redirect.shown(),
    allowed: `the port of an HTTPS listener: ${https.map((port) => `"${port}"`).join(" or ")}`,
    mend: "set the annotation, so that HTTP is redirected to HTTPS",
  };
}
