import type { Resource } from "../../../policies/resource";

const probe = { httpGet: { path: "/health", port: "http" } };
export const image = "202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:v1.0-develop-11";

/** The ceiling that the cases are judged by. */
export const ceiling = { cpu: "500m", memory: "512Mi" };

export const resources = {
  limits: { cpu: "200m", memory: "200Mi" },
  requests: { cpu: "100m", memory: "100Mi" },
};

const securityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const restricted = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
};

/** A pod with a container in each of its three lists, which no rule refuses. */
export const pod = {
  ...restricted,
  initContainers: [{ name: "prepare", image, resources, securityContext }],
  containers: [
    {
      name: "app",
      image,
      resources,
      securityContext,
      ports: [{ name: "http", containerPort: 3000 }],
      livenessProbe: { ...probe, failureThreshold: 6 },
      readinessProbe: probe,
      startupProbe: probe,
    },
  ],
  ephemeralContainers: [{ name: "debug", image, securityContext }],
};

/** A pod that is meant to end, so that it needs no probe. */
export const endingPod = {
  ...restricted,
  restartPolicy: "Never",
  containers: [{ name: "task", image, resources, securityContext }],
};

const labels = { "app.kubernetes.io/name": "kometa" };

/** A pod's template. */
export const templateOf = (spec: unknown) => ({ metadata: { labels }, spec });

const run = { activeDeadlineSeconds: 600, backoffLimit: 2, ttlSecondsAfterFinished: 3600 };

/** A Job of a pod. */
export const jobOf = (spec: unknown) => ({ ...run, template: templateOf(spec) });

/** A CronJob of a pod. */
export const cronJobOf = (spec: unknown) => ({
  schedule: "0 3 * * *",
  startingDeadlineSeconds: 600,
  jobTemplate: { spec: jobOf(spec) },
});

const metadata = { name: "kometa-develop", namespace: "kometa-develop", labels };

/** A Pod that something owns. */
export const ownedPod = (spec: unknown): Resource => {
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "kometa", uid: "0" };
  return kubernetes("v1", "Pod", { metadata: { ...metadata, ownerReferences: [owner] }, spec });
};

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
  return kubernetes("apps/v1", "Deployment", { spec: { replicas: 1, template: templateOf(spec) } });
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
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:us-east-1:202533518394:key/0" }],
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
