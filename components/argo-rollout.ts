/** A release whose weights Argo Rollouts moves: for teams whose rollouts must not hang on a process of theirs. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { analysisTemplate, argoRollout, canaryService } from "./progressive/argo";
import { leftOut, releaseProblems, type ProgressiveRelease } from "./progressive/release";

export interface ArgoRolloutArgs extends ProgressiveRelease {
  readonly namespace: pulumi.Input<string>;
}

/**
 * Declares a Rollout of a Deployment, the AnalysisTemplate of its readings and the Service of the new version's pods. The Deployment, its
 * Service and the main Ingress (of a Gateway the HTTPRoute) are there already; Argo Rollouts, 1.8 or later, makes the share's Ingress.
 *
 * Each step soaks as long as golive's own: a breach of a rule that rolls back aborts at once, one that holds pauses, as do no data and too
 * few samples, until a person decides.
 *
 * @throws {pulumi.RunError} listing every mistake of the release.
 * @see E1, E3, E4 of the requirements; docs/strategies.md; https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/nginx/
 */
export class ArgoRollout extends pulumi.ComponentResource {
  /** Rules that Argo does not ask: those of logs, alerts and health paths. */
  readonly leftOut: readonly string[];

  constructor(name: string, args: ArgoRolloutArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:ArgoRollout", name, {}, opts);
    refuseProblems(name, args);
    const { namespace } = args;
    const dependsOn = opts?.dependsOn ?? [];
    const template = analysisTemplate(args, namespace);
    const needed = [
      new CustomResource(template.metadata.name, template, { parent: this, dependsOn }),
      new core.Service(`${name}-canary`, canaryService(args, namespace), { parent: this, dependsOn }),
    ];
    new CustomResource(name, argoRollout(args, namespace), { parent: this, dependsOn: needed });
    this.leftOut = leftOut(args);
    this.registerOutputs({ leftOut: this.leftOut });
  }
}

function refuseProblems(name: string, args: ArgoRolloutArgs): void {
  const problems = releaseProblems(args);
  if (problems.length > 0) throw new pulumi.RunError([`ArgoRollout ${name}:`, ...problems].join("\n  "));
}
