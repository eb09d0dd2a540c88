/** A system's dashboards, where its Grafana finds them. */
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { Dashboard } from "../observability/dashboards";
import type { Platform } from "../observability/watched";

export interface DashboardsArgs {
  /** Namespace of the objects: the sidecar has to look into it, as kube-prometheus-stack's does (`searchNamespace: ALL`). */
  readonly namespace: pulumi.Input<string>;
  readonly dashboards: readonly Dashboard[];
  /** Objects that Grafana's sidecar reads, or those of grafana-operator. @default "sidecar" */
  readonly delivery?: Platform["grafana"]["delivery"];
  /** Labels of the Grafana that grafana-operator puts them into. @default `dashboards: grafana`, as the operator's examples have it */
  readonly instance?: Readonly<Record<string, string>>;
}

/** What a ConfigMap holds at most. https://kubernetes.io/docs/concepts/configuration/configmap/ */
const MOST_BYTES = 1_048_576;
const INSTANCE = { dashboards: "grafana" } as const;

/**
 * Declares one object a dashboard: a ConfigMap with the label `grafana_dashboard: "1"` and its folder in the annotation
 * `grafana_folder`, or a GrafanaDashboard. A file's name is its dashboard's uid, so that two never write one file.
 *
 * @throws {pulumi.RunError} for each dashboard that is more than a ConfigMap holds.
 * @see E8, L16, G7, K24 of the requirements; https://github.com/grafana/helm-charts/tree/main/charts/grafana,
 * https://grafana.github.io/grafana-operator/docs/dashboards/
 */
export class Dashboards extends pulumi.ComponentResource {
  /** Uids by title, in order. */
  readonly uids: Readonly<Record<string, string>>;

  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:Dashboards", name, {}, opts);
    const { dashboards, delivery = "sidecar" } = args;
    refuseGreat(name, dashboards);
    const own = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    for (const dashboard of dashboards) DELIVER[delivery](`${name}-${dashboard.uid}`, args, dashboard, own);
    this.uids = Object.fromEntries(dashboards.map(({ title, uid }) => [title, uid]));
    this.registerOutputs({ uids: this.uids });
  }
}

function refuseGreat(name: string, dashboards: readonly Dashboard[]): void {
  const great = dashboards.flatMap(({ file, json }) => {
    const bytes = Buffer.byteLength(json);
    return bytes <= MOST_BYTES
      ? []
      : [`${name}: ${file} has ${bytes} bytes; a ConfigMap holds ${MOST_BYTES}; split the dashboard`];
  });
  if (great.length > 0) throw new pulumi.RunError(great.join("\n"));
}

const objectName = ({ uid }: Dashboard): string => `dashboard-${uid}`.toLowerCase();

const DELIVER: Readonly<
  Record<
    Platform["grafana"]["delivery"],
    (
      name: string,
      args: DashboardsArgs,
      dashboard: Dashboard,
      opts: pulumi.CustomResourceOptions,
    ) => pulumi.CustomResource
  >
> = {
  sidecar: (name, { namespace }, dashboard, opts) =>
    new core.ConfigMap(
      name,
      {
        metadata: {
          name: objectName(dashboard),
          namespace,
          labels: { grafana_dashboard: "1" },
          annotations: { grafana_folder: dashboard.folder },
        },
        data: { [dashboard.file]: dashboard.json },
      },
      opts,
    ),
  operator: (name, { namespace, instance = INSTANCE }, dashboard, opts) =>
    new CustomResource(
      name,
      {
        apiVersion: "grafana.integreatly.org/v1beta1",
        kind: "GrafanaDashboard",
        metadata: { name: objectName(dashboard), namespace },
        spec: {
          instanceSelector: { matchLabels: { ...instance } },
          // The operator's Grafana is in a namespace of its own.
          allowCrossNamespaceImport: true,
          folder: dashboard.folder,
          json: dashboard.json,
        },
      },
      opts,
    ),
};
