// Diff of an object: new inputs against the live state of the last update or refresh, cut to the old inputs.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go Diff.
import type { DiffRequest, DiffResult } from "../provider";
import { entries } from "../values";
import { isAutonamed, isNamed } from "./autoname";
import { isJobDone } from "./await/job";
import { objectOf, parseCheckpoint } from "./checkpoint";
import { detailedDiff, replacedPaths, withoutIgnored, type DetailedDiff } from "./diff";
import { forceNewPaths } from "./forcenew";
import { isPatchType } from "./kinds";
import {
  gvkOf,
  isAnnotated,
  kindOf,
  nameOf,
  namespaceOf,
  withAt,
  withoutAt,
  type KubernetesObject,
} from "./object";
import { prune } from "./prune";
import type { Session } from "./session";

/** What the update would do. */
export async function diffObject(request: DiffRequest, session: Session): Promise<DiffResult> {
  const { inputs: oldInputs, live } = parseCheckpoint(request.oldOutputs);
  const next = await session.cluster.normalize(objectOf(request.newInputs));
  const namespaced = await session.cluster.isNamespaced(gvkOf(next));
  const old = comparable(prune(live, await session.cluster.normalize(oldInputs)), next, live, namespaced);
  const placed = place(next, namespaced);
  const forceNew = forceNewPaths(next, session.settings.mutable, isPatchType(request.type));
  const all = detailedDiff({ old, next: placed, oldInputs: old }, old, forceNew);
  const diff = withoutIgnored(all, request.ignoreChanges);
  return verdict(diff, await unready(next, live, request.urn, session), placed, live);
}

function verdict(
  diff: DetailedDiff,
  unready: readonly string[],
  next: KubernetesObject,
  live: KubernetesObject,
): DiffResult {
  const replaces = [...replacedPaths(diff), ...unready];
  return {
    changes: Object.keys(diff).length > 0 || unready.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && keepsName(next, live),
    detailedDiff: diff,
  };
}

/** A replacement that must have the old one's name can only follow its deletion. */
const keepsName = (next: KubernetesObject, live: KubernetesObject): boolean =>
  isNamed(next) &&
  !isAutonamed(next) &&
  nameOf(next) === nameOf(live) &&
  namespaceOf(next) === namespaceOf(live);

/** A namespace not known yet counts as none, as in the plugin. */
function place(object: KubernetesObject, namespaced: boolean): KubernetesObject {
  if (!namespaced) return withoutAt(object, "metadata", "namespace");
  return namespaceOf(object) === "" ? withAt(object, "default", "metadata", "namespace") : object;
}

function comparable(
  pruned: KubernetesObject,
  next: KubernetesObject,
  live: KubernetesObject,
  namespaced: boolean,
): KubernetesObject {
  const placed = withoutAt(place(pruned, namespaced), "metadata", "resourceVersion");
  const named = nameOf(next) === "" ? placed : withAt(placed, nameOf(live), "metadata", "name");
  return entries(pruned).some(([key]) => key === "kind")
    ? named
    : { ...named, apiVersion: next["apiVersion"], kind: next["kind"] };
}

const REPLACE_UNREADY = "pulumi.com/replaceUnready";

/** A Job that failed is run again where the program asks for it. */
async function unready(
  next: KubernetesObject,
  live: KubernetesObject,
  urn: string,
  { cluster, context }: Session,
): Promise<string[]> {
  if (!isAnnotated(next, REPLACE_UNREADY)) return [];
  if (cluster.api === undefined || kindOf(next) !== "Job") {
    context.log("warning", unreadyWarning(cluster.api === undefined), urn);
    return [];
  }
  const mapping = await cluster.api.mapping(gvkOf(live));
  const job = await cluster.api.get(mapping, namespaceOf(live), nameOf(live)).catch(() => undefined);
  return job === undefined || isJobDone(job) ? [] : [`.metadata.annotations["${REPLACE_UNREADY}"]`];
}

const unreadyWarning = (isUnreachable: boolean): string =>
  isUnreachable
    ? "Cluster is unreachable, skipping replaceUnready check"
    : "replaceUnready annotation is not supported for this resource";
