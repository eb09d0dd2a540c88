// A Service is ready when it has endpoints and, where asked for, a load balancer.
// Facts: pulumi-kubernetes provider/pkg/await/service.go. The plugin waits ten seconds more for endpoints to settle;
// this one does not.
import type { Values } from "../../values";
import type { Api } from "../api";
import { at, bagsAt, nameOf, textAt, type GroupVersionKind, type KubernetesObject } from "../object";
import { listBeside, READY, type Readiness } from "./check";

const SLICE: GroupVersionKind = { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" };

/** Whether a Service can serve. */
export async function serviceReady(service: KubernetesObject, api: Api): Promise<Readiness> {
  const needsAddress = textAt(service, "spec", "type") === "LoadBalancer";
  const addressed = !needsAddress || bagsAt(service, "status", "loadBalancer", "ingress").length > 0;
  const targeted = !selectsPods(service) || (await endpointsOf(service, api));
  if (addressed && targeted) return READY;
  const noPods =
    "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods";
  const noAddress = "Service was not allocated an IP address; does your cloud provider support this?";
  return {
    ready: false,
    reasons: [...(targeted ? [] : [noPods]), ...(addressed ? [] : [noAddress])],
    progress: targeted
      ? "[2/3] Attempting to allocate IP address to Service"
      : "[1/3] Finding Pods to direct traffic to",
  };
}

function selectsPods(service: KubernetesObject): boolean {
  const selector = at(service, "spec", "selector");
  const isExternal = textAt(service, "spec", "type") === "ExternalName";
  const isHeadless = textAt(service, "spec", "clusterIP") === "None";
  return (
    !isExternal &&
    !isHeadless &&
    typeof selector === "object" &&
    selector !== null &&
    Object.keys(selector).length > 0
  );
}

async function endpointsOf(service: Values, api: Api): Promise<boolean> {
  const slices = await listBeside(api, SLICE, service, `kubernetes.io/service-name=${nameOf(service)}`);
  return slices.some((slice) => bagsAt(slice, "endpoints").length > 0);
}
