/** Objects sent to a real API server for its verdict alone: `dryRun=All`, so that nothing is kept. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { z } from "zod";
import type { Cluster } from "../../engine/cluster/cluster";

/** What the API server says of an object. */
export interface Admitted {
  readonly status: number;
  /** The object as it would be stored, else the reason why it would not. */
  readonly object: unknown;
  /** Names of golive's rules that it is warned of, in the order of the policy. */
  readonly warnedOf: readonly string[];
}

const kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

const PATHS: Readonly<Record<string, string>> = {
  "v1 Pod": "/api/v1/namespaces/%/pods",
  "v1 PodTemplate": "/api/v1/namespaces/%/podtemplates",
  "v1 ReplicationController": "/api/v1/namespaces/%/replicationcontrollers",
  "v1 Service": "/api/v1/namespaces/%/services",
  "apps/v1 Deployment": "/apis/apps/v1/namespaces/%/deployments",
  "apps/v1 StatefulSet": "/apis/apps/v1/namespaces/%/statefulsets",
  "apps/v1 DaemonSet": "/apis/apps/v1/namespaces/%/daemonsets",
  "apps/v1 ReplicaSet": "/apis/apps/v1/namespaces/%/replicasets",
  "autoscaling/v2 HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/%/horizontalpodautoscalers",
  "batch/v1 Job": "/apis/batch/v1/namespaces/%/jobs",
  "batch/v1 CronJob": "/apis/batch/v1/namespaces/%/cronjobs",
  "networking.k8s.io/v1 Ingress": "/apis/networking.k8s.io/v1/namespaces/%/ingresses",
};

/** The kinds that can be sent, as `apiVersion kind`. */
export const SENDABLE: readonly string[] = Object.keys(PATHS);

export class AdmissionClient {
  private readonly agent: Agent;
  private readonly server: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(cluster: Pick<Cluster, "kubeconfig">) {
    const { clusters, users } = kubeconfig.parse(JSON.parse(readFileSync(cluster.kubeconfig, "utf8")));
    const { server, "certificate-authority-data": ca } = clusters[0].cluster;
    this.server = server;
    this.agent = new Agent({ ca: Buffer.from(ca, "base64"), keepAlive: true });
    this.headers = {
      authorization: `Bearer ${users[0].user.token}`,
      "content-type": "application/json",
    };
  }

  /** What comes of creating an object in a namespace. */
  create(
    namespace: string,
    object: { readonly apiVersion: string; readonly kind: string },
  ): Promise<Admitted> {
    const path = PATHS[`${object.apiVersion} ${object.kind}`];
    if (path === undefined)
      throw new Error(`${object.apiVersion} ${object.kind} is not among ${SENDABLE.join(", ")}`);
    return this.send("POST", path.replace("%", namespace), object);
  }

  /** What comes of putting an object, or a subresource, in the place of one that is there. */
  replace(path: string, object: unknown): Promise<Admitted> {
    return this.send("PUT", path, object);
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body: unknown): Promise<Admitted> {
    const url = new URL(`${path}?dryRun=All&fieldValidation=Ignore`, this.server);
    return new Promise((resolve, reject) => {
      const sent = request(url, { method, headers: this.headers, agent: this.agent }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            object: JSON.parse(text),
            warnedOf: response.rawHeaders.flatMap((header) => /: golive ([a-z-]+):/.exec(header)?.[1] ?? []),
          }),
        );
      });
      sent.on("error", reject);
      sent.end(JSON.stringify(body));
    });
  }
}
