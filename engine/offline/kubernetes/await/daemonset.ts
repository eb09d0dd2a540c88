// A DaemonSet is ready when every node that should run it runs its newest template.
// Facts: pulumi-kubernetes provider/pkg/await/daemonset.go; kstatus for apps/v1 DaemonSet.
import type { Api } from "../api";
import { numberAt, textAt, type KubernetesObject } from "../object";
import { core, owned, READY, type Readiness } from "./check";
import { podErrors } from "./pod";

/** Whether a DaemonSet's newest template is rolled out. */
export async function daemonSetReady(set: KubernetesObject, api: Api): Promise<Readiness> {
  const count = (field: string): number => numberAt(set, "status", field) ?? 0;
  const wanted = count("desiredNumberScheduled");
  const observed = numberAt(set, "status", "observedGeneration") === numberAt(set, "metadata", "generation");
  const updated = byHand(set) ? wanted : count("updatedNumberScheduled");
  const available = Math.min(
    updated,
    count("numberAvailable"),
    count("numberReady"),
    count("currentNumberScheduled"),
  );
  if (observed && available >= wanted) return READY;
  const pods = (await owned(api, core("Pod"), set)).flatMap(podErrors);
  const reason = `${available} out of ${wanted} replicas succeeded readiness checks`;
  return {
    ready: false,
    reasons: [reason, ...pods],
    progress: `Waiting for DaemonSet (${available}/${wanted} Pods ready)`,
  };
}

const byHand = (set: KubernetesObject): boolean =>
  textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
