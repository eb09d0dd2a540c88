import { UNKNOWN } from "../../../policies/checks/field";
import type { PolicyName } from "../../../policies/names";
import type { Path, RuleParameters } from "../case";
import {
  canaryAnnotation,
  changedSet,
  copied,
  goodSet,
  grant,
  kubernetes,
  without,
  type ResourceSet,
} from "./set";

export interface GoodSet {
  readonly title: string;
  readonly set: ResourceSet;
  readonly parameters?: RuleParameters;
}

export interface BrokenSet extends GoodSet {
  readonly requirements: string;
  readonly rule: PolicyName;
  readonly says: RegExp;
  /** Rules that cannot but refuse it as well. @default - none */
  readonly also?: readonly PolicyName[];
  /** @default false: the rule fails, knowing all */
  readonly undecided?: boolean;
}

const of = (key: string, path: Path, to: unknown): ResourceSet => changedSet(goodSet, key, path, to);
const podOf: Path = ["spec", "template", "spec"];
const spread: Path = [...podOf, "topologySpreadConstraints"];
const firstPath: Path = ["spec", "rules", 0, "http", "paths", 0];
const alert: Path = ["spec", "groups", 0, "rules", 1];
const shopLabels = { "app.kubernetes.io/name": "shop" };
const antiAffinity = {
  podAntiAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: "topology.kubernetes.io/zone", labelSelector: { matchLabels: shopLabels } },
    ],
  },
};

export const goodChanges: readonly GoodSet[] = [
  { title: "a budget of a percentage", set: of("budget", ["spec", "minAvailable"], "50%") },
  { title: "a share of the ladder", set: goodSet, parameters: { "canary-phase": { ladder: [10, 50, 100] } } },
  {
    title: "an anti-affinity in place of a spread",
    set: changedSet(of("deployment", spread, undefined), "deployment", [...podOf, "affinity"], antiAffinity),
  },
  {
    title: "a token for a ServiceAccount that a role is bound to",
    set: changedSet(
      of("account", ["automountServiceAccountToken"], true),
      "binding",
      ["subjects"],
      [{ kind: "ServiceAccount", name: "shop-account", namespace: "shop" }],
    ),
  },
  {
    title: "a canary by a header alone",
    set: changedSet(
      of("canary", canaryAnnotation("weight"), undefined),
      "canary",
      canaryAnnotation("by-header"),
      "x-new",
    ),
  },
  {
    title: "a canary of 500 in 1000",
    set: changedSet(
      of("canary", canaryAnnotation("weight"), "500"),
      "canary",
      canaryAnnotation("weight-total"),
      "1000",
    ),
  },
  { title: 'an Ingress that says canary: "false" alone', set: of("ingress", canaryAnnotation(), "false") },
  {
    title: "a wildcard named by a prefix of its action",
    set: of("rolePolicy", ["policy"], grant({ Action: "s3:Get*", Resource: "arn:aws:s3:::shop-backups/*" })),
  },
  {
    title: "an action that knows no resource",
    set: of("rolePolicy", ["policy"], grant({ Action: "ecr:GetAuthorizationToken", Resource: "*" })),
  },
  { title: "a key's policy that AWS writes", set: of("key", ["policy"], undefined) },
  {
    title: "the default ServiceAccount without a token",
    set: changedSet(
      of("deployment", [...podOf, "serviceAccountName"], undefined),
      "deployment",
      [...podOf, "automountServiceAccountToken"],
      false,
    ),
  },
  {
    title: "one pod where one is right",
    set: of("deployment", ["spec", "replicas"], 1),
    parameters: { replicas: { single: ["shop/shop"] } },
  },
  { title: "no monitoring at all", set: ["alerts", "dashboard", "routing"].reduce(without, goodSet) },
  {
    title: "one pod of a Deployment that a patch sets nothing of",
    set: {
      ...goodSet,
      patch: {
        type: "kubernetes:apps/v1:DeploymentPatch",
        name: "patch",
        props: { metadata: { namespace: "shop" }, spec: {} },
      },
    },
  },
];

function broken(
  requirements: string,
  rule: PolicyName,
  title: string,
  set: ResourceSet,
  says: RegExp,
  more: Pick<BrokenSet, "undecided" | "parameters" | "also"> = {},
): BrokenSet {
  return { requirements, rule, title, set, says, ...more };
}

const undecided = { undecided: true } as const;

const availability: readonly BrokenSet[] = [
  broken(
    "K5",
    "replicas",
    "one replica",
    changedSet(of("deployment", ["spec", "replicas"], 1), "budget", ["spec"], {
      maxUnavailable: 1,
      selector: { matchLabels: shopLabels },
    }),
    /Deployment\/shop in namespace shop: spec\.replicas is "1"; allowed: at least 2/,
  ),
  broken(
    "K5",
    "replicas",
    "no replicas said",
    of("deployment", ["spec", "replicas"], undefined),
    /spec\.replicas is absent, which Kubernetes takes for 1/,
  ),
  broken(
    "K5",
    "replicas",
    "two where three are asked",
    changedSet(without(goodSet, "autoscaler"), "scaled", ["spec", "replicas"], 3),
    /spec\.replicas is "2"; allowed: at least 3/,
    { parameters: { replicas: { min: 3 } } },
  ),
  broken(
    "K5",
    "pdb-present",
    "no budget",
    without(goodSet, "budget"),
    /selected by no PodDisruptionBudget of the namespace/,
  ),
  broken(
    "K5",
    "pdb-present",
    "a budget of other pods",
    of("budget", ["spec", "selector"], { matchLabels: { app: "other" } }),
    /selected by no PodDisruptionBudget/,
  ),
  broken(
    "K5",
    "pdb-present",
    "a budget without a selector",
    of("budget", ["spec", "selector"], undefined),
    /selected by no PodDisruptionBudget/,
  ),
  broken(
    "K5",
    "pdb-present",
    "a budget of another namespace",
    of("budget", ["metadata", "namespace"], "other"),
    /selected by no PodDisruptionBudget/,
  ),
  broken(
    "K5",
    "pdb-present",
    "a budget whose selector is not known",
    of("budget", ["spec", "selector"], UNKNOWN),
    /for what PodDisruptionBudget\/shop says is known only at up/,
    { ...undecided, also: ["pdb-allows-disruption"] },
  ),
  ...(
    [
      ["no policy", undefined, undefined, /minAvailable is absent, and maxUnavailable as well/],
      ["both policies", 1, 1, /maxUnavailable is "1" beside minAvailable/],
      ["maxUnavailable 0", undefined, 0, /maxUnavailable is "0"/],
      ["maxUnavailable 0%", undefined, "0%", /maxUnavailable is "0%"/],
      ["maxUnavailable that is no number", undefined, "half", /maxUnavailable is "half"/],
      ["minAvailable 100%", "100%", undefined, /minAvailable is "100%", every pod/],
      [
        "minAvailable of all pods",
        4,
        undefined,
        /minAvailable is "4" of the 4 pods that Deployment\/shop and HorizontalPodAutoscaler\/scaled keeps/,
      ],
      ["minAvailable that rounds up to all pods", "76%", undefined, /minAvailable is "76%" of the 4 pods/],
    ] as const
  ).map(([title, minAvailable, maxUnavailable, says]) =>
    broken(
      "K5",
      "pdb-allows-disruption",
      title,
      of("budget", ["spec"], { minAvailable, maxUnavailable, selector: { matchLabels: shopLabels } }),
      says,
    ),
  ),
  broken(
    "K5",
    "pdb-allows-disruption",
    "minAvailable that is not known",
    of("budget", ["spec", "minAvailable"], UNKNOWN),
    /minAvailable is known only at up/,
    undecided,
  ),
  broken(
    "K5",
    "hpa-min-replicas",
    "an autoscaler that keeps one",
    of("autoscaler", ["spec", "minReplicas"], 1),
    /minReplicas is "1"; allowed: at least 2/,
  ),
  broken(
    "K5",
    "hpa-min-replicas",
    "an autoscaler that does not say",
    of("autoscaler", ["spec", "minReplicas"], undefined),
    /minReplicas is absent, which Kubernetes takes for 1/,
  ),
  broken(
    "K5",
    "hpa-min-replicas",
    "an autoscaler that may reach less than it keeps",
    of("autoscaler", ["spec", "maxReplicas"], 1),
    /maxReplicas is "1"; allowed: at least 2/,
  ),
  broken(
    "K5",
    "hpa-target",
    "an autoscaler of nothing",
    copied(goodSet, "autoscaler", ["spec", "scaleTargetRef", "name"], "gone"),
    /scaleTargetRef is Deployment\/gone of apps\/v1, which is not there/,
  ),
  broken(
    "K5",
    "hpa-target",
    "an autoscaler of another namespace's workload",
    copied(goodSet, "autoscaler", ["metadata", "namespace"], "other"),
    /which is not there/,
  ),
  broken(
    "K5",
    "topology",
    "pods that nothing keeps apart",
    of("deployment", spread, undefined),
    /topologySpreadConstraints is absent, and so is a podAntiAffinity/,
  ),
  broken(
    "K5",
    "topology",
    "a spread of other pods",
    of("deployment", [...spread, 0, "labelSelector"], { matchLabels: { app: "other" } }),
    /none that keeps the pod's own kind apart/,
  ),
  broken(
    "K5",
    "topology",
    "a spread without a selector",
    of("deployment", [...spread, 0, "labelSelector"], undefined),
    /none that keeps/,
  ),
  broken(
    "K5",
    "topology",
    "a spread over what is neither node nor zone",
    of("deployment", [...spread, 0, "topologyKey"], "kubernetes.io/os"),
    /none that keeps/,
  ),
  broken(
    "K5",
    "graceful-shutdown",
    "no grace",
    of("deployment", [...podOf, "terminationGracePeriodSeconds"], 0),
    /terminationGracePeriodSeconds is "0"; allowed: at least 1/,
  ),
  broken(
    "K5",
    "graceful-shutdown",
    "a hook that sleeps as long as the grace",
    of("deployment", [...podOf, "containers", 0, "lifecycle", "preStop", "sleep", "seconds"], 30),
    /the preStop hook of container "app" sleeps 30/,
  ),
  broken(
    "K5",
    "graceful-shutdown",
    "a hook whose command sleeps longer",
    of("deployment", [...podOf, "containers", 0, "lifecycle", "preStop"], {
      exec: { command: ["sh", "-c", "sleep 45"] },
    }),
    /sleeps 45/,
  ),
  broken(
    "K5",
    "bare-pod",
    "a Pod by itself",
    {
      ...goodSet,
      pod: {
        type: "kubernetes:core/v1:Pod",
        name: "pod",
        props: {
          metadata: { name: "pod", namespace: "shop", labels: shopLabels },
          spec: { serviceAccountName: "shop-account", containers: [] },
        },
      },
    },
    /Pod\/pod in namespace shop: metadata\.ownerReferences is absent/,
  ),
  ...(["activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"] as const).map((field) =>
    broken(
      "K5",
      "job-bounded",
      `a Job without ${field}`,
      of("job", ["spec", field], undefined),
      new RegExp(`Job/migrate.*spec\\.${field} is absent`),
    ),
  ),
  broken(
    "K5",
    "job-bounded",
    "a deadline of 0",
    of("job", ["spec", "activeDeadlineSeconds"], 0),
    /is "0"; allowed: a number, at least 1/,
  ),
  broken(
    "K5",
    "job-bounded",
    "a CronJob that may start whenever",
    of("cronJob", ["spec", "startingDeadlineSeconds"], undefined),
    /startingDeadlineSeconds is absent; allowed: a number, at least 10/,
  ),
  broken(
    "K5",
    "job-bounded",
    "a CronJob that may start within 9 seconds",
    of("cronJob", ["spec", "startingDeadlineSeconds"], 9),
    /is "9"/,
  ),
  broken(
    "K5",
    "job-bounded",
    "a CronJob whose Jobs may hang",
    of("cronJob", ["spec", "jobTemplate", "spec", "activeDeadlineSeconds"], undefined),
    /spec\.jobTemplate\.spec\.activeDeadlineSeconds is absent/,
  ),
];

const roleOf = (key: string, to: readonly string[]): ResourceSet => of("role", ["rules", 0, key], to);
const token: Path = [...podOf, "automountServiceAccountToken"];

const access: readonly BrokenSet[] = [
  broken(
    "L5",
    "service-account-token",
    "a ServiceAccount that mounts its token",
    of("account", ["automountServiceAccountToken"], undefined),
    /automountServiceAccountToken is absent, which Kubernetes takes for true/,
  ),
  broken(
    "L5",
    "service-account-token",
    "a pod that mounts it whatever its ServiceAccount says",
    of("deployment", token, true),
    /is "true"; allowed: false, or a role bound to ServiceAccount\/shop-account/,
  ),
  broken(
    "L5",
    "service-account-token",
    "a pod whose choice is not known",
    of("deployment", token, UNKNOWN),
    /known only at up/,
    undecided,
  ),
  broken(
    "L5",
    "default-service-account",
    "the default ServiceAccount",
    changedSet(of("deployment", [...podOf, "serviceAccountName"], "default"), "deployment", token, true),
    /serviceAccountName is "default"/,
    { also: ["service-account-token"] },
  ),
  broken(
    "L5",
    "default-service-account",
    "none named",
    changedSet(of("deployment", [...podOf, "serviceAccountName"], undefined), "deployment", token, true),
    /serviceAccountName is absent, which Kubernetes takes for "default"/,
    { also: ["service-account-token"] },
  ),
  broken(
    "L5",
    "rbac-cluster-admin",
    "a binding of cluster-admin",
    of("binding", ["roleRef", "name"], "cluster-admin"),
    /roleRef\.name is "cluster-admin"/,
  ),
  ...(
    [
      ["verbs", ["*"]],
      ["resources", ["*"]],
      ["resources", ["pods/*"]],
      ["apiGroups", ["*"]],
      ["nonResourceURLs", ["*"]],
      ["nonResourceURLs", ["/*"]],
    ] as const
  ).map(([key, to]) =>
    broken(
      "L5",
      "rbac-wildcards",
      `${key} ${to[0]}`,
      roleOf(key, to),
      new RegExp(`rules\\[0\\]\\.${key}\\[0\\] is "`),
    ),
  ),
  broken(
    "L5",
    "rbac-wildcards",
    "a role that gathers every other",
    of("role", ["aggregationRule"], { clusterRoleSelectors: [{}] }),
    /clusterRoleSelectors\[0\] is empty, which gathers every ClusterRole/,
  ),
];

const canaryOf = (name: string, to: unknown): ResourceSet => of("canary", canaryAnnotation(name), to);

const nginxAnnotation = (name: string): Path => [
  "metadata",
  "annotations",
  `nginx.ingress.kubernetes.io/${name}`,
];
const canaryWith = (annotations: Readonly<Record<string, string>>): ResourceSet =>
  Object.entries(annotations).reduce(
    (set, [name, to]) => changedSet(set, "canary", canaryAnnotation(name), to),
    goodSet,
  );
const routeRule: Path = ["spec", "rules", 0];
const endpointsOf = (service: string) =>
  kubernetes(
    "discovery.k8s.io/v1",
    "EndpointSlice",
    `${service}-1`,
    { endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }] },
    { labels: { "app.kubernetes.io/name": "shop", "kubernetes.io/service-name": service } },
  );

const traffic: readonly BrokenSet[] = [
  broken(
    "K8",
    "ingress-tls",
    "an Ingress without tls",
    of("ingress", ["spec", "tls"], undefined),
    /spec\.tls is absent/,
  ),
  broken(
    "K8",
    "ingress-host",
    "a rule without a host",
    changedSet(without(goodSet, "canary"), "ingress", ["spec", "rules", 0, "host"], undefined),
    /host is absent, so that the Ingress answers for every host/,
  ),
  broken(
    "K8",
    "ingress-host",
    "a default backend",
    of("ingress", ["spec", "defaultBackend"], { service: { name: "shop" } }),
    /spec\.defaultBackend is there, so that/,
  ),
  broken(
    "K8",
    "ingress-host",
    "a host that is not known to the stack",
    of("ingress", ["metadata", "labels"], undefined),
    /is "shop\.example\.com"; allowed: a known host: other\.example\.com/,
    { parameters: { "ingress-host": { hosts: ["other.example.com"] } } },
  ),
  broken(
    "K8",
    "ingress-class",
    "no class",
    changedSet(without(goodSet, "canary"), "ingress", ["spec", "ingressClassName"], ""),
    /spec\.ingressClassName is ""; allowed: one class/,
  ),
  broken(
    "K8",
    "ingress-class",
    "two classes",
    of("ingress", ["metadata", "annotations", "kubernetes.io/ingress.class"], "nginx"),
    /is "nginx" beside spec\.ingressClassName/,
  ),
  ...["server-snippet", "configuration-snippet", "auth-snippet", "stream-snippet", "modsecurity-snippet"].map(
    (name) =>
      broken(
        "K19",
        "ingress-nginx-snippets",
        name,
        of("ingress", ["metadata", "annotations", `nginx.ingress.kubernetes.io/${name}`], "x"),
        new RegExp(`${name}"\\] is there; allowed: absent`),
      ),
  ),
  broken(
    "K19",
    "ingress-nginx-snippets",
    "a controller that allows them",
    of("controller", ["data", "allow-snippet-annotations"], "true"),
    /allow-snippet-annotations is "true"; allowed: "false"/,
  ),
  ...["yes", "on", "TrUe", ""].map((text) =>
    broken(
      "E1",
      "canary-ingress",
      `canary: "${text}"`,
      of("canary", canaryAnnotation(), text),
      /which ingress-nginx cannot read/,
    ),
  ),
  broken(
    "E1",
    "canary-ingress",
    "a weight without canary",
    of("canary", canaryAnnotation(), undefined),
    /canary"\] is absent beside nginx/,
  ),
  ...["10%", "0.5", " 50", "-1"].map((text) =>
    broken(
      "E1",
      "canary-ingress",
      `a weight of "${text}"`,
      canaryOf("weight", text),
      /which ingress-nginx takes for 0; allowed: a whole number from 0 to 100/,
    ),
  ),
  broken(
    "E1",
    "canary-ingress",
    "a weight of 101",
    canaryOf("weight", "101"),
    /canary-weight"\] is "101"; allowed: a whole number from 0 to 100/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a total below 100",
    canaryOf("weight-total", "99"),
    /is "99", which ingress-nginx ignores below 100/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "nothing that sends requests",
    canaryOf("weight", undefined),
    /canary-weight"\] is absent, so that no request goes to the canary/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a header's value without the header",
    canaryOf("by-header-value", "always"),
    /ignores without canary-by-header/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "no primary",
    without(goodSet, "ingress"),
    /shop\.example\.com\/ \(Prefix\), which no other Ingress of the namespace and class serves/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "another pathType than the primary's",
    of("canary", [...firstPath, "pathType"], "Exact"),
    /Ingress\/shop serves shop\.example\.com\/ \(Prefix\)/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "another path than the primary's",
    of("canary", [...firstPath, "path"], "/api"),
    /shop\.example\.com\/api \(Prefix\), which no other Ingress/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a primary of another class",
    of("ingress", ["spec", "ingressClassName"], "other"),
    /which no other Ingress of the namespace and class serves/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a primary of another namespace",
    of("ingress", ["metadata", "namespace"], "other"),
    /which no other Ingress/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a second canary",
    copied(goodSet, "canary", [...firstPath, "backend", "service", "name"], "shop-third"),
    /of which Ingress\/copy is a canary as well/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "the primary's own Service",
    of("canary", [...firstPath, "backend", "service", "name"], "shop-stable"),
    /backend is Service\/shop-stable, which is the primary's in Ingress\/shop/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a Service that another Ingress uses",
    copied(changedSet(goodSet, "ingress", [], goodSet["ingress"]?.props), "ingress", ["spec"], {
      ingressClassName: "nginx",
      tls: [{ hosts: ["preview.example.com"], secretName: "preview" }],
      rules: [
        {
          host: "preview.example.com",
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "shop-canary" } } }] },
        },
      ],
    }),
    /Service\/shop-canary, which Ingress\/copy sends preview\.example\.com\/ \(Prefix\) to as well/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a primary's Service behind another host",
    copied(goodSet, "ingress", ["spec"], {
      ingressClassName: "nginx",
      tls: [{ hosts: ["b.example.com"], secretName: "b" }],
      rules: [
        {
          host: "b.example.com",
          http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "shop-stable" } } }] },
        },
      ],
    }),
    /behind which Ingress\/copy also serves b\.example\.com\/ \(Prefix\): its requests go to the canary too/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a certificate of its own",
    of("canary", ["spec", "tls", 0, "secretName"], "other-tls"),
    /is "other-tls", which is never used: Ingress\/shop serves shop\.example\.com with "shop-tls"/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a header's value of never",
    canaryWith({ "by-header": "x-canary", "by-header-value": "never" }),
    /by-header-value"\] is "never"; allowed: a value of your own/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a header's pattern that is none",
    canaryWith({ "by-header": "x-canary", "by-header-pattern": "(" }),
    /by-header-pattern"\] is "\("; allowed: a regular expression/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a header's pattern beside its value",
    canaryWith({ "by-header": "x-canary", "by-header-value": "a", "by-header-pattern": "b" }),
    /ignores beside canary-by-header-value/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "an annotation that counts on the primary alone",
    of("canary", nginxAnnotation("proxy-body-size"), "1m"),
    /proxy-body-size"\] is "1m", which it ignores on a canary/,
  ),
  broken(
    "E5",
    "canary-ingress",
    "weight 0 with session affinity",
    changedSet(canaryOf("weight", "0"), "ingress", nginxAnnotation("affinity"), "cookie"),
    /is "0" beside the session affinity of Ingress\/shop/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a host that is an alias of the primary's",
    changedSet(
      of("canary", ["spec", "rules", 0, "host"], "www.example.com"),
      "ingress",
      nginxAnnotation("server-alias"),
      "www.example.com, other.example.com",
    ),
    /www\.example\.com\/ \(Prefix\), a host that Ingress\/shop has as a server-alias alone/,
    { also: ["ingress-tls"] },
  ),
  broken(
    "E1",
    "canary-ingress",
    "a second primary",
    copied(goodSet, "ingress", [...firstPath, "backend", "service", "name"], "shop-third"),
    /which both Ingress\/shop and Ingress\/copy serve/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a main Ingress made anew with the canary's Service",
    changedSet(
      changedSet(
        of("ingress", ["metadata", "creationTimestamp"], "2026-11-28T10:00:00Z"),
        "canary",
        ["metadata", "creationTimestamp"],
        "2026-11-28T09:00:00Z",
      ),
      "ingress",
      [...firstPath, "backend", "service", "name"],
      "shop-canary",
    ),
    /which is the primary's in Ingress\/shop, newer than the canary: its host answers 404/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "Services that select the same pods",
    of("stable", ["spec", "selector"], { "app.kubernetes.io/name": "shop" }),
    /Service\/shop-canary, which selects pods of the primary's Service\/shop-stable too/,
  ),
  ...[
    ["shop-canary", /a canary of Service\/shop-stable, which has no ready endpoint/] as const,
    ["shop-stable", /backend is Service\/shop-canary, which has no ready endpoint/] as const,
  ].map(([ready, says]) =>
    broken(
      "E3",
      "canary-ingress",
      `endpoints of ${ready} alone`,
      { ...goodSet, slice: endpointsOf(ready) },
      says,
    ),
  ),
  broken(
    "E1",
    "http-route",
    "weights that are all 0",
    of("route", routeRule, { backendRefs: [{ name: "shop-stable", port: 80, weight: 0 }] }),
    /backendRefs is backends that all have weight 0; allowed: at least one/,
  ),
  broken(
    "E1",
    "http-route",
    "one Service twice",
    of("route", [...routeRule, "backendRefs", 1, "name"], "shop-stable"),
    /Service shop\/shop-stable\/80, which the rule names before|shop\/shop-stable\/80, which the rule names before/,
  ),
  broken(
    "E1",
    "http-route",
    "a backend of another namespace",
    of("route", [...routeRule, "backendRefs", 1, "namespace"], "other"),
    /Service other\/shop-canary\/80, which no ReferenceGrant allows/,
  ),
  broken(
    "E1",
    "http-route",
    "a second route of the same host and path",
    copied(goodSet, "route", [...routeRule, "backendRefs", 1, "weight"], 90),
    /route\.example\.com PathPrefix \/, which HTTPRoute\/copy has already/,
  ),
  broken(
    "E1",
    "canary-ingress",
    "a weight that is not known",
    canaryOf("weight", UNKNOWN),
    /known only at up/,
    undecided,
  ),
  broken(
    "E3",
    "canary-phase",
    "a share between the ladder's steps",
    canaryOf("weight", "20"),
    /is "20", which is 20 % of the requests; allowed: a step of the ladder: 0, 10, 50, 100 %/,
    { parameters: { "canary-phase": { ladder: [10, 50, 100] } } },
  ),
  broken(
    "K2",
    "service-type",
    "a NodePort",
    of("service", ["spec", "type"], "NodePort"),
    /spec\.type is "NodePort"; allowed: ClusterIP/,
  ),
  broken(
    "K2",
    "service-type",
    "a LoadBalancer",
    of("service", ["spec", "type"], "LoadBalancer"),
    /spec\.type is "LoadBalancer"/,
  ),
  broken(
    "K2",
    "service-type",
    "external addresses",
    of("service", ["spec", "externalIPs"], ["203.0.113.7"]),
    /spec\.externalIPs is a list of 1; allowed: absent/,
  ),
  broken(
    "K1",
    "network-policy",
    "no NetworkPolicy",
    without(goodSet, "network"),
    /selected by no NetworkPolicy of the namespace/,
  ),
  broken(
    "K1",
    "network-policy",
    "a NetworkPolicy of other pods",
    of("network", ["spec", "podSelector"], {
      matchExpressions: [{ key: "app.kubernetes.io/name", operator: "NotIn", values: ["shop"] }],
    }),
    /selected by no NetworkPolicy/,
  ),
  broken(
    "K1",
    "network-policy",
    "a NetworkPolicy whose pods are not known",
    of("network", ["spec", "podSelector"], UNKNOWN),
    /for what a NetworkPolicy says is known only at up/,
    undecided,
  ),
];

const objects: readonly BrokenSet[] = [
  broken(
    "K1",
    "default-namespace",
    "the namespace default",
    of("controller", ["metadata", "namespace"], "default"),
    /ConfigMap\/controller in namespace default: metadata\.namespace is "default"/,
  ),
  broken(
    "K1",
    "default-namespace",
    "no namespace",
    of("controller", ["metadata", "namespace"], undefined),
    /ConfigMap\/controller: metadata\.namespace is absent/,
  ),
  broken(
    "K1",
    "namespace-quota",
    "a namespace without a quota",
    without(goodSet, "quota"),
    /Namespace\/shop: metadata\.name is "shop", which no ResourceQuota bounds/,
  ),
  broken(
    "K1",
    "namespace-quota",
    "a quota of nothing",
    of("quota", ["spec", "hard"], {}),
    /which no ResourceQuota bounds/,
  ),
  broken(
    "K1",
    "required-labels",
    "pods without a name",
    changedSet(
      of("job", ["spec", "template", "metadata", "labels"], { app: "shop" }),
      "job",
      ["metadata", "labels"],
      shopLabels,
    ),
    /spec\.template\.metadata\.labels\["app\.kubernetes\.io\/name"\] is absent/,
  ),
  broken(
    "K1",
    "required-labels",
    "a label that Kubernetes refuses",
    of("quota", ["metadata", "labels"], { version: "v1 beta" }),
    /metadata\.labels\.version is "v1 beta"/,
  ),
  broken(
    "K9",
    "stable-api",
    "a version that was removed",
    {
      ...goodSet,
      old: {
        type: "kubernetes:policy/v1beta1:PodDisruptionBudget",
        name: "old",
        props: { metadata: { name: "old", namespace: "shop" }, spec: { maxUnavailable: 1 } },
      },
    },
    /apiVersion is "policy\/v1beta1", which Kubernetes 1\.25 removed; allowed: policy\/v1/,
  ),
  broken(
    "K9",
    "stable-api",
    "an alpha version",
    {
      ...goodSet,
      old: {
        type: "kubernetes:networking.k8s.io/v1alpha1:IPAddress",
        name: "old",
        props: { metadata: { name: "old" } },
      },
    },
    /which may change or go; allowed: a stable version of networking\.k8s\.io/,
  ),
];

const policy = (statement: object): ResourceSet => of("rolePolicy", ["policy"], grant(statement));
const files = "arn:aws:s3:::shop-backups/*";

const onAws: readonly BrokenSet[] = [
  broken(
    "K3",
    "repository-immutable",
    "tags that may change",
    of("repository", ["imageTagMutability"], "MUTABLE"),
    /imageTagMutability is "MUTABLE"/,
  ),
  broken(
    "K3",
    "repository-scanned",
    "images that nobody scans",
    of("repository", ["imageScanningConfiguration", "scanOnPush"], false),
    /scanOnPush is "false"; allowed: true/,
  ),
  broken(
    "K3",
    "repository-encrypted",
    "no encryption said",
    of("repository", ["encryptionConfigurations"], undefined),
    /encryptionConfigurations is absent, which AWS takes for AES256/,
  ),
  broken(
    "K3",
    "repository-encrypted",
    "AES256",
    of("repository", ["encryptionConfigurations", 0, "encryptionType"], "AES256"),
    /encryptionType is "AES256"; allowed: KMS or KMS_DSSE/,
  ),
  broken(
    "K3",
    "repository-lifecycle",
    "no lifecycle",
    without(goodSet, "lifecycle"),
    /which no LifecyclePolicy names/,
  ),
  broken(
    "K3",
    "repository-lifecycle",
    "a lifecycle of another repository",
    of("lifecycle", ["repository"], "other"),
    /which no LifecyclePolicy names/,
  ),
  ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((key) =>
    broken(
      "S5",
      "bucket-private",
      `a bucket without ${key}`,
      of("block", [key], false),
      new RegExp(`BucketPublicAccessBlock/.*\\.${key} is "false"`),
    ),
  ),
  broken(
    "S5",
    "bucket-private",
    "no block of public access",
    without(goodSet, "block"),
    /bucket is without a BucketPublicAccessBlock/,
  ),
  broken(
    "S5",
    "bucket-private",
    "an ACL for everybody",
    of("bucket", ["acl"], "public-read"),
    /acl is "public-read"; allowed: private/,
  ),
  broken(
    "S5",
    "bucket-private",
    "objects that are their writer's",
    of("ownership", ["rule", "objectOwnership"], "ObjectWriter"),
    /objectOwnership is "ObjectWriter"/,
  ),
  broken(
    "S5",
    "bucket-encrypted",
    "no encryption",
    without(goodSet, "encryption"),
    /without a BucketServerSideEncryptionConfiguration/,
  ),
  broken(
    "S5",
    "bucket-versioned",
    "versions suspended",
    of("versioning", ["versioningConfiguration", "status"], "Suspended"),
    /status is "Suspended"; allowed: Enabled/,
  ),
  broken(
    "K13",
    "bucket-locked",
    "backups that can be deleted",
    without(goodSet, "lock"),
    /without a BucketObjectLockConfiguration/,
  ),
  broken(
    "K13",
    "bucket-locked",
    "a lock of no time",
    of("lock", ["rule", "defaultRetention", "days"], 0),
    /defaultRetention is without a time/,
  ),
  broken(
    "K13",
    "bucket-locked",
    "a bucket that cannot lock",
    of("bucket", ["objectLockEnabled"], undefined),
    /objectLockEnabled is absent; allowed: true/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "every action",
    policy({ Action: "*", Resource: files }),
    /policy\.Statement\[0\]\.Action is "\*"/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "every action of a service",
    policy({ Action: ["s3:GetObject", "s3:*"], Resource: files }),
    /Action\[1\] is "s3:\*"/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "every resource",
    policy({ Action: "s3:GetObject", Resource: "*" }),
    /Resource is "\*"; allowed: the ARN of what it is for/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "every bucket",
    policy({ Action: "s3:GetObject", Resource: "arn:aws:s3:::*" }),
    /Resource is "arn:aws:s3:::\*"/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "all but some actions",
    policy({ NotAction: "iam:*", Resource: files }),
    /NotAction is there, which grants all but what it names/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "a role that anybody may take",
    of("awsRole", ["assumeRolePolicy"], grant({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" })),
    /Principal\.AWS is "\*", which is anybody/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "a role of an administrator",
    of("awsRole", ["managedPolicyArns"], ["arn:aws:iam::aws:policy/AdministratorAccess"]),
    /AdministratorAccess"; allowed/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "a text that is no policy",
    of("rolePolicy", ["policy"], "all"),
    /policy is no policy's JSON/,
  ),
  broken(
    "L6",
    "iam-wildcards",
    "a policy that is not known",
    of("rolePolicy", ["policy"], UNKNOWN),
    /policy is known only at up/,
    undecided,
  ),
  broken(
    "S5",
    "cloudfront-tls",
    "plain HTTP",
    of("distribution", ["orderedCacheBehaviors", 0, "viewerProtocolPolicy"], "allow-all"),
    /orderedCacheBehaviors\[0\]\.viewerProtocolPolicy is "allow-all"/,
  ),
  broken(
    "S5",
    "cloudfront-tls",
    "an old protocol",
    of("distribution", ["viewerCertificate", "minimumProtocolVersion"], "TLSv1.2_2019"),
    /minimumProtocolVersion is "TLSv1\.2_2019"; allowed: TLSv1\.2_2021 or later/,
  ),
  broken(
    "S5",
    "cloudfront-tls",
    "CloudFront's certificate for names of one's own",
    of("distribution", ["viewerCertificate"], { cloudfrontDefaultCertificate: true }),
    /is "true" beside aliases/,
  ),
];

const otherNamespace = 'up{namespace="workshop", pod=~"shop-api-.*"} == 0';

const observability: readonly BrokenSet[] = [
  broken(
    "K25",
    "service-alerts",
    "alerts of another service",
    of("alerts", [...alert, "expr"], otherNamespace),
    /Deployment\/shop.*which no alert of a PrometheusRule is about/,
    { also: ["service-runbook"] },
  ),
  broken(
    "K25",
    "service-alerts",
    "no rules, where they are required",
    without(goodSet, "alerts"),
    /which no alert of a PrometheusRule is about/,
    { parameters: { "service-alerts": { required: true } } },
  ),
  broken(
    "E11",
    "service-runbook",
    "an alert without a runbook",
    of("alerts", [...alert, "annotations", "runbook_url"], undefined),
    /which no alert with a runbook is about/,
    { also: ["alert-annotated"] },
  ),
  broken(
    "K25",
    "service-dashboard",
    "a dashboard of another service",
    of("dashboard", ["data", "shop.json"], 'up{namespace="workshop"}'),
    /Deployment\/shop.*which no dashboard is about/,
  ),
  broken(
    "K28",
    "service-receiver",
    "a route to a receiver that tells nobody",
    of("routing", ["spec", "route", "routes"], []),
    /which no receiver of its namespace is told of/,
  ),
  broken(
    "K25",
    "alert-annotated",
    "an alert without a severity",
    of("alerts", [...alert, "labels", "severity"], undefined),
    /rules\[1\]\.labels\.severity is absent/,
  ),
  broken(
    "K25",
    "alert-annotated",
    "an alert without a summary",
    of("alerts", [...alert, "annotations", "summary"], undefined),
    /annotations\.summary is absent/,
  ),
];

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const inCronJob: Path = ["spec", "jobTemplate", ...podOf];
const pinned = (image: string): ResourceSet =>
  changedSet(
    ["deployment", "scaled", "job"].reduce(
      (set, key) => changedSet(set, key, [...podOf, "containers", 0, "image"], image),
      goodSet,
    ),
    "cronJob",
    [...inCronJob, "containers", 0, "image"],
    image,
  );

/** Image facts of the one image, as a ConfigMap. */
const facts = (of: object, more: object = {}): ResourceSet => ({
  ...pinned(`registry/shop:v1@${digest}`),
  facts: {
    type: "kubernetes:core/v1:ConfigMap",
    name: "facts",
    props: {
      metadata: { name: "facts", namespace: "shop", labels: { "golive.dev/image-facts": "" } },
      immutable: true,
      data: { [digest.replace(":", ".")]: JSON.stringify(of) },
      ...more,
    },
  },
});

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const signed = { "image-signature": { signers: ["release@example.com"] } };
const built = { "image-provenance": { builders: ["https://ci.example.com/build"] } };
const scanned = { "image-scan-age": { hours: 24 } };

export const goodFacts: readonly GoodSet[] = [
  {
    title: "an image that a signer signed",
    set: facts({ signedBy: ["nobody@example.com", "release@example.com"] }),
    parameters: signed,
  },
  {
    title: "an image that a builder built",
    set: facts({ builtBy: "https://ci.example.com/build" }),
    parameters: built,
  },
  {
    title: "an image that was scanned yesterday",
    set: facts({ scannedAt: hoursAgo(23) }),
    parameters: scanned,
  },
  {
    title: "an image that somebody signed, where anybody may",
    set: facts({ signedBy: ["x"] }),
    parameters: { "image-signature": {} },
  },
];

const wrongFacts: readonly BrokenSet[] = (
  [
    [
      "image-signature",
      "signed by another",
      { signedBy: ["x"] },
      signed,
      /, signed by x; allowed: an image signed by release@example\.com/,
    ],
    ["image-signature", "signed by nobody", {}, signed, /signed by nobody on record/],
    [
      "image-provenance",
      "built by another",
      { builtBy: "x" },
      built,
      /built by x; allowed: an image built by https/,
    ],
    ["image-provenance", "built by nobody knows what", {}, built, /built by nobody on record/],
    [
      "image-scan-age",
      "scanned two days ago",
      { scannedAt: hoursAgo(48) },
      scanned,
      /scanned at 2.*; allowed: an image that was scanned within 24 hours/,
    ],
    ["image-scan-age", "never scanned", {}, scanned, /never scanned/],
    [
      "image-scan-age",
      "to be scanned tomorrow",
      { scannedAt: hoursAgo(-24) },
      scanned,
      /which is yet to come/,
    ],
  ] as const
).map(([rule, title, of, parameters, says]) =>
  broken("G16", rule, `an image ${title}`, facts(of), says, { parameters }),
);

const unjudged: readonly BrokenSet[] = [
  ...(
    [
      ["image-signature", signed],
      ["image-provenance", built],
      ["image-scan-age", scanned],
    ] as const
  ).map(([rule, parameters]) =>
    broken(
      "G16",
      rule,
      "images without any image facts",
      goodSet,
      /no ConfigMap with image facts is among the objects/,
      { parameters, ...undecided },
    ),
  ),
  broken(
    "G16",
    "image-signature",
    "image facts that anybody may change",
    facts({ signedBy: ["release@example.com"] }, { immutable: false }),
    /no ConfigMap with image facts/,
    { parameters: signed, ...undecided },
  ),
  broken(
    "G16",
    "image-signature",
    "an image of another digest",
    {
      ...facts({ signedBy: ["release@example.com"] }),
      ...pinned(`registry/shop:v1@${digest.replace("0", "1")}`),
    },
    /of which there are no image facts/,
    { parameters: signed },
  ),
  broken(
    "G16",
    "image-signature",
    "an image without a digest",
    { ...facts({ signedBy: ["release@example.com"] }), ...pinned("registry/shop:v1") },
    /which names no digest/,
    { parameters: signed },
  ),
];

export const brokenSets: readonly BrokenSet[] = [
  ...wrongFacts,
  ...unjudged,
  ...availability,
  ...access,
  ...traffic,
  ...objects,
  ...onAws,
  ...observability,
];
