/** What a release is declared from, out of the settings of a workload. */
import type { ServiceReleaseArgs } from "../components/service-release";
import { registryHost, type StackSettings, type WorkloadSettings } from "../settings";
import { variables } from "./secret-sources";

interface Workload {
  /** Name of the Deployment and of the Service. */
  readonly name: string;
  readonly namespace: string;
  readonly settings: WorkloadSettings;
  readonly stack: StackSettings;
}

/** The args of a workload's release: image from the stack's own registry, variables each where the release wants it. */
export function serviceArgs({ name, namespace, settings, stack }: Workload): ServiceReleaseArgs {
  const { image, environment, replicas, autoscaling } = settings;
  return {
    name,
    release: settings.release,
    namespace,
    image: {
      repository: `${registryHost(stack.aws)}/${image.repository}`,
      tag: image.tag,
      digest: image.digest,
    },
    port: settings.port,
    healthPath: settings.healthPath,
    replicas,
    autoscaling,
    limits: quantities(settings.limits),
    requests: quantities(settings.requests),
    tolerations: settings.tolerations,
    ...variables(environment),
    secretStore: stack.secretStore,
    graceSeconds: settings.shutdownGrace.seconds,
    timeoutSeconds: settings.timeout.seconds,
    cluster: stack.kubernetes,
  };
}

/** CPU and memory as the components take them. */
export const quantities = ({ cpu, memory }: WorkloadSettings["limits"]) => ({
  cpu: cpu.text,
  memory: memory.text,
});
