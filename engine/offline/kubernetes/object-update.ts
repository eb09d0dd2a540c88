// Update of an object in place. Facts: pulumi-kubernetes provider/pkg/provider/provider.go Update,
// provider/pkg/await/await.go Update.
import type { UpdateRequest } from "../provider";
import { InitializationFailed } from "../provider";
import { holdsUnknown, type Values } from "../values";
import { isForbidden, NoMatchError, type Api, type Mapping } from "./api";
import { apply, leaveAlone, relinquish, takeOver, type Writer } from "./apply";
import { NotReadyError } from "./await/errors";
import { waitUntilReady } from "./await/ready";
import { checkpoint, objectOf, parseCheckpoint, type Checkpoint } from "./checkpoint";
import { parsePath } from "./diff";
import { fieldManagerOf } from "./field-manager";
import { isCrd, isPatchType } from "./kinds";
import { mergePatch } from "./merge-patch";
import { gvkOf, idOf, nameOf, namespaceOf, textAt, withAt, type KubernetesObject } from "./object";
import type { Session } from "./session";

/** One update. */
interface Update {
  readonly request: UpdateRequest;
  readonly session: Session;
  readonly old: Checkpoint;
  readonly inputs: KubernetesObject;
  readonly fieldManager: string;
}

/** Updates an object, or in a preview asks the API server what it would make of it. Returns the new state. */
export async function updateObject(request: UpdateRequest, session: Session): Promise<Values> {
  const { cluster, settings } = session;
  if (!request.preview) cluster.reached();
  const inputs = await cluster.normalize(objectOf(request.newInputs));
  const cannotAsk = holdsUnknown(inputs) || !(await cluster.knows(gvkOf(inputs)));
  if (request.preview && cannotAsk) return request.newInputs;
  const old = parseCheckpoint(request.oldOutputs);
  const fieldManager = fieldManagerOf(inputs, old.fieldManager, settings);
  return write({ request, session, old, inputs, fieldManager });
}

async function write(update: Update): Promise<Values> {
  const { request, session, old, fieldManager } = update;
  try {
    const live = await submit(update);
    const renamed = old.fieldManager !== "" && old.fieldManager !== fieldManager;
    if (renamed && !request.preview && session.settings.serverSideApply) await relinquishOld(update, live);
    return state(update, live);
  } catch (error) {
    if (request.preview && isForbidden(error)) return request.newInputs;
    throw await explained(update, error);
  }
}

async function submit(update: Update): Promise<Values> {
  const { request, session, old, inputs } = update;
  const api = session.cluster.reached();
  const mapping = await api.mapping(gvkOf(inputs));
  const before = await api.get(mapping, namespaceOf(old.live), nameOf(old.live));
  const written = await send(update, api, mapping, before);
  if (request.preview) return written;
  return waitUntilReady(written, inputs, {
    api,
    mapping,
    signal: session.context.signal,
    timeout: request.timeout,
    progress: (message) => session.context.progress(message, request.urn),
  });
}

async function send(update: Update, api: Api, mapping: Mapping, before: Values): Promise<Values> {
  const { request, session, old, inputs, fieldManager } = update;
  const writer: Writer = { fieldManager, dryRun: request.preview, force: session.settings.patchForce };
  if (isCrd(gvkOf(inputs))) {
    const version = textAt(before, "metadata", "resourceVersion");
    return api.replace(mapping, withAt(inputs, version, "metadata", "resourceVersion"), writer);
  }
  if (!session.settings.serverSideApply)
    return api.patch(mapping, before, mergePatch(old.inputs, inputs), writer);
  const keepsManagers = request.preview || isPatchType(request.type);
  const live = keepsManagers ? before : await takeOver(api, mapping, before, fieldManager);
  const ignored = request.ignoreChanges.map((path) => parsePath(path).map(String));
  return apply(api, mapping, leaveAlone(inputs, live, fieldManager, ignored), writer, live);
}

async function relinquishOld({ session, inputs, old }: Update, live: Values): Promise<void> {
  const api = session.cluster.reached();
  await relinquish(api, await api.mapping(gvkOf(inputs)), live, old.fieldManager);
}

const state = ({ request, inputs, old, fieldManager }: Update, live: Values): Values =>
  checkpoint({ inputs, live, initialApiVersion: old.initialApiVersion, fieldManager }, request.newInputs);

/** The object is there still, so what failed is kept in state with it and tried again by the next update. */
async function explained(update: Update, error: unknown): Promise<Error> {
  const { request, session, old } = update;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof NoMatchError) {
    return new Error(
      `update of resource "${request.urn}" failed because the Kubernetes API server reported that the apiVersion ` +
        `for this resource does not exist. Verify that any required CRDs have been created: ${text}`,
    );
  }
  const api = session.cluster.reached();
  const read = async () =>
    api.get(await api.mapping(gvkOf(old.live)), namespaceOf(old.live), nameOf(old.live));
  return read().then(
    (live) => {
      const reason = `the Kubernetes API server reported that "${idOf(live)}" failed to fully initialize or become live: ${text}`;
      const reasons = error instanceof NotReadyError ? error.reasons : [];
      return new InitializationFailed(idOf(live), state(update, live), {}, [reason, ...reasons]);
    },
    (gone: unknown) =>
      new Error(
        `update of resource "${request.urn}" failed: ${text}\n` +
          `unable to get cluster state: ${gone instanceof Error ? gone.message : String(gone)}`,
      ),
  );
}
