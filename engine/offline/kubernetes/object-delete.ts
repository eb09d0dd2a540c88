// Delete of an object. Facts: pulumi-kubernetes provider/pkg/await/await.go Deletion.
import { setTimeout as sleep } from "node:timers/promises";
import type { DeleteRequest } from "../provider";
import { InitializationFailed } from "../provider";
import type { Values } from "../values";
import { isForbidden, isNotFound, NoMatchError, type Api, type Mapping } from "./api";
import { relinquish } from "./apply";
import { secondsToWait } from "./await/ready";
import { checkpoint, parseCheckpoint, type Checkpoint } from "./checkpoint";
import { isPatchType } from "./kinds";
import {
  annotationOf,
  apiVersionOf,
  gvkOf,
  idOf,
  isAnnotated,
  kindOf,
  nameOf,
  namespaceOf,
  textAt,
} from "./object";
import type { Session } from "./session";

/** Deletes an object and waits until it is gone. One that is gone already is no error. */
export async function deleteObject(request: DeleteRequest, session: Session): Promise<void> {
  const old = parseCheckpoint(request.oldOutputs);
  const api = session.cluster.reached();
  try {
    const mapping = await api.mapping(gvkOf(old.live));
    await (isPatchType(request.type)
      ? giveUp(request, api, mapping, old)
      : remove(request, api, mapping, old, session));
  } catch (error) {
    if (!(error instanceof NoMatchError) && !isNotFound(error)) throw error;
  }
}

async function giveUp(
  { type }: DeleteRequest,
  api: Api,
  mapping: Mapping,
  { live, fieldManager }: Checkpoint,
): Promise<void> {
  await relinquish(api, mapping, live, fieldManager).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    if (!text.includes("Required value")) throw error;
    throw new Error(
      `this Patch resource (${type}) is currently managing a required field, so it can't be deleted directly. Either set the ` +
        `\`retainOnDelete\` resource option, or transfer ownership of the field before deleting: ${text}`,
    );
  });
}

async function remove(
  request: DeleteRequest,
  api: Api,
  mapping: Mapping,
  old: Checkpoint,
  session: Session,
): Promise<void> {
  const [namespace, name] = [namespaceOf(old.live), nameOf(old.live)];
  const uid = textAt(old.live, "metadata", "uid");
  const policy = annotationOf(old.inputs, "pulumi.com/deletionPropagationPolicy") || "Foreground";
  try {
    await api.delete(mapping, namespace, name, propagation(policy));
  } catch (error) {
    if (!isForbidden(error) || !session.settings.upsertExisting) throw error;
    await relinquish(api, mapping, old.live, old.fieldManager);
    return;
  }
  const limit =
    Date.now() + secondsToWait(old.inputs, request.timeout, defaultSeconds(kindOf(old.live))) * 1000;
  for (;;) {
    const live = await api.get(mapping, namespace, name);
    if (uid !== "" && textAt(live, "metadata", "uid") !== uid) return;
    if (isAnnotated(old.inputs, "pulumi.com/skipAwait") && kindOf(live) in WAITED_LONGER) return;
    if (Date.now() >= limit || session.context.signal.aborted) throw stillThere(live, old, request);
    await sleep(POLL_MS, undefined, { signal: session.context.signal }).catch(() => undefined);
  }
}

const POLL_MS = 200;

const POLICIES: Readonly<Record<string, string>> = { background: "Background", orphan: "Orphan" };
const propagation = (policy: string): string => POLICIES[policy.toLowerCase()] ?? "Foreground";

/** Seconds; kinds with a wait of their own, which skipAwait skips. */
const WAITED_LONGER: Readonly<Record<string, number>> = {
  DaemonSet: 600,
  Deployment: 600,
  Job: 300,
  Namespace: 300,
  Pod: 300,
  ReplicationController: 600,
  StatefulSet: 600,
};
const defaultSeconds = (kind: string): number => WAITED_LONGER[kind] ?? 300;

function stillThere(live: Values, old: Checkpoint, { oldInputs }: DeleteRequest): InitializationFailed {
  const what = `${apiVersionOf(gvkOf(live))}/${kindOf(live)}`;
  const reasons = [
    `'${nameOf(live)}' timed out waiting to be Ready`,
    `Timed out waiting for deletion of ${what} "${nameOf(live)}"`,
  ];
  return new InitializationFailed(idOf(live), checkpoint({ ...old, live }, oldInputs), {}, reasons);
}
