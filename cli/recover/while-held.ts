/** A recovery and a rollout of one system are never under way at once. */
import { Lease, leaseApi } from "../rollout/lease";
import type { Reach } from "../rollout/session";

/** Does the work while this process holds the system's Lease. Errors: {@link Busy} where another process does. */
export async function whileHeld<T>(
  { kubectl, namespace, system }: Pick<Reach, "kubectl" | "namespace" | "system">,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await Lease.acquire(leaseApi(kubectl, namespace, system), { namespace, system });
  try {
    return await work();
  } finally {
    await lease.release();
  }
}
