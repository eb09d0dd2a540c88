// The cluster that a provider works with, or why there is none.
import { NotLoopbackError } from "../loopback";
import { Api, type Mapping, NoMatchError } from "./api";
import { holdsUnknown } from "../values";
import { isBuiltIn, isCrd, isNamespacedByName, isSecret } from "./kinds";
import { connection, defaultNamespace, loadKubeconfig, type Connection } from "./kubeconfig";
import { normalizeInputs } from "./normalize";
import { gvkOf, type GroupVersionKind, type KubernetesObject } from "./object";
import { conform } from "./schema";
import type { Settings } from "./settings";

/** A provider's cluster. */
export class Cluster {
  private constructor(
    /** The namespace for what names none; empty where no kubeconfig could be read. */
    readonly namespace: string,
    /** Undefined where the cluster cannot be reached. */
    readonly api: Api | undefined,
    readonly connection: Connection | undefined,
    /** Why the cluster cannot be reached; empty where it can. */
    readonly unreachable: string,
  ) {}

  /** Finds the cluster and asks whether it is there. Throws NotLoopbackError before any request. */
  static async connect(settings: Settings): Promise<Cluster> {
    let namespace = settings.namespace;
    try {
      const config = loadKubeconfig(settings.kubeconfig);
      namespace = defaultNamespace(config, settings);
      const to = configured(() => connection(config, settings));
      const api = new Api(to);
      return await api.ping().then(
        () => new Cluster(namespace, api, to, ""),
        (error: unknown) =>
          new Cluster(
            namespace,
            undefined,
            to,
            `unable to load schema information from the API server: ${text(error)}`,
          ),
      );
    } catch (error) {
      if (error instanceof NotLoopbackError) throw error;
      return new Cluster(namespace, undefined, undefined, reason(error));
    }
  }

  /** The client; throws where the cluster cannot be reached. */
  reached(): Api {
    if (this.api === undefined)
      throw new Error(`configured Kubernetes cluster is unreachable: ${this.unreachable}`);
    return this.api;
  }

  /** True where the cluster can be reached and knows the kind. */
  async knows(kind: GroupVersionKind): Promise<boolean> {
    return (await this.mapping(kind)) !== undefined;
  }

  /** Inputs as the API server would write them, as far as it can be asked. */
  async normalize(object: KubernetesObject): Promise<KubernetesObject> {
    const kind = gvkOf(object);
    const asks = isBuiltIn(kind) && !isCrd(kind) && !isSecret(kind) && !holdsUnknown(object);
    const normal = normalizeInputs(object);
    return asks && this.api !== undefined ? conform(normal, kind, await this.api.schemas(kind)) : normal;
  }

  /** A kind of which nothing is known is taken to have a namespace. */
  async isNamespaced(kind: GroupVersionKind): Promise<boolean> {
    return isNamespacedByName(kind) ?? (await this.mapping(kind))?.namespaced ?? true;
  }

  private async mapping(kind: GroupVersionKind): Promise<Mapping | undefined> {
    return this.api?.mapping(kind).catch((error: unknown) => {
      if (error instanceof NoMatchError) return undefined;
      throw error;
    });
  }
}

class NotConfiguredError extends Error {}

function configured<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw new NotConfiguredError(
      "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n" +
        " \t • set up the provider as per https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ \n\n" +
        ` ${text(error)}`,
    );
  }
}

const reason = (error: unknown): string =>
  error instanceof NotConfiguredError
    ? error.message
    : `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${text(error)}`;

const text = (error: unknown): string => (error instanceof Error ? error.message : String(error));
