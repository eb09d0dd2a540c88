/** The Kometa Marketplace: one service behind one host. Rows K1–K9, K14–K20, K28, K29; the document is `000-kometa-marketplace.md`. */
import * as pulumi from "@pulumi/pulumi";
import { ContainerRepository } from "../components/container-repository";
import { K6CronJob } from "../components/k6-cron-job";
import { K6Job } from "../components/k6-job";
import { type Certificate, LoadBalancerIngress, type WebAcl } from "../components/load-balancer-ingress";
import { Namespace, type Opening } from "../components/namespace";
import { ServiceRelease, type ServiceReleaseArgs } from "../components/service-release";
import { imageReference, type KometaSettings, registryHost, type StackSettings } from "../settings";
import { declareAccess } from "./access";
import { declareAdmission } from "./admission";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { ACCOUNT, loadPlan, smokePlan } from "./kometa-checks";
import { KOMETA } from "./names";
import { ANYWHERE, PRIVATE_NETWORKS } from "./networks";
import { namespaceQuota } from "./quota";
import { toMetrics } from "./scraping";
import { quantities, serviceArgs } from "./service-args";
import { declareTelemetry, telemetryOpenings, withTelemetry } from "./telemetry";

/** What a person or another program asks of the deployed system. */
export interface KometaOutputs {
  readonly namespace: pulumi.Output<string>;
  readonly release: pulumi.Output<string>;
  readonly image: string;
  readonly repository: string;
  readonly url: string;
  readonly urls: object;
  readonly contacts: object;
}

/** Declares the namespace, the repository, the release and the ingress of Kometa for one stack. */
export class Kometa extends pulumi.ComponentResource {
  readonly outputs: KometaOutputs;

  constructor(
    name: string,
    settings: KometaSettings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:Kometa", name, {}, opts);
    const tags = { system: name, stack: stack.stack };
    new ContainerRepository(
      settings.image.repository,
      { name: settings.image.repository, pullers: settings.pullPrincipals.map(({ text }) => text), tags },
      { parent: this },
    );
    const namespace = new Namespace(
      settings.namespace,
      {
        name: settings.namespace,
        quota: namespaceQuota(settings, ...telemetrySizes(settings), ...checkSizes(settings, stack)),
        containerDefault: quantities(settings.requests),
        containerMaximum: quantities(stack.ceiling),
        openings: [
          ...openings(settings),
          ...toMetrics(stack, KOMETA.service, settings),
          ...checkOpenings(settings),
        ],
      },
      { parent: this },
    );
    declareAccess(name, namespace.name, stack, { parent: this });
    declareAdmission(name, settings.namespace, stack, { parent: this });
    const release = new ServiceRelease(
      settings.release,
      releaseArgs(settings, stack, { parent: this, dependsOn: [namespace] }),
      { parent: this, dependsOn: [namespace] },
    );
    const ingress = new LoadBalancerIngress(
      settings.release,
      {
        name: settings.release,
        namespace: namespace.name,
        host: settings.host,
        service: release.service,
        healthPath: settings.healthPath,
        certificate: certificate(settings),
        ...webAcl(settings),
        tags,
      },
      { parent: this },
    );
    declareChecks(settings, stack, { parent: this, dependsOn: [release, ingress] });
    this.outputs = {
      namespace: namespace.name,
      release: release.release,
      image: imageReference(stack.aws, settings.image),
      repository: `${registryHost(stack.aws)}/${settings.image.repository}`,
      url: ingress.url,
      urls: urlOutputs({ api: ingress.url }, settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** With a collector, the service is told where it is. */
function releaseArgs(
  settings: KometaSettings,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): ServiceReleaseArgs {
  const { namespace, telemetry } = settings;
  const args = serviceArgs({ name: KOMETA.service, namespace, settings, stack });
  if (telemetry === undefined) return args;
  return withTelemetry(
    args,
    declareTelemetry(`${namespace}-telemetry`, namespace, telemetry, stack, opts),
    stack,
  );
}

const telemetrySizes = ({ telemetry }: KometaSettings) => (telemetry === undefined ? [] : [telemetry]);

/** What Kometa talks to: its load balancer, its collector, and services on the internet and in the VPC over TLS. */
const openings = ({ port, namespace, telemetry }: KometaSettings): Opening[] => [
  {
    name: "from-load-balancer",
    app: KOMETA.service,
    direction: "ingress",
    port,
    peer: { cidrs: PRIVATE_NETWORKS },
  },
  { name: "to-https", app: KOMETA.service, direction: "egress", port: 443, peer: { cidrs: ANYWHERE } },
  ...(telemetry === undefined ? [] : telemetryOpenings(telemetry, namespace, [KOMETA.service])),
];

/** Room for the load test beside the service: it may use what one container may have. */
const checkSizes = ({ checks }: KometaSettings, { ceiling }: StackSettings) =>
  checks === undefined ? [] : [{ replicas: 0, limits: ceiling }];

/** The smoke test goes to the public host, by HTTP too; the load test to the service itself. */
function checkOpenings({ checks, port, namespace }: KometaSettings): Opening[] {
  if (checks === undefined) return [];
  const k6 = { app: "k6", direction: "egress" } as const;
  return [
    { ...k6, name: "k6-to-https", port: 443, peer: { cidrs: ANYWHERE } },
    { ...k6, name: "k6-to-http", port: 80, peer: { cidrs: ANYWHERE } },
    { ...k6, name: "k6-to-service", port, peer: { namespace } },
    { name: "from-k6", app: KOMETA.service, direction: "ingress", port, peer: { namespace } },
  ];
}

/** The smoke test of each version, and the load test, which takes half an hour, when it is asked for. */
function declareChecks(
  settings: KometaSettings,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): void {
  const { checks, namespace, release, port, image } = settings;
  if (checks === undefined) return;
  const [smoke, load] = [KOMETA.smoke(release), KOMETA.load(release)];
  const run = { namespace, version: image.tag };
  const secretEnvironment = Object.entries(ACCOUNT).map(([name, key]) => ({
    name,
    secret: checks.account,
    key,
  }));
  const smokeJob = new K6Job(
    smoke,
    { ...run, name: smoke, plan: smokePlan(settings), secretEnvironment },
    opts,
  );
  const plan = loadPlan(`http://${KOMETA.service}.${namespace}.svc.cluster.local:${port}`, settings);
  const loadRun = { ...run, name: load, plan, limits: quantities(stack.ceiling) };
  if (checks.load === "each-version") new K6Job(load, loadRun, { ...opts, dependsOn: [smokeJob] });
  else new K6CronJob(load, loadRun, opts);
}

function certificate({ certificate: source }: KometaSettings): Certificate {
  switch (source.kind) {
    case "arn":
      return { arn: source.arn.text };
    case "lookup":
      return { lookup: source.host };
    case "create":
      return { create: true, ...(source.zoneId === undefined ? {} : { zoneId: source.zoneId }) };
  }
}

function webAcl({ webAcl: source }: KometaSettings): { readonly webAcl?: WebAcl } {
  switch (source?.kind) {
    case undefined:
      return {};
    case "arn":
      return { webAcl: { arn: source.arn.text } };
    case "rateLimit":
      return { webAcl: { rateLimit: source.requestsPerFiveMinutes } };
  }
}
