/** What the containers of a Job said, as kubectl tells it (rows G2, G3). */
import { z } from "zod";
import type { MigrationReceipt } from "../../evidence/reports/migration";
import type { Kubectl } from "../doctor/cluster";
import { UserError } from "../user-error";

const jobList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        annotations: z.object({ "golive.dev/version": z.string() }),
      }),
    }),
  ),
});

const containers = z
  .array(
    z.object({
      name: z.string(),
      state: z.object({ terminated: z.object({ exitCode: z.int(), finishedAt: z.string() }).optional() }),
    }),
  )
  .default([]);
const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), creationTimestamp: z.string() }),
      status: z.object({ initContainerStatuses: containers, containerStatuses: containers }),
    }),
  ),
});

/**
 * The receipt of a Job: its version, and the code and log of each container of its last pod, in the order in which they ran.
 *
 * @throws {UserError} where there is no such Job of golive, or a container has not ended.
 */
export async function receiptOf(kubectl: Kubectl, stack: string, job: string): Promise<MigrationReceipt> {
  const ask = async (...args: string[]): Promise<string> => {
    const outcome = await kubectl(...args);
    if ("failure" in outcome) throw new UserError(`kubectl ${args.join(" ")} failed: ${outcome.failure}`);
    return outcome.text;
  };
  const jobs = await ask("get", "jobs", "-A", "--field-selector", `metadata.name=${job}`, "-o", "json");
  const found = jobList.safeParse(JSON.parse(jobs)).data?.items[0]?.metadata;
  if (found === undefined)
    throw new UserError(`${stack} has no Job ${job} of golive: kubectl get jobs -A lists them`);
  const { namespace, annotations } = found;
  const pods = podList.parse(
    JSON.parse(await ask("get", "pods", "-n", namespace, "-l", `job-name=${job}`, "-o", "json")),
  );
  const [pod] = pods.items.sort((a, b) =>
    a.metadata.creationTimestamp > b.metadata.creationTimestamp ? -1 : 1,
  );
  if (pod === undefined) throw new UserError(`the Job ${job} has no pod any more: its logs are gone with it`);
  const steps: MigrationReceipt["steps"] = [];
  for (const { name, state } of [...pod.status.initContainerStatuses, ...pod.status.containerStatuses]) {
    if (state.terminated === undefined)
      throw new UserError(`the step ${name} of the Job ${job} has not ended`);
    const log = await ask("logs", "-n", namespace, pod.metadata.name, "-c", name);
    steps.push({ name, ...state.terminated, log });
  }
  return {
    apiVersion: "golive/v1",
    kind: "MigrationReceipt",
    stack,
    version: annotations["golive.dev/version"],
    job,
    steps,
  };
}
