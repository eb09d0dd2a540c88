// Volumes and claims. Facts: pulumi-kubernetes provider/pkg/await/awaiters.go.
import type { Api } from "../api";
import { nameOf, textAt, type GroupVersionKind, type KubernetesObject } from "../object";
import { listBeside, READY, type Readiness } from "./check";

const STORAGE_CLASS: GroupVersionKind = { group: "storage.k8s.io", version: "v1", kind: "StorageClass" };

/** A claim is ready when bound, or when it is only bound once a Pod needs it. */
export async function claimReady(claim: KubernetesObject, api: Api): Promise<Readiness> {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Bound" || (await bindsLate(claim, api))) return READY;
  return {
    ready: false,
    reasons: [`PersistentVolumeClaim "${nameOf(claim)}" is not bound (status.phase: ${phase})`],
  };
}

async function bindsLate(claim: KubernetesObject, api: Api): Promise<boolean> {
  const name = textAt(claim, "spec", "storageClassName");
  const found = (await listBeside(api, STORAGE_CLASS, claim)).find((one) => nameOf(one) === name);
  return textAt(found, "volumeBindingMode") === "WaitForFirstConsumer";
}

/** A volume is ready when it can be claimed or is. */
export function volumeReady(volume: KubernetesObject): Readiness {
  const phase = textAt(volume, "status", "phase");
  if (phase === "Available" || phase === "Bound") return READY;
  return {
    ready: false,
    reasons: [`PersistentVolume "${nameOf(volume)}" is not available (status.phase: ${phase})`],
  };
}
