/** A Job that runs once for each state of what it is made from, and never by itself again. Pure. */
import { contentHash, HASH_LENGTH } from "../content-hash";

/** CPU and memory as Kubernetes quantities, e.g. `200m` and `200Mi`. */
export interface CpuAndMemory {
  readonly cpu: string;
  readonly memory: string;
}

/** What a pod's containers may do: nothing but run, as nobody (Pod Security level restricted). */
export const RESTRICTED_POD = {
  restartPolicy: "Never",
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 10001,
    runAsGroup: 10001,
    fsGroup: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** As {@link RESTRICTED_POD}, of a container. */
export const RESTRICTED_CONTAINER = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** Labels of pods: `app`, by which golive finds them, and Kubernetes' own name for the same. */
export const podLabels = (app: string) => ({ app, "app.kubernetes.io/name": app });

/** Limits of a container, and the same as requests. */
export const resources = (limits: CpuAndMemory) => ({ limits: { ...limits }, requests: { ...limits } });

/** What runs once. */
export interface Once<Pod extends object> {
  /** Name of the Job before its hash; at most {@link LONGEST_NAME} characters. */
  readonly name: string;
  /** Value of the label `app` of its pods, by which a namespace's openings find them. */
  readonly app: string;
  /** A new version runs anew. */
  readonly version: string;
  readonly deadlineSeconds: number;
  /** Spec of the pod; another one runs anew. */
  readonly pod: Pod;
}

/** A pod's name is the Job's with six characters more, and must be a label of at most 63. */
const LONGEST_NAME = 63 - 6 - (HASH_LENGTH + 1);

/**
 * Name and spec of the Job, named `<name>-<hash of version and pod>`: what is as it was has its Job already, anything else
 * is another Job. It fails at the first failure or at the deadline (the two ways of failing that Pulumi's wait knows), and
 * has no time to live: one that vanished would be run again after the next refresh.
 *
 * @throws {RangeError} when the name leaves no room for the hash.
 */
export function runOnce<Pod extends object>({ name, app, version, deadlineSeconds, pod }: Once<Pod>) {
  if (name.length > LONGEST_NAME) {
    throw new RangeError(`a Job's name has at most ${LONGEST_NAME} characters; ${name} has ${name.length}`);
  }
  return {
    name: `${name}-${contentHash([version, pod])}`,
    labels: { app, "app.kubernetes.io/managed-by": "golive" },
    // A Job that failed is replaced by the next `up`, which would else wait for it in vain.
    annotations: { "pulumi.com/replaceUnready": "true", "golive.dev/version": version },
    spec: onceSpec(app, deadlineSeconds, pod),
  };
}

/** Spec of a Job that fails at the first failure, or at its deadline. */
export const onceSpec = <Pod extends object>(app: string, deadlineSeconds: number, pod: Pod) => ({
  backoffLimit: 0,
  activeDeadlineSeconds: deadlineSeconds,
  template: { metadata: { labels: podLabels(app) }, spec: pod },
});

/** Seconds that Pulumi waits for such a Job: past its deadline, after which Kubernetes ends it. */
export const patienceSeconds = (deadlineSeconds: number) => deadlineSeconds + 60;

/**
 * A container's words as Kubernetes takes them: it reads `$(NAME)` as a variable and `$$` as an escaped `$`.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
 */
export const literal = (word: string) => word.replaceAll(/\$(?=[$(])/g, "$$$$");
