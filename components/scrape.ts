/** What makes the Prometheus of a stack read a system's metrics. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { monitorsOf } from "../observability/scrape/monitors";
import type { Watched } from "../observability/watched";

export interface ScrapeArgs {
  /** The system, which says what is to be read, how often, and the labels by which its Prometheus selects monitors. */
  readonly watched: Watched;
}

/**
 * Declares, in the system's namespace, a PodMonitor for each service that exports metrics of its own, and a Probe of the
 * blackbox exporter for the health path of each host. That Prometheus may reach the pods is an opening of the namespace.
 *
 * @see K21, G7, L18 of the requirements; https://prometheus-operator.dev/docs/developer/getting-started/
 */
export class Scrape extends pulumi.ComponentResource {
  /** Names of the monitors, as `PodMonitor/name` and `Probe/name`. */
  readonly monitors: readonly string[];

  constructor(name: string, { watched }: ScrapeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:Scrape", name, {}, opts);
    const monitors = monitorsOf(watched);
    for (const monitor of monitors) {
      new CustomResource(`${name}-${monitor.metadata.name}`, monitor, {
        parent: this,
        dependsOn: opts?.dependsOn ?? [],
      });
    }
    this.monitors = monitors.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    this.registerOutputs({ monitors: this.monitors });
  }
}
