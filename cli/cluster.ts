/** `golive cluster`: the local control plane in the foreground, with moto beside it to play AWS. */
import { once } from "node:events";
import { startCluster } from "../engine/cluster/cluster";
import { MotoError, startMoto, type Moto } from "../engine/moto";
import { step } from "../engine/progress";
import { readStackFile } from "../settings";
import { stackFile } from "./stacks";

/**
 * Starts the local control plane and moto, prints the lines that point Pulumi, kubectl and helm at them, and stays
 * until Ctrl-C (or SIGTERM); then it leaves no process or file behind. moto answers for the account of `stack`.
 *
 * Errors: the cluster's own, at the start or when one of its components ends later. Without Python there is no moto,
 * which is said.
 */
export async function clusterCommand(stack: string): Promise<void> {
  const accountId = readStackFile(await stackFile(stack)).aws.accountId;
  const cluster = await step("starting the local control plane", () => startCluster());
  const asked = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const aws = startedMoto(accountId);
  try {
    process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
    const moto = await Promise.race([aws, asked.then(() => undefined)]);
    if (moto !== undefined) process.stdout.write(awsLine(moto));
    process.stderr.write(
      "The local control plane runs until Ctrl-C; the export lines above are for another terminal.\n",
    );
    await Promise.race([asked, cluster.untilBroken()]);
  } finally {
    await Promise.all([cluster.stop(), aws.then((moto) => moto?.stop())]);
  }
}

/** moto, or undefined where it cannot be had: the cluster is of use without it. */
async function startedMoto(accountId: string): Promise<Moto | undefined> {
  try {
    return await startMoto({ accountId });
  } catch (error) {
    if (!(error instanceof MotoError)) throw error;
    process.stderr.write(
      `${error.message}\nAWS is not played: \`up\` needs an account or endpoint of your own.\n`,
    );
    return undefined;
  }
}

const awsLine = ({ url }: Moto): string =>
  `export AWS_ENDPOINT_URL=${url} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test\n`;
