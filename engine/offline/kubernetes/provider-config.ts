// Check and diff of the provider's own inputs: another cluster replaces everything on it.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go CheckConfig, DiffConfig.
import { isDeepStrictEqual } from "node:util";
import type { CheckFailure, CheckRequest, CheckResult, DiffRequest, DiffResult } from "../provider";
import { equalValues, reveal, Unknown, type Value, type Values } from "../values";
import { activeCluster, loadKubeconfig } from "./kubeconfig";
import { kubeconfigText } from "./settings";

const WITHOUT_RENDERING = ["cluster", "context", "kubeconfig"];

/** Refuses inputs that exclude each other. */
export function checkProvider({ newInputs }: CheckRequest): CheckResult {
  const renders = isSet(newInputs["renderYamlToDirectory"]);
  const failures: CheckFailure[] = WITHOUT_RENDERING.filter((key) => renders && isSet(newInputs[key])).map(
    (property) => ({
      property,
      reason: `"${property}" arg is not compatible with "renderYamlToDirectory" arg`,
    }),
  );
  return { inputs: newInputs, failures };
}

const isSet = (value: Value | undefined): boolean => {
  const given = reveal(value);
  return given === true || (typeof given === "string" && given !== "");
};

/** The inputs that say which cluster it is. */
const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"];

/** What changed, and whether it is another cluster. A `clusterIdentifier` decides alone where both have one. */
export function diffProvider({ oldInputs, newInputs }: Omit<DiffRequest, "id">): DiffResult {
  const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])];
  const diffs = keys.filter((key) => !equalValues(oldInputs[key], newInputs[key])).sort();
  return { changes: diffs.length > 0, diffs, replaces: replacing(oldInputs, newInputs, diffs) };
}

function replacing(old: Values, next: Values, diffs: readonly string[]): string[] {
  if (isSet(old["clusterIdentifier"]) || isSet(next["clusterIdentifier"])) {
    const both = isSet(old["clusterIdentifier"]) && isSet(next["clusterIdentifier"]);
    return diffs.filter((key) => key === "clusterIdentifier" && both);
  }
  const unknown = diffs.filter((key) => CLUSTER_KEYS.includes(key) && reveal(next[key]) instanceof Unknown);
  if (unknown.length > 0) return unknown;
  const rendering = diffs.filter((key) => key === "renderYamlToDirectory");
  return isSameCluster(old, next)
    ? rendering
    : [...rendering, ...diffs.filter((key) => CLUSTER_KEYS.includes(key))];
}

/** Clusters have no identity: what the kubeconfig says of the one in use is compared. */
function isSameCluster(old: Values, next: Values): boolean {
  const [before, after] = [clusterOf(old), clusterOf(next)];
  return before === undefined || after === undefined || isDeepStrictEqual(before, after);
}

function clusterOf(inputs: Values): unknown {
  const kubeconfig = kubeconfigText(inputs["kubeconfig"]);
  if (kubeconfig === "") return undefined;
  const overrides = {
    context: kubeconfigText(inputs["context"]),
    cluster: kubeconfigText(inputs["cluster"]),
    namespace: "",
  };
  try {
    return activeCluster(loadKubeconfig(kubeconfig), overrides);
  } catch (error) {
    throw new Error(`failed to parse kubeconfig: ${error instanceof Error ? error.message : String(error)}`);
  }
}
