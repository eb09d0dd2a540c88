// A release as it is in the cluster. Facts: pulumi-kubernetes provider/pkg/provider/helm_release.go setReleaseAttributes.
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { isValues, type Values } from "../../values";
import { gvkOf, kindOf, nameOf, namespaceOf, textAt } from "../object";
import { helm, HelmError, type Helm } from "./helm";

const status = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  version: z.number(),
  manifest: z.string().optional(),
  config: z.record(z.string(), z.unknown()).nullish(),
  info: z.looseObject({ status: z.string() }),
});
const metadata = z.looseObject({ chart: z.string(), version: z.string(), appVersion: z.string().optional() });

/** What Helm knows of a release. */
export interface LiveRelease {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly chartVersion: string;
  /** The values that were given. */
  readonly config: Values;
  readonly revision: number;
  readonly status: Values;
  /** Names of the objects by kind, e.g. `Deployment.apps/apps/v1`. */
  readonly resourceNames: Values;
}

/** Asks Helm for a release; undefined where there is none. */
export async function findRelease(
  to: Helm,
  namespace: string,
  name: string,
): Promise<LiveRelease | undefined> {
  const ask = (...command: string[]) =>
    helm(to, [...command, name, "--namespace", namespace, "--output", "json"]);
  try {
    const [found, about] = await Promise.all([ask("status"), ask("get", "metadata")]);
    return describe(status.parse(JSON.parse(found)), metadata.parse(JSON.parse(about)));
  } catch (error) {
    if (error instanceof HelmError && error.message.includes("release: not found")) return undefined;
    throw error;
  }
}

function describe(found: z.infer<typeof status>, about: z.infer<typeof metadata>): LiveRelease {
  const { name, namespace, version: revision, config, manifest = "" } = found;
  return {
    name,
    namespace,
    chart: about.chart,
    chartVersion: about.version,
    config: isValues(config) ? config : {},
    revision,
    status: {
      appVersion: about.appVersion ?? "",
      chart: about.chart,
      name,
      namespace,
      revision,
      status: found.info.status,
      version: about.version,
    },
    resourceNames: resourceNames(manifest),
  };
}

/** Names of a manifest's objects by kind. */
export function resourceNames(manifest: string): Values {
  const names: Record<string, string[]> = {};
  for (const document of parseAllDocuments(manifest)) {
    const object: unknown = document.toJSON();
    if (!isValues(object) || kindOf(object) === "") continue;
    const namespace = namespaceOf(object);
    (names[kindKey(object)] ??= []).push(
      namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`,
    );
  }
  return names;
}

function kindKey(object: Values): string {
  const { group, kind } = gvkOf(object);
  return `${group === "" ? kind : `${kind}.${group}`}/${textAt(object, "apiVersion")}`;
}
