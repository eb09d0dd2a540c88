/** The objects that hold an application's secret values in a namespace, one for each kind of source. */
import { createHash, createHmac } from "node:crypto";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { known } from "./known-output";

/** Where one secret value comes from. */
export type SecretSource =
  /** Given: a Pulumi secret, as `pulumi config set --secret` keeps it. */
  | { readonly value: pulumi.Input<string> }
  /** Made here: letters and digits, kept in the state alone. */
  | {
      readonly generate: {
        /** Characters. @default 32 */
        readonly length?: number | undefined;
        /** Another number makes another value. @default 1 */
        readonly version?: number | undefined;
      };
    }
  /** Read by External Secrets from the store. */
  | {
      readonly external: {
        /** Name of the secret in the store. */
        readonly key: string;
        /** Field of it. @default - the whole secret */
        readonly property?: string | undefined;
        /** Version of it, as the store names its versions. @default - the newest, at every refresh */
        readonly version?: string | undefined;
      };
    }
  /** Sealed by `kubeseal --raw --scope namespace-wide`; the cluster's sealed-secrets controller alone can open it. */
  | { readonly sealed: string }
  /** Held already by a Secret of the namespace, which somebody else looks after. */
  | { readonly secretRef: { readonly name: string; readonly key: string } };

/** A store of the External Secrets Operator. */
export interface SecretStore {
  readonly name: string;
  readonly kind: "SecretStore" | "ClusterSecretStore";
}

export interface SecretObjectsArgs {
  /** Namespace of the Secrets. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the Secret, where others know it by name. @default - a name that changes with the values */
  readonly name?: string;
  /** Key in the Secret, which is also the variable's name where a service takes it from the environment, to its source. */
  readonly values: Readonly<Record<string, SecretSource>>;
  /** Where external values are. @default - none: an external value is an error */
  readonly store?: SecretStore | undefined;
  /** Time after which External Secrets reads an external value again, e.g. `15m`. @default "1h" */
  readonly refreshInterval?: string;
}

/** Where a value is in the namespace. */
export interface SecretReference {
  readonly secret: pulumi.Output<string>;
  readonly key: string;
}

export interface SecretObjects {
  /** Key to the place of its value. */
  readonly references: Readonly<Record<string, SecretReference>>;
  /**
   * A text that changes whenever a declared value does, and tells nothing of it: for an annotation that rolls pods.
   * A value that changes in the external store alone does not change it.
   */
  readonly version: pulumi.Output<string>;
}

/** An object that holds values, as it was declared. */
interface Held {
  readonly keys: readonly string[];
  readonly secret: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
}

type Kept = Extract<SecretSource, { value: unknown } | { generate: unknown }>;
type External = Extract<SecretSource, { external: unknown }>;
type Sealed = Extract<SecretSource, { sealed: unknown }>;
type Referenced = Extract<SecretSource, { secretRef: unknown }>;
type Entries<Source> = readonly (readonly [key: string, source: Source])[];

const DEFAULT_LENGTH = 32;
const NAMESPACE_WIDE = { "sealedsecrets.bitnami.com/namespace-wide": "true" };

/**
 * Declares a Secret for given and generated values, an ExternalSecret for external ones and a SealedSecret for sealed
 * ones, and says where each value is.
 *
 * @throws {pulumi.RunError} when an external value has no store, or a Secret of a fixed name would be filled by two.
 */
export function declareSecrets(
  name: string,
  args: SecretObjectsArgs,
  opts: pulumi.CustomResourceOptions,
): SecretObjects {
  const kept = entriesOf(args, (source): source is Kept => "value" in source || "generate" in source);
  const external = entriesOf(args, (source): source is External => "external" in source);
  const sealed = entriesOf(args, (source): source is Sealed => "sealed" in source);
  refuseTwoWriters(args, [kept, external, sealed]);
  const held: Held[] = [
    ...(kept.length > 0 ? [keptSecret(name, args, kept, opts)] : []),
    ...(external.length > 0 ? [externalSecret(`${name}-external`, args, external, opts)] : []),
    ...(sealed.length > 0 ? [sealedSecret(`${name}-sealed`, args, sealed, opts)] : []),
  ];
  const own = held.flatMap(({ keys, secret }) => keys.map((key) => [key, { secret, key }] as const));
  const others = entriesOf(args, (source): source is Referenced => "secretRef" in source).map(
    ([key, { secretRef }]) => [key, { secret: pulumi.output(secretRef.name), key: secretRef.key }] as const,
  );
  return {
    references: Object.fromEntries([...own, ...others]),
    version: pulumi.all(held.map(({ version }) => version)).apply((versions) => digest(versions)),
  };
}

function entriesOf<Source extends SecretSource>(
  { values }: SecretObjectsArgs,
  isOf: (source: SecretSource) => source is Source,
): Entries<Source> {
  return Object.keys(values)
    .sort()
    .flatMap((key) => {
      const source = values[key];
      return source !== undefined && isOf(source) ? [[key, source] as const] : [];
    });
}

/** One Secret has one owner: what golive writes, External Secrets or sealed-secrets would take back. */
function refuseTwoWriters({ name }: SecretObjectsArgs, groups: readonly Entries<SecretSource>[]): void {
  const filled = groups.filter((group) => group.length > 0);
  if (name === undefined || filled.length < 2) return;
  const found = filled.map(
    (group) => `${Object.keys(group[0]?.[1] ?? {}).join()} (${keysOf(group).join(", ")})`,
  );
  throw new pulumi.RunError(
    `Secret ${name}: expected values of one kind of source, for one controller fills it; found ${found.join(" and ")}`,
  );
}

const keysOf = (entries: Entries<SecretSource>) => entries.map(([key]) => key);

/** Without a name of its own the Secret is replaced, not changed: its new name rolls the pods. */
function keptSecret(
  name: string,
  args: SecretObjectsArgs,
  entries: Entries<Kept>,
  opts: pulumi.CustomResourceOptions,
): Held {
  const values = Object.fromEntries(
    entries.map(([key, source]) => [key, keptValue(`${name}-${key}`, source, opts)]),
  );
  const secret = new core.Secret(name, { metadata: metadataOf(args, args.name), stringData: values }, opts);
  const secretName = secret.metadata.name;
  const version = args.name === undefined ? secretName : keyedDigest(`${name}-version`, values, opts);
  return { keys: keysOf(entries), secret: secretName, version };
}

function keptValue(name: string, source: Kept, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  if ("value" in source) return pulumi.secret(source.value);
  const { length = DEFAULT_LENGTH, version = 1 } = source.generate;
  // Letters and digits alone: the value may stand in a URL.
  return new RandomPassword(name, { length, special: false, keepers: { version: String(version) } }, opts)
    .result;
}

/** Stands for a digest that a preview cannot know: that of a value which `up` will make. */
const MADE_AT_UP = "made-at-up";

/**
 * A digest of secret values under a key that only the state holds, encrypted: without the key nobody can try values
 * against it, so that it may be shown. It is always known, or a preview could not render the chart that carries it.
 */
function keyedDigest(
  name: string,
  values: Readonly<Record<string, pulumi.Output<string>>>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const key = new RandomPassword(name, { length: 32, special: false }, opts).result;
  const keyed = pulumi
    .all([key, pulumi.output(values)])
    .apply(([secret, plain]) => createHmac("sha256", secret).update(JSON.stringify(plain)).digest("hex"));
  return pulumi.output(known(pulumi.unsecret(keyed)).then((value) => value ?? MADE_AT_UP));
}

function externalSecret(
  name: string,
  args: SecretObjectsArgs,
  entries: Entries<External>,
  opts: pulumi.CustomResourceOptions,
): Held {
  const { store, refreshInterval = "1h" } = args;
  if (store === undefined) {
    throw new pulumi.RunError(
      `${name}: expected a store for the external values ${keysOf(entries).join(", ")}`,
    );
  }
  const data = entries.map(([secretKey, { external }]) => ({
    secretKey,
    remoteRef: withoutAbsent(external),
  }));
  const spec = { refreshInterval, secretStoreRef: { name: store.name, kind: store.kind }, data };
  return fromController(name, args, entries, {
    type: { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret" },
    spec: (target) => ({ ...spec, target: { name: target, creationPolicy: "Owner" } }),
    opts,
  });
}

function sealedSecret(
  name: string,
  args: SecretObjectsArgs,
  entries: Entries<Sealed>,
  opts: pulumi.CustomResourceOptions,
): Held {
  const encryptedData = Object.fromEntries(entries.map(([key, { sealed }]) => [key, sealed]));
  return fromController(name, args, entries, {
    type: { apiVersion: "bitnami.com/v1alpha1", kind: "SealedSecret" },
    annotations: NAMESPACE_WIDE,
    spec: () => ({ encryptedData }),
    opts,
  });
}

interface Custom {
  readonly type: { readonly apiVersion: string; readonly kind: string };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: (target: string) => object;
  readonly opts: pulumi.CustomResourceOptions;
}

/**
 * An object from which a controller makes a Secret of the same name. Unless users own the name it carries a digest of
 * the object: pods of a new version wait for its Secret, and never start on the old one's values.
 */
function fromController(
  name: string,
  args: SecretObjectsArgs,
  entries: Entries<External | Sealed>,
  { type, annotations, spec, opts }: Custom,
): Held {
  const version = digest(spec(""));
  const target = args.name ?? `${name}-${version.slice(0, 8)}`;
  const metadata = { ...metadataOf(args, target), ...(annotations === undefined ? {} : { annotations }) };
  const made = new CustomResource(name, { ...type, metadata, spec: spec(target) }, opts);
  return {
    keys: keysOf(entries),
    secret: made.urn.apply(() => target),
    version: pulumi.output(version),
  };
}

const metadataOf = ({ namespace }: SecretObjectsArgs, name: string | undefined) => ({
  namespace,
  ...(name === undefined ? {} : { name }),
});

const withoutAbsent = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

/** A digest of what anybody may read. */
const digest = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
