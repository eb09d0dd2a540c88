/** The values of `charts/service`, from a service's own words. Pure. */

/** CPU and memory of a container, as Kubernetes quantities. */
interface CpuAndMemory {
  readonly cpu: string;
  readonly memory: string;
}

/** A taint that the pods tolerate. */
export interface Toleration {
  readonly key?: string;
  readonly operator: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A variable that the container takes from a Secret of the namespace. */
export interface SecretVariable {
  readonly name: string;
  readonly secret: string;
  readonly key: string;
}

/** A service as its chart wants it described. */
export interface Service {
  /** Name of the Deployment, the Service and the account, and the value of the label `app`. */
  readonly name: string;
  readonly image: {
    /** Registry and repository, without a tag. */
    readonly repository: string;
    /** One version; `latest` is refused. */
    readonly tag: string;
    /** `sha256:…`. @default - the tag alone says which image */
    readonly digest?: string | undefined;
  };
  /** What the container runs, e.g. `["node", "dist/worker.js"]`. @default - the image's own command */
  readonly command?: readonly string[] | undefined;
  /** Port of the container and of the Service; its name is `http`. */
  readonly port: number;
  /** Path that answers 200 when the service can serve. */
  readonly healthPath: string;
  /** Path that answers 200 when requests may be sent to it. @default - `healthPath` */
  readonly readyPath?: string | undefined;
  readonly limits: CpuAndMemory;
  /** @default - the limits */
  readonly requests?: CpuAndMemory;
  /** Pods, where nothing scales them. @default 1 */
  readonly replicas?: number;
  /** @default - `replicas` pods at all times */
  readonly autoscaling?:
    { readonly minReplicas: number; readonly maxReplicas: number; readonly cpuPercent: number } | undefined;
  readonly tolerations?: readonly Toleration[];
  /** Variables of the container. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Variables taken from Secrets of the namespace. @default - none */
  readonly secretEnvironment?: readonly SecretVariable[];
  /** Configuration files below `/etc/<name>`; a change rolls the pods. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** Annotations of the pods; a change rolls them. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Whether prometheus-operator reads the service's metrics. @default false */
  readonly serviceMonitor?: boolean;
  /** ARN of the AWS role that the pods take; its trust names the account `name`. @default - none */
  readonly serviceAccountRole?: string;
  /** Seconds between the order to stop and the kill. @default 30 */
  readonly graceSeconds?: number;
}

/** Seconds that a load balancer may go on sending requests to a pod that stops. */
const DRAIN_SECONDS = 10;

/** What `charts/service/values.schema.json` describes; what is not set is left to the chart. */
export function serviceValues(service: Service): Record<string, unknown> {
  const { name, port, limits, requests = limits, graceSeconds = 30, autoscaling, readyPath } = service;
  const { repository, tag, digest } = service.image;
  return {
    name,
    image: { repository, tag, ...(digest === undefined ? {} : { digest }) },
    port,
    health: { path: service.healthPath, ...(readyPath === undefined ? {} : { readyPath }) },
    resources: { limits: { ...limits }, requests: { ...requests } },
    replicas: service.replicas ?? 1,
    ...(autoscaling === undefined ? {} : { autoscaling: { enabled: true, ...autoscaling } }),
    ...filled("tolerations", service.tolerations),
    ...filled("command", service.command),
    ...filled("environment", service.environment),
    ...filled("secretEnvironment", service.secretEnvironment),
    ...filled("files", service.files),
    ...filled("podAnnotations", service.podAnnotations),
    ...(service.serviceMonitor === true ? { serviceMonitor: { enabled: true } } : {}),
    ...accountValues(service),
    shutdown: { preStopSeconds: Math.min(DRAIN_SECONDS, Math.floor(graceSeconds / 3)), graceSeconds },
  };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
const accountValues = ({ serviceAccountRole: role }: Service) =>
  role === undefined ? {} : { serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": role } } };

/** A field under its name, unless there is nothing in it. */
const filled = (name: string, value: object | undefined) =>
  value === undefined || Object.keys(value).length === 0 ? {} : { [name]: value };
