// A Deployment is ready when its newest ReplicaSet runs. Facts: pulumi-kubernetes provider/pkg/await/deployment.go.
import type { Values } from "../../values";
import type { Api } from "../api";
import { annotationOf, bagsAt, nameOf, numberAt, textAt, type KubernetesObject } from "../object";
import { apps, condition, core, isTrue, listBeside, owned, READY, type Readiness } from "./check";
import { podErrors } from "./pod";

const REVISION = "deployment.kubernetes.io/revision";

/** Whether a Deployment's newest revision is rolled out. */
export async function deploymentReady(deployment: KubernetesObject, api: Api): Promise<Readiness> {
  if (
    numberAt(deployment, "status", "observedGeneration") !== numberAt(deployment, "metadata", "generation")
  ) {
    return { ready: false, reasons: ["Minimum number of live Pods was not attained"] };
  }
  const revision = annotationOf(deployment, REVISION);
  const replicaSets = await owned(api, apps("ReplicaSet"), deployment);
  const newest = replicaSets.find((one) => revision !== "" && annotationOf(one, REVISION) === revision);
  const unbound = await unboundClaims(deployment, api);
  const missing = rollout(deployment, newest, revision);
  if (missing === undefined && unbound.length === 0) return READY;
  const claims =
    unbound.length === 0 ? [] : [`Failed to bind PersistentVolumeClaim(s): "${unbound.join(",")}"`];
  const pods = newest === undefined ? [] : (await owned(api, core("Pod"), newest)).flatMap(podErrors);
  return {
    ready: false,
    reasons: [
      ...conditionErrors(deployment),
      ...claims,
      ...(missing === undefined ? [] : [missing]),
      ...pods,
    ],
    progress: progress(newest),
  };
}

/** What the rollout still lacks. */
function rollout(
  deployment: KubernetesObject,
  newest: Values | undefined,
  revision: string,
): string | undefined {
  if (!isTrue(condition(deployment, "Available"))) return "Minimum number of live Pods was not attained";
  const enough = newest !== undefined && hasReplicas(newest);
  const tooFew = "Minimum number of Pods to consider the application live was not attained";
  if (revision === "1") return enough ? undefined : tooFew;
  const progressing = condition(deployment, "Progressing");
  if (!isTrue(progressing) || textAt(progressing, "reason") !== "NewReplicaSetAvailable") return tooFew;
  return enough
    ? undefined
    : "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live";
}

const wanted = (replicaSet: Values): number => numberAt(replicaSet, "spec", "replicas") ?? 1;
const readyPods = (replicaSet: Values): number => numberAt(replicaSet, "status", "readyReplicas") ?? 0;
const hasReplicas = (replicaSet: Values): boolean => readyPods(replicaSet) >= wanted(replicaSet);

const progress = (newest: Values | undefined): string =>
  newest === undefined
    ? "Waiting for app ReplicaSet to be available"
    : `Waiting for app ReplicaSet to be available (${readyPods(newest)}/${wanted(newest)} Pods available)`;

const conditionErrors = (deployment: KubernetesObject): string[] =>
  ["Progressing", "Available"].flatMap((type) => {
    const found = condition(deployment, type);
    return textAt(found, "status") === "False"
      ? [`[${textAt(found, "reason")}] ${textAt(found, "message")}`]
      : [];
  });

async function unboundClaims(deployment: KubernetesObject, api: Api): Promise<string[]> {
  const claims = bagsAt(deployment, "spec", "template", "spec", "volumes")
    .map((volume) => textAt(volume, "persistentVolumeClaim", "claimName"))
    .filter((name) => name !== "");
  if (claims.length === 0) return [];
  const found = await listBeside(api, core("PersistentVolumeClaim"), deployment);
  return found
    .filter((claim) => claims.includes(nameOf(claim)) && textAt(claim, "status", "phase") !== "Bound")
    .map(nameOf);
}
