/** The stack's own state, as the program may read it while it runs. */
import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { StateResource } from "./gate-objects";

const stateOutputs = z.object({
  outputs: z.record(z.string(), z.object({ outputs: z.unknown().optional() })),
});

/** The resources of this stack's own state. */
export async function stateResources(): Promise<readonly StateResource[]> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const read: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return Object.entries(stateOutputs.parse(read).outputs).map(([urn, { outputs }]) => ({ urn, outputs }));
}
