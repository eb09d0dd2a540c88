/** A service as a Helm release of `charts/service`, rendered in review and put back where somebody changed it. */
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import * as pulumi from "@pulumi/pulumi";
import { ChartError, renderChart } from "../charts/render";
import { type SecretVariable, type Service, serviceValues } from "../charts/service-values";
import type { DeclaredRelease } from "./release-drift";
import { type ClusterAccess, DESCRIPTION, undoDrift } from "./release-ownership";
import { declareSecrets, type SecretSource, type SecretStore } from "./secret-objects";

export interface ServiceReleaseArgs extends Omit<Service, "secretEnvironment" | "podAnnotations"> {
  /** Name of the Helm release, as `helm history` takes it. */
  readonly release: string;
  /** Namespace of the release; known at preview, so that policies see what the chart renders to. */
  readonly namespace: string;
  /** Variables taken from Secrets of the namespace that somebody else declares. @default - none */
  readonly secretEnvironment?: pulumi.Input<readonly SecretVariable[]>;
  /** Annotations of the pods; a change rolls them. @default - none */
  readonly podAnnotations?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables whose values are secret, by name, to where each comes from; a changed value rolls the pods. @default - none */
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** The store of external secrets. @default - none: an external secret is an error */
  readonly secretStore?: SecretStore | undefined;
  /** Seconds in which the service must be ready; else the release goes back. @default 600 */
  readonly timeoutSeconds?: number;
  /** Folder of the chart, from the program's folder. @default "./charts/service" */
  readonly chart?: string;
  /** How helm and kubectl reach the cluster to look for hand edits. @default - as they do themselves: KUBECONFIG */
  readonly cluster?: ClusterAccess;
}

const CHART = "./charts/service";

/**
 * Declares a Helm release of a service: linted, atomic, with a time limit. The chart is rendered at every preview, so that
 * a broken one fails in review; Pulumi alone finds it at `up`.
 *
 * The release is golive's: a `helm rollback` or `helm upgrade` by hand, and a `kubectl` edit of an object inside it, are
 * shown at preview as a change of the release's description, with a warning that names the fields, and undone at `up`.
 *
 * @throws {pulumi.RunError} when the chart does not render: no resource that follows is registered.
 * @see K2, K4, K5, K6, K7, K9 of the requirements
 */
export class ServiceRelease extends pulumi.ComponentResource {
  /** Name of the Helm release. */
  readonly release: pulumi.Output<string>;
  /** The Service, and the name of its port, for an ingress. */
  readonly service: { readonly name: string; readonly port: string };

  constructor(name: string, args: ServiceReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ServiceRelease", name, {}, opts);
    const { release, namespace, chart = CHART, timeoutSeconds = 600 } = args;
    // What a component depends on, its children do not wait for unless they are told.
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const described = describedService(name, args, own);
    const declared = described.apply(async (known) =>
      rendered({
        chart,
        name: release,
        namespace,
        values: serviceValues(known),
        keep: !(await pulumi.isSecret(described)),
      }),
    );
    const made = new Release(
      name,
      {
        chart,
        name: release,
        namespace,
        values: declared.values,
        description: DESCRIPTION,
        lint: true,
        atomic: true,
        timeout: timeoutSeconds,
        maxHistory: 10,
      },
      {
        ...own,
        parent: this,
        transforms: undoDrift(this, { name: release, namespace, declared }, args.cluster),
      },
    );
    this.release = made.name;
    this.service = { name: args.name, port: "http" };
    this.registerOutputs({ release: this.release, service: this.service });
  }
}

/** The service, its secret variables moved into Secrets. */
function describedService(
  name: string,
  args: ServiceReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<Service> {
  const { namespace, secrets = {}, secretStore: store, secretEnvironment = [], podAnnotations = {} } = args;
  const { references } = declareSecrets(`${name}-environment`, { namespace, values: secrets, store }, opts);
  const made = Object.entries(references).map(([variable, { secret, key }]) =>
    secret.apply((held): SecretVariable => ({ name: variable, secret: held, key })),
  );
  return pulumi
    .all([pulumi.output(secretEnvironment), pulumi.output(podAnnotations), pulumi.all(made)])
    .apply(([given, annotations, own]) => ({
      ...args,
      secretEnvironment: [...given, ...own],
      podAnnotations: annotations,
    }));
}

/** The values and what the chart makes of them: rendered once, for the review and for the look at the cluster. */
async function rendered({ values, ...chart }: Parameters<typeof renderChart>[0]): Promise<RenderedRelease> {
  try {
    const { manifests } = await renderChart({ ...chart, values, lint: true });
    return { values, manifests };
  } catch (error) {
    throw error instanceof ChartError ? new pulumi.RunError(error.message) : error;
  }
}

interface RenderedRelease extends DeclaredRelease {
  readonly values: Readonly<Record<string, unknown>>;
}
