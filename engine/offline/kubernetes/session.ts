// What every operation of a configured provider works with.
import type { Context } from "../provider";
import type { Cluster } from "./cluster";
import type { Settings } from "./settings";

/** A configured provider. */
export interface Session {
  readonly settings: Settings;
  readonly cluster: Cluster;
  readonly context: Context;
}
