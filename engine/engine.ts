/** The Pulumi engine, ready to run: its executable, its environment and where each part of it came from. */
import { homedir } from "node:os";
import path from "node:path";
import { findTool } from "./acquire";
import { chooseBackend, type Backend } from "./backend";
import { cacheRoot, exists, repositoryRoot } from "./cache";
import { prepareHome, type Part } from "./home";

export interface Engine {
  /** The `pulumi` executable. */
  readonly pulumi: string;
  /** The whole environment to run it with. */
  readonly env: NodeJS.ProcessEnv;
  readonly backend: Backend;
  readonly parts: readonly Part[];
}

/**
 * Finds or makes the engine, its plugins and the tools that the program calls (helm; kubectl where a cluster is
 * configured, in the environment or by `kubeconfig`, as {@link hasCluster} has it). Errors: `ToolNotFound` from `findTool`, which lists what was tried.
 */
export async function prepareEngine(kubeconfig?: string): Promise<Engine> {
  const home = await prepareHome();
  const [backend, helm, kubectl] = await Promise.all([
    chooseBackend(),
    findTool("helm"),
    (await hasCluster(kubeconfig)) ? findTool("kubectl") : undefined,
  ]);
  return {
    pulumi: home.pulumi,
    backend,
    parts: home.parts,
    env: {
      ...process.env,
      ...backend.env,
      ...(kubectl === undefined ? {} : { GOLIVE_KUBECTL: kubectl }),
      GOLIVE_HELM: helm,
      GOLIVE_RENDERINGS: path.join(cacheRoot(), "renderings"),
      // Node.js 22 and later keep compiled code there: the program, the pack and the stand-ins start with it.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(cacheRoot(), "compiled"),
      PULUMI_HOME: home.folder,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Every plugin is in place by now; the engine would else ask its download host for each, five times.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
  };
}

/**
 * True where a cluster is named: by `kubeconfig`, the stack's own (a path from the program's folder), else by the
 * environment: KUBECONFIG, `~/.kube/config`, or a pod's own service account.
 */
export async function hasCluster(kubeconfig?: string): Promise<boolean> {
  if (kubeconfig !== undefined) return exists(path.resolve(repositoryRoot, kubeconfig));
  if (process.env.KUBERNETES_SERVICE_HOST) return true;
  const named = (process.env.KUBECONFIG ?? "").split(path.delimiter).filter((file) => file !== "");
  const files = named.length > 0 ? named : [path.join(homedir(), ".kube", "config")];
  return (await Promise.all(files.map(exists))).includes(true);
}
