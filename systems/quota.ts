/** How much a namespace may hold. Pure. */
import { type Cpu, formatCpu, formatMemory, type Memory } from "../settings";

/** A service's size: its pods at most, and what one of them may use. */
interface Size {
  readonly replicas: number;
  readonly autoscaling?: { readonly maxReplicas: number } | undefined;
  readonly limits: { readonly cpu: Cpu; readonly memory: Memory };
}

/** Pods beside the service's own: one more while it rolls, and Jobs that migrate, back up and check. */
const SPARE_PODS = 5;

/** Room for a service at its largest while it rolls, and for a few Jobs of the same size. */
export function namespaceQuota({ replicas, autoscaling, limits }: Size) {
  const pods = Math.max(replicas, autoscaling?.maxReplicas ?? 0) + SPARE_PODS;
  return {
    pods,
    cpu: formatCpu(limits.cpu.millicores * pods),
    memory: formatMemory(limits.memory.bytes * pods),
  };
}
