import type { Resource } from "../../../policies/resource";

const probe = { httpGet: { path: "/health", port: "http" } };
export const image = "202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11";

/** The ceiling that the cases are judged by. */
export const ceiling = { cpu: "500m", memory: "512Mi" };

export const resources = {
  limits: { cpu: "200m", memory: "200Mi" },
  requests: { cpu: "100m", memory: "100Mi" },
};

/** A pod with a container in each of its three lists, which no rule refuses. */
export const pod = {
  initContainers: [{ name: "prepare", image, resources }],
  containers: [
    { name: "app", image, resources, livenessProbe: probe, readinessProbe: probe, startupProbe: probe },
  ],
  ephemeralContainers: [{ name: "debug", image }],
};

/** A pod that is meant to end, so that it needs no probe. */
export const endingPod = { restartPolicy: "Never", containers: [{ name: "task", image, resources }] };

const metadata = { name: "kometa-develop", namespace: "kometa-develop" };

/** A Kubernetes resource as the engine shows it: `kubernetes("apps/v1", "Deployment", { spec })`. */
export function kubernetes(apiVersion: string, kind: string, body: object): Resource {
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  return {
    type: `kubernetes:${group}:${kind}`,
    name: "kometa",
    props: { apiVersion, kind, metadata, ...body },
  };
}

/** A Deployment of a pod. */
export function deployment(spec: unknown = pod): Resource {
  return kubernetes("apps/v1", "Deployment", { spec: { replicas: 1, template: { spec } } });
}

/** Where a Deployment keeps its pod. */
export const inDeployment = ["spec", "template", "spec"] as const;

export const repository: Resource = {
  type: "aws:ecr/repository:Repository",
  name: "images",
  props: {
    name: "kometa-marketplace",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
  },
};

export const host = "marketplace.kometadeveloper.xyz";
const backend = { service: { name: "kometa-develop", port: { name: "http" } } };

function ingress(annotations: Record<string, string>, spec: object): Resource {
  const rules = [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  return kubernetes("networking.k8s.io/v1", "Ingress", {
    metadata: { ...metadata, annotations },
    spec: { rules, ...spec },
  });
}

export const albAnnotations = {
  "alb.ingress.kubernetes.io/certificate-arn": "arn:aws:acm:us-east-1:202533518394:certificate/0",
  "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
  "alb.ingress.kubernetes.io/ssl-redirect": "443",
};

/** An Ingress behind an AWS load balancer. */
export const albIngress = ingress(albAnnotations, { ingressClassName: "alb" });

/** An Ingress of ingress-nginx. */
export const nginxIngress = ingress(
  {},
  { ingressClassName: "nginx", tls: [{ hosts: [host], secretName: "kometa-tls" }] },
);
