/** How much a namespace may hold. Pure. */
import { type Cpu, formatCpu, formatMemory, type Memory } from "../settings";

/** A service's size: its pods at most, and what one of them may use. */
export interface Size {
  readonly replicas: number;
  readonly autoscaling?: { readonly maxReplicas: number } | undefined;
  readonly limits: { readonly cpu: Cpu; readonly memory: Memory };
}

/** Pods beside the services' own: Jobs that migrate, back up and check. */
const SPARE_PODS = 4;

/** Room for services at their largest, one pod more of each while it rolls, and a few Jobs of the largest size. */
export function namespaceQuota(...services: readonly Size[]) {
  const cpus = services.map(({ limits }) => limits.cpu.millicores);
  const memories = services.map(({ limits }) => limits.memory.bytes);
  const total = (amounts: readonly number[]) =>
    services.reduce((sum, size, index) => sum + mostPods(size) * (amounts[index] ?? 0), 0) +
    SPARE_PODS * Math.max(...amounts);
  return {
    pods: total(services.map(() => 1)),
    cpu: formatCpu(total(cpus)),
    memory: formatMemory(total(memories)),
  };
}

const mostPods = ({ replicas, autoscaling }: Size) => Math.max(replicas, autoscaling?.maxReplicas ?? 0) + 1;
