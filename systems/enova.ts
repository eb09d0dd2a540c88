/** ENOVA: frontend and gateway by canary beside their old versions, chat all new. Rows E1–E3, E5, E6, E12; the document is `004-enova-canary.md`. */
import * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret } from "../components/application-secret";
import { CanaryIngress } from "../components/canary-ingress";
import { ContainerRepository } from "../components/container-repository";
import { K6Job } from "../components/k6-job";
import { Namespace, type Opening } from "../components/namespace";
import { ServiceIngress } from "../components/service-ingress";
import { ServiceRelease } from "../components/service-release";
import {
  ENOVA_INGRESSES,
  ENOVA_SERVICES,
  imageReference,
  type EnovaSettings,
  type StackSettings,
  type WorkloadSettings,
} from "../settings";
import { declareAccess } from "./access";
import { declareAdmission } from "./admission";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { declareStrategy } from "./enova-strategy";
import { stressPlan } from "./enova-stress";
import { ENOVA } from "./names";
import { ANYWHERE } from "./networks";
import { namespaceQuota } from "./quota";
import { fromRouter, routerOf, tlsOf } from "./router";
import { toMetrics } from "./scraping";
import { secretSource } from "./secret-sources";
import { quantities, serviceArgs } from "./service-args";

const { chat: CHAT } = ENOVA;
/** Names that the document gives. */
const SUPABASE = "supabase-credentials";
const TLS = "enova-tls";
/** An annotation of the pods that changes with the credentials, so that they start anew. */
const CREDENTIALS_VERSION = "golive.dev/supabase-credentials";

/** What a person or another program asks of the deployed system. */
export interface EnovaOutputs {
  readonly namespace: pulumi.Output<string>;
  readonly images: Readonly<Record<string, string>>;
  /** Phase of the canary, and the percent of the requests that the new version answers. */
  readonly canary: { readonly phase: string; readonly percent: number };
  readonly urls: object;
  readonly contacts: object;
}

interface Workload {
  /** Name of its Deployment and its Service. */
  readonly name: string;
  readonly settings: WorkloadSettings;
}

/** Declares the namespace, the repositories, the releases and the traffic of ENOVA for one stack. */
export class Enova extends pulumi.ComponentResource {
  readonly outputs: EnovaOutputs;

  constructor(
    name: string,
    settings: EnovaSettings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:Enova", name, {}, opts);
    const place = { parent: this, settings, stack };
    const now = newWorkloads(settings);
    const before = oldWorkloads(settings);
    const workloads = [...now, ...before];
    declareRepositories(name, place);
    const namespace = declareNamespace(place, workloads);
    declareAccess(name, namespace.name, stack, { parent: this });
    declareAdmission(name, settings.namespace, stack, { parent: this });
    const credentials = declareCredentials(place, namespace);
    const release = releaser(place, [namespace, credentials]);
    const released = now.map((workload) => release(workload, credentials));
    const old = before.map((workload) => release(workload));
    const canary = declareTraffic(name, place, [namespace, ...released, ...old]);
    const chat = declareChat(name, place, [namespace, ...released]);
    declareStress(name, place, [...canary.doors, chat, namespace]);
    const [frontend, api] = canary.urls;
    this.outputs = {
      namespace: namespace.name,
      images: Object.fromEntries(
        workloads.map((workload) => [workload.name, imageReference(stack.aws, workload.settings.image)]),
      ),
      canary: { phase: settings.canary.phase, percent: canary.percent },
      urls: urlOutputs({ frontend, api, chat: chat.url }, settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** What every part of the system is declared from. */
interface Place {
  readonly parent: Enova;
  readonly settings: EnovaSettings;
  readonly stack: StackSettings;
}

const newWorkloads = ({ frontend, gateway, chat }: EnovaSettings): readonly Workload[] => [
  { name: ENOVA_SERVICES.frontend.canary, settings: frontend },
  { name: ENOVA_SERVICES.gateway.canary, settings: gateway },
  { name: CHAT, settings: chat },
];

const oldWorkloads = ({ legacy }: EnovaSettings): readonly Workload[] =>
  legacy.retired
    ? []
    : [
        { name: ENOVA_SERVICES.frontend.stable, settings: legacy.frontend },
        { name: ENOVA_SERVICES.gateway.stable, settings: legacy.gateway },
      ];

/** The old versions' images outlive them. */
function declareRepositories(name: string, { parent, settings, stack }: Place): void {
  const tags = { system: name, stack: stack.stack };
  const { frontend, gateway, chat, legacy } = settings;
  const images = [frontend, gateway, chat, legacy.frontend, legacy.gateway].map(({ image }) => image);
  for (const repository of new Set(images.map((image) => image.repository))) {
    new ContainerRepository(repository, { name: repository, tags }, { parent });
  }
}

/** The second Deployment of a controller that takes one over: as many pods again, of Flagger under another name. */
const secondOf = (settings: EnovaSettings): readonly Workload[] =>
  settings.rollout.strategy === "golive"
    ? []
    : [
        { name: `${ENOVA_SERVICES.frontend.canary}-primary`, settings: settings.frontend },
        { name: `${ENOVA_SERVICES.gateway.canary}-primary`, settings: settings.gateway },
      ];

function declareNamespace({ parent, settings, stack }: Place, workloads: readonly Workload[]): Namespace {
  const second = secondOf(settings);
  const copied = settings.rollout.strategy === "flagger" ? second : [];
  return new Namespace(
    settings.namespace,
    {
      name: settings.namespace,
      quota: namespaceQuota(...[...workloads, ...second].map((workload) => workload.settings)),
      containerDefault: quantities(settings.frontend.requests),
      containerMaximum: quantities(stack.ceiling),
      openings: [
        ...[...workloads, ...copied].map(({ name, settings: { port } }) => fromRouter(stack, name, port)),
        ...[...workloads, ...copied].flatMap((workload) =>
          toMetrics(stack, workload.name, workload.settings),
        ),
        ...[...newWorkloads(settings), ...copied].map(({ name }) => name).map(toHttps),
        toHttps("k6"),
      ],
    },
    { parent },
  );
}

/** Supabase, and for the stress test the hosts themselves, on the internet over TLS. */
const toHttps = (app: string): Opening => ({
  name: `to-https-from-${app}`,
  app,
  direction: "egress",
  port: 443,
  peer: { cidrs: ANYWHERE },
});

function declareCredentials(
  { parent, settings: { supabase }, stack }: Place,
  namespace: Namespace,
): ApplicationSecret {
  const values = Object.fromEntries(
    Object.entries(supabase).map(([key, value]) => [key, secretSource(value)]),
  );
  return new ApplicationSecret(
    SUPABASE,
    { namespace: namespace.name, name: SUPABASE, values, store: stack.secretStore },
    { parent },
  );
}

/** Declares releases, each once what it needs is there. */
const releaser =
  ({ parent, settings: { namespace }, stack }: Place, dependsOn: pulumi.Resource[]) =>
  ({ name, settings }: Workload, credentials?: ApplicationSecret) =>
    new ServiceRelease(
      settings.release,
      {
        ...serviceArgs({ name, namespace, settings, stack }),
        ...(credentials === undefined
          ? {}
          : {
              secretEnvironment: credentials.environment,
              podAnnotations: { [CREDENTIALS_VERSION]: credentials.version },
            }),
      },
      { parent, dependsOn },
    );

/** Who carries the requests of the two hosts: golive's own canary, or the controller of the strategy. */
function declareTraffic(name: string, place: Place, dependsOn: pulumi.Resource[]) {
  if (place.settings.rollout.strategy !== "golive") return declareStrategy(name, place, dependsOn);
  const canary = declareCanary(name, place, dependsOn);
  return { urls: canary.urls, percent: canary.percent, doors: [canary] };
}

function declareCanary(name: string, { parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) {
  const { hosts, frontend, gateway, legacy, canary } = settings;
  const route = (
    host: string,
    services: (typeof ENOVA_SERVICES)[keyof typeof ENOVA_SERVICES],
    old: WorkloadSettings,
    now: WorkloadSettings,
  ) => ({
    host,
    stable: { service: services.stable, port: old.port },
    canary: { service: services.canary, port: now.port },
  });
  return new CanaryIngress(
    name,
    {
      ...canary,
      namespace: settings.namespace,
      routes: [
        route(hosts.frontend, ENOVA_SERVICES.frontend, legacy.frontend, frontend),
        route(hosts.api, ENOVA_SERVICES.gateway, legacy.gateway, gateway),
      ],
      tls: tlsOf(stack, TLS),
      ingresses: ENOVA_INGRESSES,
      router: routerOf(stack),
    },
    { parent, dependsOn },
  );
}

/** The chat has no old version (E1: 100 % new). Its host's certificate is the canary's. */
function declareChat(name: string, { parent, settings, stack }: Place, dependsOn: pulumi.Resource[]) {
  const { hosts, chat, namespace } = settings;
  return new ServiceIngress(
    ENOVA.chatIngress(name),
    {
      name: ENOVA.chatIngress(name),
      namespace,
      host: hosts.api,
      path: chat.path,
      service: { service: CHAT, port: chat.port },
      tls: { secretName: TLS },
      router: routerOf(stack),
    },
    { parent, dependsOn },
  );
}

/** Once for each version of the new services: a step of the ladder does not run it again. */
function declareStress(name: string, { parent, settings }: Place, dependsOn: pulumi.Resource[]): void {
  const { stress, namespace } = settings;
  if (stress === undefined) return;
  const version = newWorkloads(settings).map((workload) => workload.settings.image.tag);
  new K6Job(
    ENOVA.stress(name),
    { name: ENOVA.stress(name), namespace, plan: stressPlan(settings, stress), version: version.join(" ") },
    { parent, dependsOn },
  );
}
