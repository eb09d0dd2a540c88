// Create of an object. Facts: pulumi-kubernetes provider/pkg/provider/provider.go Create, provider/pkg/await/await.go.
import { setTimeout as sleep } from "node:timers/promises";
import type { CreateRequest, CreateResult } from "../provider";
import { InitializationFailed } from "../provider";
import { holdsUnknown, type Values } from "../values";
import {
  ApiError,
  isAlreadyExists,
  isForbidden,
  isNamespaceNotFound,
  isNotFound,
  NoMatchError,
  type Api,
  type Mapping,
} from "./api";
import { apply, type Writer } from "./apply";
import { NotReadyError } from "./await/errors";
import { waitUntilReady } from "./await/ready";
import { checkpoint, objectOf } from "./checkpoint";
import { fieldManagerOf } from "./field-manager";
import { gvkOfType, isCrd, isPatchType } from "./kinds";
import { apiVersionOf, gvkOf, idOf, kindOf, textAt, withoutAt, type KubernetesObject } from "./object";
import type { Session } from "./session";

/** Creates an object, or in a preview asks the API server what it would make of it. */
export async function createObject(request: CreateRequest, session: Session): Promise<CreateResult> {
  const inputs = objectOf(request.newInputs);
  return request.preview ? preview(request, inputs, session) : create(request, inputs, session);
}

async function preview(
  request: CreateRequest,
  inputs: KubernetesObject,
  session: Session,
): Promise<CreateResult> {
  const unchanged = { id: "", outputs: request.newInputs };
  const { settings, cluster } = session;
  const skips = holdsUnknown(inputs) || isPatchType(request.type) || !settings.serverSideApply;
  if (skips || cluster.api === undefined || !(await cluster.knows(gvkOf(inputs)))) return unchanged;
  const fieldManager = fieldManagerOf(inputs, "", settings);
  try {
    const planned = await write(
      cluster.api,
      inputs,
      { fieldManager, dryRun: true, force: settings.patchForce },
      request,
      session,
    );
    return {
      id: "",
      outputs: state(request.newInputs, inputs, withoutAt(planned.object, "status"), fieldManager),
    };
  } catch (error) {
    // What is there already may be what this object will replace.
    if (isAlreadyExists(error) || isForbidden(error) || isNamespaceNotFound(error)) return unchanged;
    throw notCreated(request.urn, error);
  }
}

async function create(
  request: CreateRequest,
  inputs: KubernetesObject,
  session: Session,
): Promise<CreateResult> {
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
  request: CreateRequest,
  session: Session,
): Promise<Made> {
  const writer = { fieldManager, dryRun: false, force: session.settings.patchForce };
  return write(api, inputs, writer, request, session).catch((error: unknown) => {
    throw isAlreadyExists(error) && error instanceof Error ? alreadyExists(error, inputs) : error;
  });
}

/** A create is no upsert unless asked for: who finds an object of another there should know. */
async function write(
  api: Api,
  inputs: KubernetesObject,
  writer: Writer,
  { type }: CreateRequest,
  { settings }: Session,
): Promise<Made> {
  const mapping = await api.mapping(gvkOf(inputs));
  const upserts = settings.serverSideApply && (settings.upsertExisting || isPatchType(type));
  const object = upserts
    ? apply(api, mapping, inputs, writer, undefined)
    : api.create(mapping, inputs, writer);
  return { mapping, object: await object };
}

const alreadyExists = (error: Error, inputs: KubernetesObject): ApiError =>
  new ApiError(409, {
    reason: "AlreadyExists",
    message:
      `${error.message}\n\nThe resource already exists in the cluster. This can happen when:\n` +
      "- Renaming a Pulumi resource: use an alias to preserve the identity, or use deleteBeforeReplace if the resource needs replacement.\n" +
      `- Managing an existing resource: use a Patch resource (e.g., ${kindOf(inputs)}Patch), or import it with \`pulumi import\`.`,
  });

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
