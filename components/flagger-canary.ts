/** A release whose weights Flagger moves: for teams whose rollouts must not hang on a process of theirs. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { alertProvider, flaggerCanary, metricTemplates } from "./progressive/flagger";
import { leftOut, releaseProblems, type ProgressiveRelease } from "./progressive/release";

export interface FlaggerCanaryArgs extends ProgressiveRelease {
  readonly namespace: pulumi.Input<string>;
  /** Secret of the namespace with Slack's webhook under the key `address`; needed where `alerts` are set. */
  readonly alertSecret?: pulumi.Input<string> | undefined;
}

/**
 * Declares Flagger's Canary of a Deployment, a MetricTemplate for each rule that Prometheus answers, and an AlertProvider. The Deployment,
 * its Service and the main Ingress are there already; Flagger, 1.38 or later, makes the rest.
 *
 * A step lasts as long as the longest soak, and anything but good readings at its end goes back: Flagger knows neither soaks of their
 * own nor a hold.
 *
 * @throws {pulumi.RunError} listing every mistake of the release.
 * @see E1, E3, E4 of the requirements; docs/strategies.md; https://docs.flagger.app/tutorials/nginx-progressive-delivery
 */
export class FlaggerCanary extends pulumi.ComponentResource {
  /** Rules that Flagger does not ask: those of logs, alerts and health paths. */
  readonly leftOut: readonly string[];

  constructor(name: string, args: FlaggerCanaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:FlaggerCanary", name, {}, opts);
    const { namespace, alertSecret, alerts } = args;
    refuseProblems(name, args);
    const dependsOn = opts?.dependsOn ?? [];
    const needed = [
      ...metricTemplates(args, namespace),
      ...(alerts === undefined ? [] : [alertProvider(args, namespace, alertSecret)]),
    ].map(
      (object) =>
        new CustomResource(`${object.metadata.name}-${object.kind.toLowerCase()}`, object, {
          parent: this,
          dependsOn,
        }),
    );
    new CustomResource(name, flaggerCanary(args, namespace), { parent: this, dependsOn: needed });
    this.leftOut = leftOut(args);
    this.registerOutputs({ leftOut: this.leftOut });
  }
}

function refuseProblems(name: string, args: FlaggerCanaryArgs): void {
  const noSecret = args.alerts !== undefined && args.alertSecret === undefined;
  const problems = [
    ...releaseProblems(args),
    ...(noSecret ? ["alertSecret: expected the Secret with the webhook of alerts"] : []),
  ];
  if (problems.length > 0) throw new pulumi.RunError([`FlaggerCanary ${name}:`, ...problems].join("\n  "));
}
