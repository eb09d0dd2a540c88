// An Ingress is ready when its backends have endpoints and its status names an address.
// Facts: pulumi-kubernetes provider/pkg/await/ingress.go.
import type { Api } from "../api";
import { bagsAt, nameOf, textAt, type KubernetesObject } from "../object";
import { core, listBeside, READY, type Readiness } from "./check";

/** A backend that never appears is waited for no longer than this, in milliseconds. */
const SETTLED = 60_000;

/** Whether an Ingress is served. */
export async function ingressReady(ingress: KubernetesObject, api: Api, waited: number): Promise<Readiness> {
  const backed = waited >= SETTLED || (await missingBackends(ingress, api)).length === 0;
  const addressed = bagsAt(ingress, "status", "loadBalancer", "ingress").length > 0;
  if (backed && addressed) return READY;
  const noBackend = "Ingress has at least one rule with an unavailable target endpoint.";
  const noAddress =
    "Ingress .status.loadBalancer field was not updated with a hostname/IP address. " +
    "\n    for more information about this error, see https://pulumi.io/xdv72s";
  return {
    ready: false,
    reasons: [...(backed ? [] : [noBackend]), ...(addressed ? [] : [noAddress])],
    progress: backed
      ? "[2/3] Waiting for update of .status.loadBalancer with hostname/IP"
      : "[1/3] Finding a matching service for each Ingress path",
  };
}

async function missingBackends(ingress: KubernetesObject, api: Api): Promise<string[]> {
  const backends = bagsAt(ingress, "spec", "rules")
    .flatMap((rule) => bagsAt(rule, "http", "paths"))
    .map((path) => textAt(path, "backend", "service", "name") || textAt(path, "backend", "serviceName"))
    .filter((name) => name !== "");
  const [services, endpoints] = await Promise.all([
    listBeside(api, core("Service"), ingress),
    listBeside(api, core("Endpoints"), ingress),
  ]);
  const external = services.filter((one) => textAt(one, "spec", "type") === "ExternalName").map(nameOf);
  const known = new Set([...external, ...endpoints.map(nameOf)]);
  return backends.filter((name) => !known.has(name));
}
