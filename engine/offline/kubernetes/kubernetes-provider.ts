// The provider: what the engine asks, given to objects or to Helm releases.
import {
  NotServed,
  type CheckRequest,
  type CheckResult,
  type Context,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type ReadRequest,
  type ReadResult,
  type ResourceProvider,
  type UpdateRequest,
} from "../provider";
import type { Values } from "../values";
import { Cluster } from "./cluster";
import { RELEASE_TYPE } from "./kinds";
import { checkObject } from "./object-check";
import { createObject } from "./object-create";
import { deleteObject } from "./object-delete";
import { diffObject } from "./object-diff";
import { readObject } from "./object-read";
import { updateObject } from "./object-update";
import { checkProvider, diffProvider } from "./provider-config";
import {
  checkRelease,
  createRelease,
  deleteRelease,
  diffRelease,
  readRelease,
  updateRelease,
} from "./release/release";
import type { Session } from "./session";
import { plugins } from "../../plugins";
import { readSettings, type Settings } from "./settings";

/** Stands in for Pulumi's kubernetes plugin. */
export class KubernetesProvider implements ResourceProvider {
  readonly name = "kubernetes";
  readonly version = plugins.kubernetes;
  readonly supportsAutonaming = true;
  #configured: { settings: Settings; cluster: Cluster } | undefined;

  async configure(inputs: Values): Promise<void> {
    const settings = readSettings(inputs);
    this.#configured = { settings, cluster: await Cluster.connect(settings) };
  }

  checkConfig(request: CheckRequest): CheckResult {
    return checkProvider(request);
  }

  diffConfig(request: Omit<DiffRequest, "id">): DiffResult {
    return diffProvider(request);
  }

  async check(request: CheckRequest, context: Context): Promise<CheckResult> {
    const session = this.#session(context);
    return request.type === RELEASE_TYPE ? checkRelease(request, session) : checkObject(request, session);
  }

  async diff(request: DiffRequest, context: Context): Promise<DiffResult> {
    return request.type === RELEASE_TYPE ? diffRelease(request) : diffObject(request, this.#session(context));
  }

  async create(request: CreateRequest, context: Context): Promise<CreateResult> {
    const session = this.#session(context);
    if (request.type === RELEASE_TYPE) return createRelease(request, session);
    if (!request.preview) session.cluster.reached();
    return createObject(request, session);
  }

  async update(request: UpdateRequest, context: Context): Promise<Values> {
    const session = this.#session(context);
    return request.type === RELEASE_TYPE ? updateRelease(request, session) : updateObject(request, session);
  }

  async read(request: ReadRequest, context: Context): Promise<ReadResult | undefined> {
    const session = this.#session(context);
    if (session.cluster.api === undefined) return readUnreachable(request, session);
    return request.type === RELEASE_TYPE ? readRelease(request, session) : readObject(request, session);
  }

  async delete(request: DeleteRequest, context: Context): Promise<void> {
    const session = this.#session(context);
    if (request.type === RELEASE_TYPE) return deleteRelease(request, session);
    if (session.cluster.api !== undefined) return deleteObject(request, session);
    deleteUnreachable(request, session);
  }

  #session(context: Context): Session {
    if (this.#configured === undefined) throw new NotServed("a resource before the provider is configured");
    return { ...this.#configured, context };
  }
}

const DELETES =
  "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. ";

function readUnreachable(
  { id, urn, oldInputs, oldOutputs }: ReadRequest,
  session: Session,
): ReadResult | undefined {
  const { cluster, context, settings } = session;
  context.log("warning", `configured Kubernetes cluster is unreachable: ${cluster.unreachable}`, urn);
  if (settings.deleteUnreachable) {
    context.log("info", `${DELETES}Deleting the unreachable resource from Pulumi state`, urn);
    return undefined;
  }
  if (settings.skipUpdateUnreachable) {
    const text =
      "configured Kubernetes cluster is unreachable and the `skipUnreachable` option is enabled. " +
      "Returned data could not reflect the actual cluster configuration.";
    context.log("info", text, urn);
    return { id, outputs: oldOutputs, inputs: oldInputs };
  }
  throw new Error(
    "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this resource " +
      'from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
  );
}

function deleteUnreachable({ urn }: DeleteRequest, { cluster, context, settings }: Session): void {
  context.log("warning", `configured Kubernetes cluster is unreachable: ${cluster.unreachable}`, urn);
  if (!settings.deleteUnreachable) {
    throw new Error(
      "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from Pulumi " +
        'state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"',
    );
  }
  context.log("info", `${DELETES}Deleting the unreachable resource from Pulumi state`, urn);
}
