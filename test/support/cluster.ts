/** One local control plane for all tests of a mocha run; each test takes a namespace of its own. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { findTool } from "../../engine/acquire";
import { startCluster, type Cluster } from "../../engine/cluster/cluster";

const run = promisify(execFile);

let shared: Promise<Cluster> | undefined;

/** The run's cluster, started when first asked for; it ends with the mocha process. */
export const sharedCluster = (): Promise<Cluster> => (shared ??= startCluster());

/** Runs kubectl as the cluster's admin and gives what it printed. Errors: kubectl's own, with its message. */
export async function kubectl(
  cluster: Pick<Cluster, "kubeconfig">,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const child = run(await findTool("kubectl"), [`--kubeconfig=${cluster.kubeconfig}`, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  child.child.stdin?.end(input);
  return (await child).stdout;
}

/** Applies objects (JSON) and waits for nothing. */
export const apply = (cluster: Cluster, ...objects: readonly unknown[]): Promise<string> =>
  kubectl(cluster, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));

/** Makes a namespace that no other test has, `<prefix>-<random>`, and waits for its service account. */
export async function newNamespace(cluster: Cluster, prefix = "test"): Promise<string> {
  const name = `${prefix}-${randomBytes(4).toString("hex")}`;
  await kubectl(cluster, ["create", "namespace", name]);
  await waitUntil(`service account of ${name}`, async () => {
    const found = await kubectl(cluster, [
      "get",
      "sa",
      "default",
      "-n",
      name,
      "--ignore-not-found",
      "-o",
      "name",
    ]);
    return found !== "";
  });
  return name;
}

/** Asks until the answer is yes. Errors: still no after `limitSeconds` (default 60). */
export async function waitUntil(
  what: string,
  test: () => boolean | Promise<boolean>,
  limitSeconds = 60,
): Promise<void> {
  const deadline = performance.now() + limitSeconds * 1000;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${limitSeconds} s`);
    await delay(50);
  }
}
