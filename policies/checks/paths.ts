import { isIngress } from "../kinds";
import type { Subject } from "../subject";
import { sharesNamespace, type World } from "../world";
import type { Field } from "./field";

const canaryMark = "nginx.ingress.kubernetes.io/canary";
const oldClass = "kubernetes.io/ingress.class";

/** One path of an Ingress: what it serves, and by which Service. */
export interface IngressPath {
  readonly ingress: Subject;
  /** Lower case, as a request's host is compared. */
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  readonly service: string;
  readonly field: Field;
}

/** The annotations of an Ingress. */
export const annotationsOf = (ingress: Subject): Field => ingress.object.at("metadata", "annotations");

/** The class of an Ingress, by its field or the annotation that was before it. */
export function classOf(ingress: Subject): string | undefined {
  return ingress.object.at("spec", "ingressClassName").text() ?? annotationsOf(ingress).at(oldClass).text();
}

/** Whether ingress-nginx takes an Ingress for a canary: what Go's ParseBool takes for true, and nothing else. */
export function isCanary(ingress: Subject): boolean {
  return /^(1|t|T|TRUE|true|True)$/.test(annotationsOf(ingress).at(canaryMark).text() ?? "");
}

/** The paths of an Ingress. */
export function pathsOf(ingress: Subject): IngressPath[] {
  return ingress.object
    .at("spec", "rules")
    .items()
    .flatMap((rule) =>
      rule
        .at("http", "paths")
        .items()
        .map((field) => ({
          ingress,
          host: (rule.at("host").text() ?? "").toLowerCase(),
          path: field.at("path").text() ?? "/",
          pathType: field.at("pathType").text() ?? "ImplementationSpecific",
          service:
            field.at("backend", "service", "name").text() ?? field.at("backend", "serviceName").text() ?? "",
          field,
        })),
    );
}

/** The paths of the other Ingresses of a namespace that one controller serves: those of the same class. */
export function pathsBeside(ingress: Subject, world: World): IngressPath[] {
  return ["networking.k8s.io", "extensions"]
    .flatMap((group) => world.beside(ingress, group, "Ingress"))
    .filter((other) => other !== ingress && isIngress(other) && sharesNamespace(ingress, other) === "yes")
    .filter((other) => classOf(other) === classOf(ingress))
    .flatMap(pathsOf);
}
