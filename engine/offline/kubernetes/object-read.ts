// Read of an object, for refresh, import and Resource.get.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go Read.
import type { ReadRequest, ReadResult } from "../provider";
import { InitializationFailed } from "../provider";
import { isValues, type Values } from "../values";
import { isNotFound, NoMatchError } from "./api";
import { judgeOnRead } from "./await/ready";
import { NotReadyError } from "./await/errors";
import { checkpoint, objectOf, parseCheckpoint } from "./checkpoint";
import { fieldManagerOf } from "./field-manager";
import { gvkOfType } from "./kinds";
import { normalizeInputs } from "./normalize";
import {
  apiVersionOf,
  at,
  gvkOf,
  kindOf,
  splitId,
  textAt,
  withAt,
  withoutAt,
  type KubernetesObject,
} from "./object";
import { prune } from "./prune";
import { annotateSecrets } from "./secrets";
import type { Session } from "./session";

/** What is there; undefined where it, or its kind, is gone. */
export async function readObject(request: ReadRequest, session: Session): Promise<ReadResult | undefined> {
  const { inputs, isNew } = wanted(request);
  try {
    const live = await find(request, inputs, session);
    const found = result(request, inputs, isNew, live, session);
    if (!isNew) await judge(found, live, inputs, session);
    return found;
  } catch (error) {
    if (error instanceof NoMatchError || isNotFound(error)) return undefined;
    throw error;
  }
}

async function find(request: ReadRequest, inputs: KubernetesObject, { cluster }: Session): Promise<Values> {
  const { namespace, name } = splitId(request.id);
  if (name === "") {
    throw new Error(
      `failed to read resource because of a failure to parse resource name from request ID: ${request.id}`,
    );
  }
  const api = cluster.reached();
  const mapping = await api.mapping(gvkOf(inputs));
  return api.get(mapping, textAt(inputs, "metadata", "namespace") || namespace, name);
}

async function judge(
  found: ReadResult,
  live: Values,
  inputs: KubernetesObject,
  { cluster }: Session,
): Promise<void> {
  await judgeOnRead(live, inputs, cluster.reached()).catch((error: unknown) => {
    if (!(error instanceof NotReadyError)) throw error;
    throw new InitializationFailed(found.id, found.outputs, found.inputs, [error.message, ...error.reasons]);
  });
}

/** The old inputs; what is not in state yet is known by its type and id alone. */
function wanted(request: ReadRequest): { inputs: KubernetesObject; isNew: boolean } {
  const inputs = normalizeInputs(objectOf(request.oldInputs));
  if (kindOf(inputs) !== "") return { inputs, isNew: false };
  const { live } = parseCheckpoint(request.oldOutputs);
  const isNew = kindOf(live) === "";
  const kind = isNew ? gvkOfType(request.type) : gvkOf(live);
  const { namespace, name } = splitId(request.id);
  const typed = { ...inputs, apiVersion: apiVersionOf(kind), kind: kind.kind };
  const named = at(typed, "metadata", "name") === undefined ? withAt(typed, name, "metadata", "name") : typed;
  const placed = namespace === "" ? named : withAt(named, namespace, "metadata", "namespace");
  return { inputs: placed, isNew };
}

function result(
  { id, oldInputs, oldOutputs }: ReadRequest,
  inputs: KubernetesObject,
  isNew: boolean,
  live: Values,
  { settings }: Session,
): ReadResult {
  const old = parseCheckpoint(oldOutputs);
  const liveInputs = isNew ? inputsOf(live) : prune(live, inputs);
  const fieldManager = fieldManagerOf(inputs, old.fieldManager, settings);
  const initialApiVersion = old.initialApiVersion || textAt(inputs, "apiVersion");
  return {
    id,
    outputs: checkpoint({ inputs: liveInputs, live, initialApiVersion, fieldManager }, oldInputs),
    inputs: annotateSecrets(liveInputs, oldInputs),
  };
}

const NOT_INPUT: readonly (readonly string[])[] = [
  ["status"],
  ["metadata", "creationTimestamp"],
  ["metadata", "generation"],
  ["metadata", "managedFields"],
  ["metadata", "resourceVersion"],
  ["metadata", "uid"],
  ["metadata", "annotations", "deployment.kubernetes.io/revision"],
  ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"],
];

/** What a program would have written for an object that it did not make. */
function inputsOf(live: Values): Values {
  const cut = NOT_INPUT.reduce((result, path) => withoutAt(result, ...path), live);
  const annotations = at(cut, "metadata", "annotations");
  const isEmpty = isValues(annotations) && Object.keys(annotations).length === 0;
  return isEmpty ? withoutAt(cut, "metadata", "annotations") : cut;
}
