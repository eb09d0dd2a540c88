/** A release's record in the cluster: the audit trail, and the register of versions. */
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { contentHash } from "./content-hash";

export interface ReleaseRecordArgs {
  readonly namespace: pulumi.Input<string>;
  readonly system: string;
  readonly version: string;
  /** Digest of the record and its reports. */
  readonly digest: string;
  /** Texts by name, without a secret. */
  readonly data: Readonly<Record<string, string>>;
}

/** Label by which `kubectl get configmaps -A -l golive.dev/release-record` lists the register. */
export const RELEASE_RECORD_LABEL = "golive.dev/release-record";

/**
 * Declares an immutable ConfigMap, `<system>-release-<version>-<hash>`. Each state of a record has its own, and those
 * before it stay in the cluster: Pulumi forgets them without deleting them (`retainOnDelete`). They go with the namespace.
 *
 * @see K27, G17 of the requirements; https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
 */
export class ReleaseRecord extends pulumi.ComponentResource {
  constructor(name: string, args: ReleaseRecordArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ReleaseRecord", name, {}, opts);
    const { namespace, system, version, digest, data } = args;
    new core.ConfigMap(
      name,
      {
        metadata: {
          name: objectName(args),
          namespace,
          labels: {
            "app.kubernetes.io/managed-by": "golive",
            "app.kubernetes.io/part-of": system,
            [RELEASE_RECORD_LABEL]: labelValue(version),
          },
          annotations: { "golive.dev/version": version, "golive.dev/digest": digest },
        },
        immutable: true,
        data: { ...data },
      },
      { parent: this, retainOnDelete: true },
    );
    this.registerOutputs({});
  }
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const objectName = ({ system, version, data }: ReleaseRecordArgs) =>
  `${system}-release-${dnsName(version)}-${contentHash(data)}`;

const dnsName = (version: string) =>
  version
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/\.(?=\.|-)|(?<=-)\.|^[.-]+|[.-]+$/g, "");

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const labelValue = (version: string) => version.slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
