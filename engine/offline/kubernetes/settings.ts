// The provider's own inputs, from the program or from the environment.
// Facts: pulumi-kubernetes provider/pkg/provider/provider.go Configure.
import { configValue } from "../provider";
import { isValues, plainValues, reveal, type Value, type Values } from "../values";
import type { Mutability } from "./forcenew";

/** How the provider behaves. */
export interface Settings {
  /** A kubeconfig's text or path; empty means the environment's. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly serverSideApply: boolean;
  /** Take over fields that someone else owns. */
  readonly patchForce: boolean;
  readonly upsertExisting: boolean;
  readonly replaceCrds: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly mutable: Mutability;
  readonly helm: HelmSettings;
}

/** Where Helm keeps its things; empty means Helm's own default. */
export interface HelmSettings {
  readonly driver: string;
  readonly pluginsPath: string;
  readonly registryConfigPath: string;
  readonly repositoryConfigPath: string;
  readonly repositoryCache: string;
}

/** The settings; refuses what the stand-in does not do. */
export function readSettings(inputs: Values): Settings {
  refuseRendering(inputs);
  const flag = (name: string, variable: string, fallback = false): boolean =>
    flagOf(inputs[name], process.env[`PULUMI_K8S_${variable}`], fallback);
  return {
    kubeconfig: kubeconfigText(inputs["kubeconfig"]),
    context: textOf(inputs["context"]),
    cluster: textOf(inputs["cluster"]),
    namespace: textOf(inputs["namespace"]),
    serverSideApply: flag("enableServerSideApply", "ENABLE_SERVER_SIDE_APPLY", true),
    patchForce: flag("enablePatchForce", "ENABLE_PATCH_FORCE"),
    upsertExisting: flag("upsertExistingObjects", "UPSERT_EXISTING_OBJECTS"),
    replaceCrds: flag("enableReplaceCRD", "ENABLE_REPLACE_CRD"),
    deleteUnreachable: flag("deleteUnreachable", "DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "SKIP_UPDATE_UNREACHABLE"),
    mutable: {
      configMaps: flag("enableConfigMapMutable", "ENABLE_CONFIGMAP_MUTABLE"),
      secrets: flag("enableSecretMutable", "ENABLE_SECRET_MUTABLE"),
    },
    helm: helmSettings(inputs["helmReleaseSettings"]),
  };
}

function refuseRendering(inputs: Values): void {
  if (textOf(inputs["renderYamlToDirectory"]) === "") return;
  throw new Error(
    "golive's offline stand-in does not render YAML (renderYamlToDirectory); `golive render` writes a stack's manifests",
  );
}

function flagOf(value: Value | undefined, environment: string | undefined, fallback: boolean): boolean {
  const given = reveal(value);
  if (given !== undefined && given !== null) return given === true || given === "true";
  return environment === undefined ? fallback : environment === "true";
}

const textOf = (value: Value | undefined): string => {
  const given = reveal(value);
  return typeof given === "string" ? given : "";
};

/** A kubeconfig may be given as text, as a path, or as an object. */
export function kubeconfigText(value: Value | undefined): string {
  const given = reveal(value);
  return isValues(given) ? JSON.stringify(plainValues(given)) : textOf(given);
}

function helmSettings(value: Value | undefined): HelmSettings {
  const given = configValue(reveal(value));
  const text = (name: string, variable: string): string => {
    const own: unknown = typeof given === "object" && given !== null ? Reflect.get(given, name) : undefined;
    return typeof own === "string" ? own : (process.env[`PULUMI_K8S_HELM_${variable}`] ?? "");
  };
  return {
    driver: text("driver", "DRIVER"),
    pluginsPath: text("pluginsPath", "PLUGINS_PATH"),
    registryConfigPath: text("registryConfigPath", "REGISTRY_CONFIG_PATH"),
    repositoryConfigPath: text("repositoryConfigPath", "REPOSITORY_CONFIG_PATH"),
    repositoryCache: text("repositoryCache", "REPOSITORY_CACHE"),
  };
}
