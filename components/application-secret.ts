/** An application's secret values in a namespace, whatever source each comes from. */
import * as pulumi from "@pulumi/pulumi";
import type { SecretVariable } from "../charts/service-values";
import { declareSecrets, type SecretObjectsArgs, type SecretReference } from "./secret-objects";

export type { SecretReference, SecretSource, SecretStore } from "./secret-objects";

export type ApplicationSecretArgs = SecretObjectsArgs;

/**
 * Declares secret values: a Secret for given and generated ones, an ExternalSecret for those of an external store, a
 * SealedSecret for sealed ones. A value that changes gives a Secret of another name, which rolls the pods that take from
 * it, and the old one goes; where users own the name, `version` changes instead, for an annotation of the pods.
 *
 * Values are Pulumi secrets throughout: encrypted in the state, hidden in previews, outputs and `golive render`.
 *
 * @throws {pulumi.RunError} when an external value has no store, or a Secret of a fixed name would be filled by two.
 * @see L7, E2 of the requirements; https://external-secrets.io/latest/api/externalsecret/,
 *   https://github.com/bitnami-labs/sealed-secrets#scopes
 */
export class ApplicationSecret extends pulumi.ComponentResource {
  /** Key to the Secret that holds its value. */
  readonly references: Readonly<Record<string, SecretReference>>;
  /** Every key as a variable of that name, as `secretEnvironment` of a service takes them. */
  readonly environment: pulumi.Output<SecretVariable[]>;
  /**
   * A text that changes whenever a declared value does, and tells nothing of it. A value that changes in the external
   * store alone does not change it.
   */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: ApplicationSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ApplicationSecret", name, {}, opts);
    const { references, version } = declareSecrets(name, args, {
      parent: this,
      // What a component depends on, its children do not wait for unless they are told.
      dependsOn: opts?.dependsOn ?? [],
    });
    this.references = references;
    this.environment = pulumi.all(
      Object.entries(references).map(([variable, { secret, key }]) =>
        secret.apply((held): SecretVariable => ({ name: variable, secret: held, key })),
      ),
    );
    this.version = version;
    this.registerOutputs({ references, version });
  }
}
