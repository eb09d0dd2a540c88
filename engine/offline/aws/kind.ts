// What the provider knows of one AWS resource type.
import type { Context, Value, Values } from "../provider";
import type { ClientOptions, Service } from "./aws";

/** One call of a type's operation. Values hold no secrets and no unknowns. */
export interface Call {
  /** Options of a service's client for the resource's region; throws where there is no endpoint. */
  readonly client: (service: Service) => ClientOptions;
  /** The new inputs; in delete and read those of the last update (empty for an import). */
  readonly inputs: Values;
  /** The inputs of the last update; empty in create. */
  readonly oldInputs: Values;
  /** The outputs of the last update; empty in create and for an import. */
  readonly outputs: Values;
  /** Seconds after which to give up waiting; 0 means the type's default. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly progress: Context["progress"];
  readonly urn: string;
}

/** A call on a resource that exists. */
export interface CallWithId extends Call {
  readonly id: string;
}

/** One resource type. Sources: @pulumi/aws 7.48 and terraform-provider-aws v6, named in each table. */
export interface Kind {
  /** Every argument of the type; `region` and `tags` go by the two flags. */
  readonly arguments: readonly string[];
  readonly required: readonly string[];
  /** Arguments whose change makes a new resource. */
  readonly replaceOn: readonly string[];
  /** Arguments that the plugin fills in. */
  readonly defaults: Values;
  readonly regional: boolean;
  readonly tagged: boolean;
  /** Where the name is left out: the name made of the resource's name and a random suffix. */
  readonly autoName?: (name: string) => string;
  /** The argument that names it. Default: name. */
  readonly nameArgument?: string;
  /** Arguments that may be written in several ways; equal texts are no change. */
  readonly normal: Readonly<Record<string, (value: Value) => Value>>;
  /**
   * Keys that are served inside a structured argument, by its path without positions, e.g. `rules.expiration`; another
   * is refused. Default: any.
   */
  readonly nested?: Readonly<Record<string, readonly string[]>>;
  /** JSON texts that may be given as objects. */
  readonly documents?: readonly string[];
  /** True where the old one must go first, whatever its name. Default: false. */
  readonly deleteBeforeReplace?: boolean;
  /** Outputs that a preview of a new resource does not know. */
  readonly computed: readonly string[];
  /** Outputs that a preview knows in part. */
  readonly previewed?: (inputs: Values) => Values;
  /** The id in state of what was imported by `id`. Default: the same. */
  readonly idOf?: (id: string) => string;
  /** Creates it; returns the id. */
  readonly create: (call: Call) => Promise<string>;
  /** Arguments and outputs as they are, with all tags as `tagsAll`; undefined where it is gone. */
  readonly read: (call: CallWithId) => Promise<Values | undefined>;
  readonly update: (call: CallWithId) => Promise<void>;
  /** What is gone already is no error. */
  readonly delete: (call: CallWithId) => Promise<void>;
}

/** For types whose every argument replaces. */
export const neverUpdated = (): Promise<void> => Promise.resolve();
