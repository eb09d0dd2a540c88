/** `golive cluster`: the local control plane in the foreground. */
import { once } from "node:events";
import { startCluster } from "../engine/cluster/cluster";
import { step } from "../engine/progress";

/**
 * Starts the local control plane, prints the line that points kubectl and Pulumi at it, and stays until Ctrl-C
 * (or SIGTERM); then it leaves no process or file behind.
 *
 * Errors: the cluster's own, at the start or when one of its components ends later.
 */
export async function clusterCommand(): Promise<void> {
  const cluster = await step("starting the local control plane", () => startCluster());
  const asked = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
    process.stderr.write(
      "The local control plane runs until Ctrl-C; the line above is for another terminal.\n",
    );
    await Promise.race([asked, cluster.untilBroken()]);
  } finally {
    await cluster.stop();
  }
}
