/** Services of a canary and its primary: pods that only one of them has, and that are ready, as far as what is in sight tells. */
import { hasPods } from "../kinds";
import { named, type Subject } from "../subject";
import type { World } from "../world";
import { workloadsOf } from "../workloads";
import { isCanary, pathsBeside, pathsOf, type IngressPath } from "./paths";
import { leastOf } from "./scale";
import { matchesAll } from "./selector";
import { trapped } from "./traps";
import type { Violation } from "./violation";

const serviceName = "kubernetes.io/service-name";

/** The pods behind each path of a canary. */
export function checkServices(canary: Subject, world: World): Violation[] {
  const primaries = pathsBeside(canary, world).filter(({ ingress }) => !isCanary(ingress));
  return pathsOf(canary).flatMap((path) => {
    const primary = primaries.find(
      ({ host, path: place, pathType }) =>
        host === path.host && place === path.path && pathType === path.pathType,
    );
    if (primary === undefined || primary.service === path.service) return [];
    return [...checkPods(path, primary, world), ...checkEndpoints(path, primary, world)];
  });
}

function checkPods(path: IngressPath, primary: IngressPath, world: World): Violation[] {
  const [own, other] = [serviceOf(path, world), serviceOf(primary, world)];
  if (own === undefined || other === undefined) return [];
  const [mine, its] = [own.object.at("spec", "selector"), other.object.at("spec", "selector")];
  if (mine.keys().length === 0 || its.keys().length === 0) return [];
  if (matchesAll(mine, its) !== "yes" && matchesAll(its, mine) !== "yes") return [];
  const found = `${named(own)}, which selects pods of the primary's ${named(other)} too`;
  return [trapped("same-pods", path.field.at("backend"), found)];
}

function checkEndpoints(path: IngressPath, primary: IngressPath, world: World): Violation[] {
  const at = path.field.at("backend");
  return [
    ...(hasNoEndpoint(primary, world)
      ? [
          trapped(
            "primary-without-endpoints",
            at,
            `a canary of Service/${primary.service}, which has no ready endpoint`,
          ),
        ]
      : []),
    ...(hasNoEndpoint(path, world)
      ? [trapped("canary-without-endpoints", at, `Service/${path.service}, which has no ready endpoint`)]
      : []),
  ];
}

const serviceOf = ({ ingress, service }: IngressPath, world: World): Subject | undefined =>
  world.beside(ingress, "core", "Service").find(({ name }) => name === service);

/** True where it is known: by the endpoints of the namespace, where they are in sight, else by the replicas of all that the Service selects. */
function hasNoEndpoint(path: IngressPath, world: World): boolean {
  const slices = world.beside(path.ingress, "discovery.k8s.io", "EndpointSlice");
  if (slices.length > 0) return !slices.some((slice) => isOf(slice, path.service) && hasReady(slice));
  const service = serviceOf(path, world);
  if (service === undefined) return false;
  const selected = workloadsSelected(service, world);
  return selected.length > 0 && selected.every((workload) => isScaledToZero(workload, world));
}

const isOf = (slice: Subject, service: string): boolean =>
  slice.object.at("metadata", "labels", serviceName).text() === service;

/** A condition that is not there counts as ready. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready */
const hasReady = ({ object }: Subject): boolean =>
  object
    .at("endpoints")
    .items()
    .some((endpoint) => endpoint.at("conditions", "ready").text() !== "false");

function workloadsSelected(service: Subject, world: World): readonly Subject[] {
  const selector = service.object.at("spec", "selector");
  if (selector.keys().length === 0) return [];
  return ["Deployment", "StatefulSet"]
    .flatMap((kind) => world.beside(service, "apps", kind))
    .filter(hasPods)
    .filter((workload) =>
      workloadsOf(workload).some(({ metadata }) => matchesAll(selector, metadata.at("labels")) === "yes"),
    );
}

function isScaledToZero(workload: Subject, world: World): boolean {
  const { pods, scaler } = leastOf(workload, world);
  return scaler === undefined && pods === 0;
}
