// The name under which fields are owned. Facts: pulumi-kubernetes provider/pkg/provider/provider.go fieldManagerName.
import { uniqueName } from "./autoname";
import { annotationOf, type KubernetesObject } from "./object";
import type { Settings } from "./settings";

/** The object's annotation, the state's manager (may be empty), or a new `pulumi-kubernetes-<8 hex>`. */
export function fieldManagerOf(object: KubernetesObject, inState: string, settings: Settings): string {
  if (!settings.serverSideApply) return "pulumi-kubernetes";
  const annotated = annotationOf(object, "pulumi.com/patchFieldManager");
  return annotated || inState || uniqueName("pulumi-kubernetes-", new Uint8Array());
}
