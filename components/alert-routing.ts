/** Where the alerts of a namespace go: an AlertmanagerConfig, and the Secret of what its receivers need. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { labelled } from "../observability/labelled";
import type { AlertmanagerConfigSpec } from "../observability/routing/alertmanager-config";
import type { ReceiverSecret, SecretPlaces } from "../observability/routing/secrets";
import { declareSecrets, type SecretSource, type SecretStore } from "./secret-objects";

export interface AlertRoutingArgs {
  /** Namespace whose alerts are routed; the operator reads the secrets there alone. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the AlertmanagerConfig, and so the second part of its receivers' names. */
  readonly name: string;
  /** Labels by which the Alertmanager selects it. */
  readonly labels: Readonly<Record<string, string>>;
  /** What the receivers need, by the names by which `spec` asks for it. */
  readonly secrets: Readonly<Partial<Record<ReceiverSecret, SecretSource>>>;
  /** Where external secrets are. @default - none: an external value is an error */
  readonly store?: SecretStore | undefined;
  /** Routes and receivers; a receiver's secret is where `secretOf` says. */
  readonly spec: (
    secretOf: SecretPlaces<pulumi.Output<string>>,
  ) => AlertmanagerConfigSpec<pulumi.Output<string>>;
}

/**
 * Declares the receivers' secrets, each from its own source, and an AlertmanagerConfig that selects them: no value of
 * them stands in it. A value that changes gives the Secret another name, and the operator reads that one.
 *
 * @throws {pulumi.RunError} when an external value has no store.
 * @throws {Error} where `spec` asks for a secret that `secrets` does not have.
 * @see K28, K29, L17, S2, S10 of the requirements;
 *   https://prometheus-operator.dev/docs/developer/alerting/#alertmanagerconfig-resource
 */
export class AlertRouting extends pulumi.ComponentResource {
  /** Name of the AlertmanagerConfig, once it is there. */
  readonly config: pulumi.Output<string>;

  constructor(name: string, args: AlertRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:AlertRouting", name, {}, opts);
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const { namespace, secrets, store, labels } = args;
    const { references } = declareSecrets(name, { namespace, values: { ...secrets }, store }, own);
    const secretOf = (key: ReceiverSecret) => {
      const place = references[key];
      if (place === undefined) throw new Error(`${name}: a receiver asks for ${key}, which is not given`);
      return { name: place.secret, key: place.key };
    };
    const config = new CustomResource(
      name,
      {
        apiVersion: "monitoring.coreos.com/v1alpha1",
        kind: "AlertmanagerConfig",
        metadata: { name: args.name, namespace, ...labelled(labels) },
        spec: args.spec(secretOf),
      },
      own,
    );
    this.config = config.metadata.name;
    this.registerOutputs({ config: this.config });
  }
}
