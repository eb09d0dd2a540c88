/** Every check of `golive doctor`, in the order of its table (rows K11 and L4). */
import { judgeCertificate } from "./certificate";
import { judgeAlb, judgeNamespace, judgeNodes, judgeReachable, type Kubectl } from "./cluster";
import { fail, skipped, type Finding, type Reading } from "./finding";
import type { Probes } from "./probes";
import { judgeRegistry } from "./registry";
import { judgeNode, judgeTool, neededTools } from "./tools";
import type { Target } from "./target";

interface Check {
  readonly check: string;
  readonly required: boolean;
  readonly read: () => Promise<Reading> | Reading;
}

/** Takes every reading, all at once but for those that need a cluster, which wait for one that answers. */
export async function takeReadings(target: Target, probes: Probes): Promise<Finding[]> {
  const kubectl = await kubectlOf(target, probes);
  const reachable = finding({ check: "cluster", required: true, read: () => judgeReachable(kubectl) });
  return Promise.all([
    ...toolChecks(probes).map(finding),
    reachable,
    ...clusterChecks(target, kubectl).map((check) => afterCluster(reachable, check)),
    ...outsideChecks(target, probes).map(finding),
  ]);
}

async function finding({ check, required, read }: Check): Promise<Finding> {
  const { verdict, ...rest } = await readingOf(read);
  return { check, required, ...rest, verdict: verdict === "fail" && !required ? "warn" : verdict };
}

/** An answer that a check cannot make sense of is a reading too: the other checks still have their say. */
async function readingOf(read: Check["read"]): Promise<Reading> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(`not understood: ${reason}`, "ask by hand, and report it as a defect of golive doctor");
  }
}

async function afterCluster(reachable: Promise<Finding>, check: Check): Promise<Finding> {
  const { verdict } = await reachable;
  return verdict === "fail"
    ? finding({ ...check, read: () => skipped("the cluster was not reached") })
    : finding(check);
}

/** kubectl on the cluster of a stack. */
export async function kubectlOf({ kubectlFlags }: Target, probes: Probes): Promise<Kubectl> {
  const found = await probes.program("kubectl");
  if (found === undefined) return () => Promise.resolve({ failure: "no kubectl to ask with" });
  return (...args) => probes.run(found.path, [...kubectlFlags, ...args]);
}

const toolChecks = (probes: Probes): Check[] => [
  { check: "Node.js", required: true, read: () => judgeNode(probes.nodeVersion) },
  ...neededTools.map((tool) => ({
    check: tool.title,
    required: tool.absent === undefined,
    read: () => judgeTool(tool, probes),
  })),
];

const clusterChecks = ({ namespaces, stack }: Target, kubectl: Kubectl): Check[] => [
  { check: "nodes", required: true, read: () => judgeNodes(kubectl) },
  ...namespaces.map((name) => ({
    check: `namespace ${name}`,
    required: true,
    read: () => judgeNamespace(kubectl, name, stack),
  })),
  { check: "load balancer controller", required: true, read: () => judgeAlb(kubectl) },
];

const outsideChecks = ({ endpoints, repositories, stack }: Target, probes: Probes): Check[] => [
  ...endpoints.map((endpoint) => ({
    check: `certificate of ${endpoint.host}`,
    required: true,
    read: () => judgeCertificate(endpoint, probes, stack),
  })),
  ...repositories.map((repository) => ({
    check: `registry, ${repository.name}`,
    required: true,
    read: () => judgeRegistry(repository, probes, stack),
  })),
];
