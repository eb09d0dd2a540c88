import type { Resource } from "../../../policies/resource";
import { changed, type Path } from "../case";

const labels = { "app.kubernetes.io/name": "shop" };
const selector = { matchLabels: labels };
const canary = "nginx.ingress.kubernetes.io/canary";
export const shopHost = "shop.example.com";

/** The objects of a set by their keys, so that a case can say which one it changes. */
export type ResourceSet = Readonly<Record<string, Resource>>;

export function kubernetes(
  apiVersion: string,
  kind: string,
  name: string,
  body: object,
  more: object = {},
): Resource {
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  const metadata = { name, namespace: "shop", labels, ...more };
  return { type: `kubernetes:${group}:${kind}`, name, props: { apiVersion, kind, metadata, ...body } };
}

const account = "shop-account";

const pod = {
  serviceAccountName: account,
  terminationGracePeriodSeconds: 30,
  containers: [{ name: "app", image: "registry/shop:v1", lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: selector,
    },
  ],
};

const template = { metadata: { labels }, spec: pod };

function rule(service: string, path = "/", host = shopHost): object {
  const backend = { service: { name: service, port: { name: "http" } } };
  return { host, http: { paths: [{ path, pathType: "Prefix", backend }] } };
}

function ingress(name: string, service: string, annotations: Readonly<Record<string, string>>): Resource {
  const spec = {
    ingressClassName: "nginx",
    tls: [{ hosts: [shopHost], secretName: "shop-tls" }],
    rules: [rule(service)],
  };
  return kubernetes("networking.k8s.io/v1", "Ingress", name, { spec }, { annotations });
}

const run = {
  activeDeadlineSeconds: 600,
  backoffLimit: 2,
  template: { metadata: { labels }, spec: { ...pod, restartPolicy: "Never" } },
};
const urn = (type: string, name: string): string => `urn:pulumi:test::golive::${type}::${name}`;

/** A resource of AWS; `of` is the input that names what it belongs to, with the name or what it depends on. */
function aws(
  type: string,
  name: string,
  props: object,
  of: Readonly<Record<string, readonly string[]>> = {},
): Resource {
  return { type, name, props, urn: urn(type, name), dependsOn: of };
}

const bucketType = "aws:s3/bucket:Bucket";
const repositoryType = "aws:ecr/repository:Repository";

/** A part of the bucket, found by what it depends on: its name is known only at `up`. */
function ofBucket(kind: string, props: object): Resource {
  const type = `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  return aws(type, "files", { bucket: unknownName, ...props }, { bucket: [urn(bucketType, "files")] });
}

/** What Pulumi writes for a text that is known only at `up`. */
export const unknownName = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const grant = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

/** Everything that the rules of sets judge, as a careful user writes it: no rule refuses any of it. */
export const goodSet: ResourceSet = {
  namespace: {
    type: "kubernetes:core/v1:Namespace",
    name: "shop",
    props: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
  },
  quota: kubernetes("v1", "ResourceQuota", "quota", { spec: { hard: { pods: "10" } } }),
  account: kubernetes("v1", "ServiceAccount", account, { automountServiceAccountToken: false }),
  deployment: kubernetes("apps/v1", "Deployment", "shop", { spec: { replicas: 2, selector, template } }),
  scaled: kubernetes("apps/v1", "Deployment", "scaled", { spec: { selector, template } }),
  budget: kubernetes("policy/v1", "PodDisruptionBudget", "shop", { spec: { minAvailable: 1, selector } }),
  autoscaler: kubernetes("autoscaling/v2", "HorizontalPodAutoscaler", "scaled", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "scaled" },
      minReplicas: 2,
      maxReplicas: 4,
    },
  }),
  job: kubernetes("batch/v1", "Job", "migrate", { spec: { ...run, ttlSecondsAfterFinished: 3600 } }),
  cronJob: kubernetes("batch/v1", "CronJob", "backup", {
    spec: { schedule: "0 3 * * *", startingDeadlineSeconds: 600, jobTemplate: { spec: run } },
  }),
  role: kubernetes("rbac.authorization.k8s.io/v1", "Role", "reader", {
    rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }],
  }),
  binding: kubernetes("rbac.authorization.k8s.io/v1", "RoleBinding", "reader", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
    subjects: [{ kind: "Group", name: "devops", apiGroup: "rbac.authorization.k8s.io" }],
  }),
  stable: kubernetes("v1", "Service", "shop-stable", {
    spec: { type: "ClusterIP", selector: { ...labels, track: "stable" } },
  }),
  service: kubernetes("v1", "Service", "shop-canary", { spec: { selector: { ...labels, track: "canary" } } }),
  route: kubernetes("gateway.networking.k8s.io/v1", "HTTPRoute", "shop", {
    spec: {
      parentRefs: [{ name: "shared", namespace: "gateways", sectionName: "https" }],
      hostnames: ["route.example.com"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [
            { name: "shop-stable", port: 80, weight: 90 },
            { name: "shop-canary", port: 80, weight: 10 },
          ],
        },
      ],
    },
  }),
  ingress: ingress("shop", "shop-stable", {}),
  canary: ingress("shop-canary", "shop-canary", { [canary]: "true", [`${canary}-weight`]: "10" }),
  controller: kubernetes("v1", "ConfigMap", "controller", { data: { "allow-snippet-annotations": "false" } }),
  network: kubernetes("networking.k8s.io/v1", "NetworkPolicy", "deny", { spec: { podSelector: {} } }),
  alerts: kubernetes("monitoring.coreos.com/v1", "PrometheusRule", "rules", {
    spec: {
      groups: [
        {
          name: "shop",
          rules: [
            { record: "shop:up", expr: "up" },
            {
              alert: "ShopDown",
              expr: 'up{namespace="shop"} == 0',
              labels: { severity: "critical" },
              annotations: { summary: "The shop is down", runbook_url: "https://runbooks.example.com/shop" },
            },
          ],
        },
      ],
    },
  }),
  dashboard: kubernetes(
    "v1",
    "ConfigMap",
    "dashboard",
    { data: { "shop.json": '{"expr":"up{namespace=\\"shop\\"}"}' } },
    { labels: { grafana_dashboard: "1" } },
  ),
  routing: kubernetes("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", "routing", {
    spec: {
      route: { receiver: "nobody", routes: [{ receiver: "team" }] },
      receivers: [{ name: "nobody" }, { name: "team", slackConfigs: [{ channel: "#shop" }] }],
    },
  }),
  repository: aws(repositoryType, "images", {
    name: "shop",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: unknownName }],
  }),
  lifecycle: aws("aws:ecr/lifecyclePolicy:LifecyclePolicy", "images", { repository: "shop", policy: "{}" }),
  bucket: aws(bucketType, "files", { bucket: "shop-backups", objectLockEnabled: true }),
  block: ofBucket("BucketPublicAccessBlock", {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  }),
  ownership: ofBucket("BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }),
  bucketPolicy: ofBucket("BucketPolicy", {
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::shop-backups/*"] },
        {
          Effect: "Allow",
          Principal: { Service: "cloudfront.amazonaws.com" },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::shop-backups/*",
        },
      ],
    }),
  }),
  encryption: ofBucket("BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
  }),
  versioning: ofBucket("BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  lock: ofBucket("BucketObjectLockConfiguration", {
    rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } },
  }),
  awsRole: aws("aws:iam/role:Role", "shop", {
    assumeRolePolicy: grant({
      Principal: { Federated: "arn:aws:iam::202533518394:oidc-provider/oidc" },
      Action: "sts:AssumeRoleWithWebIdentity",
    }),
  }),
  rolePolicy: aws("aws:iam/rolePolicy:RolePolicy", "shop", {
    policy: grant({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::shop-backups/*" }),
  }),
  key: aws("aws:kms/key:Key", "files", {
    policy: grant({
      Principal: { AWS: "arn:aws:iam::202533518394:root" },
      Action: "kms:*",
      Resource: "*",
    }),
  }),
  distribution: aws("aws:cloudfront/distribution:Distribution", "site", {
    aliases: ["www.example.com"],
    defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    orderedCacheBehaviors: [{ viewerProtocolPolicy: "https-only" }],
    viewerCertificate: { acmCertificateArn: unknownName, minimumProtocolVersion: "TLSv1.2_2021" },
  }),
};

/** A set with one place of one of its objects changed. */
export function changedSet(set: ResourceSet, key: string, path: Path, to: unknown): ResourceSet {
  const resource = set[key];
  if (resource === undefined) throw new Error(`no object ${key} in the set`);
  return { ...set, [key]: { ...resource, props: changed(resource.props, path, to) } };
}

/** A set without one of its objects. */
export function without(set: ResourceSet, key: string): ResourceSet {
  return Object.fromEntries(Object.entries(set).filter(([each]) => each !== key));
}

/** A set with a copy of one of its objects under another name, changed as `path` and `to` say. */
export function copied(set: ResourceSet, key: string, path: Path, to: unknown): ResourceSet {
  const copy = changedSet(set, key, ["metadata", "name"], "copy")[key];
  return copy === undefined ? set : changedSet({ ...set, copy }, "copy", path, to);
}

export const canaryAnnotation = (name = ""): Path => [
  "metadata",
  "annotations",
  name === "" ? canary : `${canary}-${name}`,
];

export { grant };
