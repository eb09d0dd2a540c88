// A StatefulSet is ready when its Pods are and run the newest revision.
// Facts: pulumi-kubernetes provider/pkg/await/statefulset.go.
import type { Api } from "../api";
import { numberAt, textAt, type KubernetesObject } from "../object";
import { core, owned, READY, type Readiness } from "./check";
import { podErrors } from "./pod";

/** Whether a StatefulSet's newest revision is rolled out. */
export async function statefulSetReady(set: KubernetesObject, api: Api): Promise<Readiness> {
  const replicas = numberAt(set, "spec", "replicas") ?? 0;
  const count = (field: string): number => numberAt(set, "status", field) ?? 0;
  const generation = numberAt(set, "metadata", "generation") ?? 0;
  const byHand = generation > 1 && textAt(set, "spec", "updateStrategy", "type") === "OnDelete";
  const [current, target] = [
    textAt(set, "status", "currentRevision"),
    textAt(set, "status", "updateRevision"),
  ];
  const counted = byHand ? ["replicas", "readyReplicas"] : ["replicas", "readyReplicas", "currentReplicas"];
  const observed = numberAt(set, "status", "observedGeneration") === generation;
  const replicasReady = observed && counted.every((field) => count(field) === replicas);
  const revisionReady = byHand || (current !== "" && current === target);
  if (replicasReady && revisionReady) return READY;
  const ready = revisionReady
    ? count("readyReplicas")
    : Math.min(count("readyReplicas"), count("updatedReplicas"));
  const reasons = [
    ...(replicasReady ? [] : [`${ready} out of ${replicas} replicas succeeded readiness checks`]),
    ...(revisionReady
      ? []
      : [`StatefulSet controller failed to advance from revision "${current}" to revision "${target}"`]),
  ];
  const pods = (await owned(api, core("Pod"), set)).flatMap(podErrors);
  return {
    ready: false,
    reasons: [...reasons, ...pods],
    progress: `Waiting for StatefulSet (${ready}/${replicas} Pods ready)`,
  };
}
