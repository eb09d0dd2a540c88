/** How requests reach a service, in CEL. */
import type { Field } from "../checks/field";
import { type Form, literal, literals, textsOf } from "./form";

const alb = "alb.ingress.kubernetes.io";
const spec = "variables.it.spec";
const annotation = (key: string) => `variables.annotations[?${literal(key)}]`;
const className = `${spec}.?ingressClassName`;
const oldClassName = annotation("kubernetes.io/ingress.class");
const usedClass = `${className}.or(${oldClassName})`;
const rules = `${spec}.?rules.orValue([])`;
const tls = `${spec}.?tls.orValue([])`;
const named = `${rules}.filter(r, r.?host.orValue("") != "")`;

/** A wildcard covers one label. */
const covered =
  `${tls}.exists(t, t.?hosts.orValue([]).exists(p, p == r.host || ` +
  '(p.startsWith("*.") && r.host.contains(".") && r.host.substring(r.host.indexOf(".")) == p.substring(1))))';
const uncovered = `(size(${named}) == 0 && size(${tls}) == 0) || ${named}.exists(r, !${covered})`;

const byAlb =
  `(${usedClass}.orValue("") == "alb" || ` +
  `(!${usedClass}.hasValue() && variables.annotations.exists(k, k.startsWith(${literal(`${alb}/`)}))))`;

const withoutTls = [
  `${tls}.exists(t, t.?secretName.orValue("") == "")`,
  uncovered,
  ...["nginx.ingress.kubernetes.io/ssl-redirect", "ingress.kubernetes.io/ssl-redirect"].map(
    (key) => `${annotation(key)}.orValue("") == "false"`,
  ),
].join(" || ");

const certificate = annotation(`${alb}/certificate-arn`);
const redirect = annotation(`${alb}/ssl-redirect`);
const httpsListeners = `${annotation(`${alb}/listen-ports`)}.orValue("").findAll("\\"HTTPS\\"\\\\s*:\\\\s*[0-9]+")`;

const withoutAlbTls =
  `(!${certificate}.hasValue() && ${spec}.?tls.hasValue() ? (${uncovered}) : !${certificate}.orValue("").startsWith("arn:")) || ` +
  `!${httpsListeners}.exists(l, l.find("[0-9]+$") == ${redirect}.orValue(""))`;

export const trafficForms = {
  "ingress-tls": {
    judges: ["Ingress"],
    refuses: `${byAlb} ? (${withoutAlbTls}) : (${withoutTls})`,
  },
  "ingress-host": {
    judges: ["Ingress"],
    refuses: (parameters: Field) => {
      const hosts = textsOf(parameters.at("hosts")).map((host) => host.toLowerCase());
      const strange = hosts.length === 0 ? "false" : `!(r.host in ${literals(hosts)})`;
      return (
        `${spec}.?defaultBackend.hasValue() || size(${rules}) == 0 || ` +
        `${rules}.exists(r, r.?host.orValue("") == "" || r.host.contains("*") || ${strange})`
      );
    },
  },
  "ingress-class": {
    judges: ["Ingress"],
    refuses: (parameters: Field) => {
      const classes = textsOf(parameters.at("classes"));
      const strange = classes.length === 0 ? "false" : `!(${usedClass}.orValue("") in ${literals(classes)})`;
      return (
        `(${className}.hasValue() && ${oldClassName}.hasValue()) || ` +
        `${usedClass}.orValue("") == "" || ${strange}`
      );
    },
  },
  // An ingress controller's ConfigMap stands in none of the stack's namespaces, and is judged in review alone.
  "ingress-nginx-snippets": {
    judges: ["Ingress"],
    refuses: `variables.annotations.exists(k, k.matches("^(nginx\\\\.ingress\\\\.kubernetes\\\\.io|nginx\\\\.org|nginx\\\\.com)/.*-snippets?$"))`,
  },
  "service-type": {
    judges: ["Service"],
    refuses: (parameters: Field) =>
      `!((request.namespace + "/" + variables.it.metadata.?name.orValue("")) in ${literals(textsOf(parameters.at("exposed")))}) && ` +
      `(${spec}.?type.orValue("") in ["NodePort", "LoadBalancer"] || size(${spec}.?externalIPs.orValue([])) > 0)`,
  },
} as const satisfies Readonly<Record<string, Form>>;
