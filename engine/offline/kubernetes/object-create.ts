// Create of an object. Facts: pulumi-kubernetes provider/pkg/provider/provider.go Create, provider/pkg/await/await.go.
import { setTimeout as sleep } from "node:timers/promises";
import type { CreateRequest, CreateResult } from "../provider";
import { InitializationFailed } from "../provider";
import { holdsUnknown, type Values } from "../values";
import { ApiError, isForbidden, isNamespaceNotFound, isNotFound, NoMatchError, type Api, type Mapping } from "./api";
import { apply } from "./apply";
import { uniqueName } from "./autoname";
import { NotReadyError } from "./await/errors";
import { waitUntilReady } from "./await/ready";
import { checkpoint, objectOf } from "./checkpoint";
import { fieldManagerOf } from "./field-manager";
import { gvkOfType, isCrd, isPatchType } from "./kinds";
import { gvkOf, idOf, nameOf, namespaceOf, textAt, withAt, withoutAt, apiVersionOf, type KubernetesObject } from "./object";
import type { Session } from "./session";

/** Creates an object, or in a preview asks the API server what it would make of it. */
export async function createObject(request: CreateRequest, session: Session): Promise<CreateResult> {
  const inputs = objectOf(request.newInputs);
  return request.preview ? preview(request, inputs, session) : create(request, inputs, session);
}

async function preview(request: CreateRequest, inputs: KubernetesObject, session: Session): Promise<CreateResult> {
  const unchanged = { id: "", outputs: request.newInputs };
  const { settings, cluster } = session;
  const skips = holdsUnknown(inputs) || isPatchType(request.type) || !settings.serverSideApply;
  if (skips || cluster.api === undefined || !(await cluster.knows(gvkOf(inputs)))) return unchanged;
  const fieldManager = fieldManagerOf(inputs, "", settings);
  try {
    const planned = await dryRun(cluster.api, inputs, fieldManager, request.urn, session);
    return { id: "", outputs: state(request.newInputs, inputs, withoutAt(planned, "status"), fieldManager) };
  } catch (error) {
    if (isForbidden(error) || isNamespaceNotFound(error)) return unchanged;
    throw notCreated(request.urn, error);
  }
}

/** The dry run of what will replace an object with immutable fields goes by another name. */
async function dryRun(
  api: Api,
  inputs: KubernetesObject,
  fieldManager: string,
  urn: string,
  { settings, context }: Session,
): Promise<Values> {
  const mapping = await api.mapping(gvkOf(inputs));
  const writer = { fieldManager, dryRun: true, force: settings.patchForce };
  return apply(api, mapping, inputs, writer, undefined).catch((error: unknown) => {
    if (!isImmutable(error)) throw error;
    const name = uniqueName(nameOf(inputs), new Uint8Array()).slice(0, nameOf(inputs).length + 5);
    context.log("info", `Preview creation failed due to immutable fields; retrying with name "${name}"`, urn);
    return apply(api, mapping, withAt(inputs, name, "metadata", "name"), writer, undefined);
  });
}

const isImmutable = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === "Invalid" && error.message.includes("field is immutable");

async function create(request: CreateRequest, inputs: KubernetesObject, session: Session): Promise<CreateResult> {
  const { urn, newInputs } = request;
  const fieldManager = fieldManagerOf(inputs, "", session.settings);
  const made = await createWithRetry(inputs, fieldManager, request, session);
  if (isCrd(gvkOf(inputs))) session.cluster.reached().forgetKinds();
  try {
    const ready = await waitUntilReady(made.object, inputs, wait(request, made.mapping, session));
    return { id: idOf(ready), outputs: state(newInputs, inputs, ready, fieldManager) };
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw notCreated(urn, error);
    const reason =
      `resource "${urn}" was successfully created, but the Kubernetes API server ` +
      `reported that it failed to fully initialize or become live: ${error.message}`;
    const outputs = state(newInputs, inputs, error.object, fieldManager);
    throw new InitializationFailed(idOf(error.object), outputs, {}, [reason, ...error.reasons]);
  }
}

const wait = (request: CreateRequest, mapping: Mapping, { cluster, context }: Session) => ({
  api: cluster.reached(),
  mapping,
  signal: context.signal,
  timeout: request.timeout,
  progress: (message: string) => context.progress(message, request.urn),
});

function state(program: Values, inputs: KubernetesObject, live: Values, fieldManager: string): Values {
  return checkpoint({ inputs, live, initialApiVersion: textAt(inputs, "apiVersion"), fieldManager }, program);
}

interface Made {
  readonly object: Values;
  readonly mapping: Mapping;
}

/** Milliseconds; a kind or namespace made by the same update may take a moment to be known. */
const RETRIES = [250, 500, 1000, 2000, 4000];

async function createWithRetry(
  inputs: KubernetesObject,
  fieldManager: string,
  request: CreateRequest,
  session: Session,
): Promise<Made> {
  const api = session.cluster.reached();
  for (const [retry, delay] of [...RETRIES, 0].entries()) {
    try {
      return await createOnce(api, inputs, fieldManager, request, session);
    } catch (error) {
      const mayComeTrue = error instanceof NoMatchError || isNotFound(error);
      if (!mayComeTrue || delay === 0 || session.context.signal.aborted) throw explained(request, error);
      session.context.progress(`Retry #${retry}; creation failed: ${String(error)}`, request.urn);
      await sleep(delay, undefined, { signal: session.context.signal }).catch(() => undefined);
    }
  }
  throw new Error("no attempt was made");
}

async function createOnce(
  api: Api,
  inputs: KubernetesObject,
  fieldManager: string,
  { type }: CreateRequest,
  { settings }: Session,
): Promise<Made> {
  const mapping = await api.mapping(gvkOf(inputs));
  const writer = { fieldManager, dryRun: false, force: settings.patchForce };
  if (!settings.serverSideApply) return { mapping, object: await api.create(mapping, inputs, writer) };
  const mayExist = settings.upsertExisting || isPatchType(type);
  if (!mayExist && (await exists(api, mapping, inputs))) throw alreadyExists(mapping, inputs);
  return { mapping, object: await apply(api, mapping, inputs, writer, undefined) };
}

async function exists(api: Api, mapping: Mapping, inputs: KubernetesObject): Promise<boolean> {
  return api.get(mapping, namespaceOf(inputs), nameOf(inputs)).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
}

function alreadyExists({ kind, plural }: Mapping, inputs: KubernetesObject): ApiError {
  const resource = kind.group === "" ? plural : `${plural}.${kind.group}`;
  const message =
    `${resource} "${nameOf(inputs)}" already exists\n\n` +
    "The resource already exists in the cluster. This can happen when:\n" +
    "- Renaming a Pulumi resource: use an alias to preserve the identity, or use deleteBeforeReplace if the resource needs replacement.\n" +
    `- Managing an existing resource: use a Patch resource (e.g., ${kind.kind}Patch), or import it with \`pulumi import\`.`;
  return new ApiError(409, { message, reason: "AlreadyExists" });
}

function explained({ urn, type }: CreateRequest, error: unknown): Error {
  if (!(error instanceof NoMatchError)) return notCreated(urn, error);
  const kind = gvkOfType(type);
  return new Error(
    `creation of resource "${urn}" with kind ${apiVersionOf(kind)}/${kind.kind} failed because the Kubernetes API server ` +
      "reported that the apiVersion for this resource does not exist. " +
      `Verify that any required CRDs have been created: ${error.message}`,
  );
}

function notCreated(urn: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${text}`);
}
