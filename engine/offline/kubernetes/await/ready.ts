// Waiting until an object is ready. Facts: pulumi-kubernetes provider/pkg/await/awaiters.go and await.go.
import { setTimeout as sleep } from "node:timers/promises";
import type { Values } from "../../values";
import type { Api, Mapping } from "../api";
import {
  annotationOf,
  apiVersionOf,
  at,
  gvkOf,
  isAnnotated,
  nameOf,
  namespaceOf,
  numberAt,
  type KubernetesObject,
} from "../object";
import type { Check, Readiness } from "./check";
import { READY } from "./check";
import { daemonSetReady } from "./daemonset";
import { deploymentReady } from "./deployment";
import { cancelled, failedToInitialize, timedOut } from "./errors";
import { ingressReady } from "./ingress";
import { jobReady } from "./job";
import { podReady } from "./pod";
import { serviceReady } from "./service";
import { statefulSetReady } from "./statefulset";
import { claimReady, volumeReady } from "./volume";
import { waitForCheck } from "./wait-for";

/** How a kind is waited for. */
interface Awaited {
  readonly check: Check;
  /** Seconds. */
  readonly timeout: number;
  /** True where a refresh judges the object too. */
  readonly onRead: boolean;
}

const MINUTE = 60;
const workload = (check: Check): Awaited => ({ check, timeout: 10 * MINUTE, onRead: true });
const simple = (check: Check): Awaited => ({ check, timeout: 5 * MINUTE, onRead: false });

const AWAITED: Readonly<Record<string, Awaited>> = {
  "apps/v1/DaemonSet": workload(daemonSetReady),
  "apps/v1/Deployment": workload(deploymentReady),
  "apps/v1/StatefulSet": workload(statefulSetReady),
  "batch/v1/Job": workload(jobReady),
  "networking.k8s.io/v1/Ingress": workload(ingressReady),
  "v1/PersistentVolume": simple(volumeReady),
  "v1/PersistentVolumeClaim": simple(claimReady),
  "v1/Pod": workload(podReady),
  "v1/ReplicationController": simple(controllerReady),
  "v1/ResourceQuota": simple(quotaReady),
  "v1/Service": workload(serviceReady),
};

function controllerReady(controller: KubernetesObject): Readiness {
  const [wanted, ready] = [
    numberAt(controller, "spec", "replicas") ?? 1,
    numberAt(controller, "status", "readyReplicas") ?? 0,
  ];
  return ready >= wanted
    ? READY
    : { ready: false, reasons: [`${ready} out of ${wanted} replicas are ready`] };
}

function quotaReady(quota: KubernetesObject): Readiness {
  const same =
    JSON.stringify(sorted(at(quota, "spec", "hard"))) === JSON.stringify(sorted(at(quota, "status", "hard")));
  return same ? READY : { ready: false, reasons: [`ResourceQuota "${nameOf(quota)}" is not observed yet`] };
}

const sorted = (bag: unknown): unknown[] =>
  typeof bag === "object" && bag !== null ? Object.entries(bag).sort(([a], [b]) => a.localeCompare(b)) : [];

/** How to wait. */
export interface Wait {
  readonly api: Api;
  readonly mapping: Mapping;
  readonly signal: AbortSignal;
  /** Seconds by the resource's customTimeouts; 0 means none. */
  readonly timeout: number;
  readonly progress: (message: string) => void;
}

const POLL_MS = 200;

/** Waits until the object is ready, and returns it. `inputs` has the annotations that the program set. */
export async function waitUntilReady(written: Values, inputs: KubernetesObject, wait: Wait): Promise<Values> {
  const awaited = awaitedOf(inputs);
  if (awaited === undefined) return live(written, wait).catch(() => written);
  const limit = secondsToWait(inputs, wait.timeout, awaited.timeout) * 1000;
  const started = Date.now();
  let [seen, shown] = [written, ""];
  for (;;) {
    seen = await live(written, wait);
    const answer = await awaited.check(seen, wait.api, Date.now() - started);
    if (answer.ready) return seen;
    if (answer.failed === true) throw failedToInitialize(seen, answer.reasons);
    if (wait.signal.aborted) throw cancelled(seen, answer.reasons);
    if (Date.now() - started >= limit) throw timedOut(seen, answer.reasons);
    const message = answer.progress ?? "";
    if (message !== "" && message !== shown) wait.progress((shown = message));
    await sleep(POLL_MS, undefined, { signal: wait.signal }).catch(() => undefined);
  }
}

/** Throws where a refresh finds the object not ready. */
export async function judgeOnRead(found: Values, inputs: KubernetesObject, api: Api): Promise<void> {
  const awaited = awaitedOf(inputs);
  if (awaited === undefined || !awaited.onRead) return;
  const answer = await awaited.check(found, api, Infinity);
  if (!answer.ready) throw failedToInitialize(found, answer.reasons);
}

const live = ({ metadata }: Values, { api, mapping }: Wait): Promise<Values> =>
  api.get(mapping, namespaceOf({ metadata }), nameOf({ metadata }));

function awaitedOf(inputs: KubernetesObject): Awaited | undefined {
  if (isAnnotated(inputs, "pulumi.com/skipAwait")) return undefined;
  const kind = gvkOf(inputs);
  const known = AWAITED[`${apiVersionOf(kind)}/${kind.kind}`];
  const asked = waitForCheck(inputs);
  return asked === undefined
    ? known
    : { check: asked, timeout: known?.timeout ?? 10 * MINUTE, onRead: known?.onRead ?? false };
}

/** Seconds: the resource's customTimeouts, else its annotation, else the kind's own. */
export function secondsToWait(inputs: KubernetesObject, custom: number, fallback: number): number {
  if (custom > 0) return custom;
  const annotated = Number(annotationOf(inputs, "pulumi.com/timeoutSeconds"));
  return annotated > 0 ? annotated : fallback;
}
