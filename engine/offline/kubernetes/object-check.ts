// Check of an object: its name, its namespace, its normal form.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go Check.
import type { CheckRequest, CheckResult } from "../provider";
import { isValues, type Values } from "../values";
import { adoptName, assignName, isGenerateName } from "./autoname";
import { objectOf } from "./checkpoint";
import { gvkOfType, isListType, isPatchType } from "./kinds";
import { hasUnknownNamespace, nameOf, namespaceOf, withAt, type KubernetesObject } from "./object";
import { annotateSecrets, annotateUnknowns } from "./secrets";
import type { Session } from "./session";

/** The inputs to go on with. */
export async function checkObject(request: CheckRequest, session: Session): Promise<CheckResult> {
  const { cluster, settings } = session;
  if (cluster.api === undefined && settings.skipUpdateUnreachable) return { inputs: request.oldInputs ?? {} };
  refuseKind(request.type, settings.serverSideApply);
  const given = await cluster.normalize(objectOf(request.newInputs));
  if (isPatchType(request.type) && nameOf(given) === "") {
    throw new Error("patch resources require the `.metadata.name` field to be set");
  }
  const named = withName(given, request);
  if (settings.serverSideApply && isGenerateName(named)) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  const placed = await place(named, request.type, session);
  return { inputs: marked(placed, request.newInputs) };
}

function refuseKind(type: string, serverSideApply: boolean): void {
  if (isListType(type)) {
    throw new Error(
      "list resources exist for compatibility with YAML manifests and Helm charts, " +
        "and cannot be created directly. Use the underlying resource type instead",
    );
  }
  if (!serverSideApply && isPatchType(type)) {
    throw new Error(
      "patch resources require Server-Side Apply mode, which is enabled using the `enableServerSideApply` Provider config",
    );
  }
}

function withName(
  object: KubernetesObject,
  { oldInputs, name, randomSeed, autonaming }: CheckRequest,
): KubernetesObject {
  return oldInputs !== undefined && Object.keys(oldInputs).length > 0
    ? adoptName(object, objectOf(oldInputs))
    : assignName(object, name, randomSeed, autonaming);
}

/** With the provider's namespace where the object names none and its kind has one. */
async function place(
  object: KubernetesObject,
  type: string,
  { cluster }: Session,
): Promise<KubernetesObject> {
  const hasPlace = cluster.namespace === "" || namespaceOf(object) !== "" || hasUnknownNamespace(object);
  if (hasPlace || !(await cluster.isNamespaced(gvkOfType(type)))) return object;
  return withAt(object, cluster.namespace, "metadata", "namespace");
}

function marked(object: KubernetesObject, program: Values): Values {
  const unknowns = annotateUnknowns(annotateSecrets(object, program), program);
  return isValues(unknowns) ? unknowns : object;
}
