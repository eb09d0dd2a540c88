/** S5: three APIs and a frontend, released in waves beside what serves. Rows S3–S6, S8, S10; the document is `003-go-live-s5.md`. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret, type SecretReference } from "../components/application-secret";
import { ContainerRepository } from "../components/container-repository";
import { K6Job } from "../components/k6-job";
import { MigrationJob } from "../components/migration-job";
import { Namespace, type Opening } from "../components/namespace";
import { ServiceIngress } from "../components/service-ingress";
import { ServiceRelease } from "../components/service-release";
import { type Wave, type WavePlace, Waves } from "../components/waves";
import type { SmokePlan } from "../k6/plan";
import { imageReference, S5_APIS, type S5Settings, s5Versioned, type StackSettings } from "../settings";
import { declareAccess } from "./access";
import { declareAdmission } from "./admission";
import { contactOutputs, urlOutputs } from "./contact-outputs";
import { s5Migration } from "./migrations";
import { S5_DATABASE, S5_WAVES, siteName, type S5Site, type S5Wave } from "./names";
import { ANYWHERE, PRIVATE_NETWORKS } from "./networks";
import { namespaceQuota } from "./quota";
import { fromRouter, routerOf, tlsOf } from "./router";
import { healthPlan, publicPlan, type Reached, sitePlan, smokePlan } from "./s5-checks";
import { declareSite } from "./s5-site";
import { fromPrometheus } from "./scraping";
import { secretSource } from "./secret-sources";
import { quantities, serviceArgs } from "./service-args";

const DATABASE_PORT = 5432;

type Api = (typeof S5_APIS)[number];

/** What a person or another program asks of the deployed system. */
export interface S5Outputs {
  readonly namespace: pulumi.Output<string>;
  readonly images: Readonly<Record<string, string>>;
  /** Where the hosts' DNS records point, by host. */
  readonly domains: Readonly<Record<string, pulumi.Output<string>>>;
  readonly urls: object;
  readonly contacts: object;
}

/**
 * Declares the namespace and the repositories of S5, and its release in waves. A new version of an API stands beside the one
 * that serves, under a name of its own; the public Ingresses and the public site change once the smoke test has passed, and
 * what served before goes once they have. A release that fails leaves the traffic where it was (row S8).
 */
export class S5 extends pulumi.ComponentResource {
  readonly outputs: S5Outputs;

  constructor(
    name: string,
    settings: S5Settings,
    stack: StackSettings,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("golive:systems:S5", name, {}, opts);
    const tags = { system: name, stack: stack.stack };
    const place: Place = { name, settings, stack, tags, releases: {}, domains: {} };
    for (const repository of new Set(imagesOf(settings).map(([, image]) => image.repository))) {
      new ContainerRepository(repository, { name: repository, tags }, { parent: this });
    }
    const namespace = declareNamespace(place, this);
    declareAccess(name, namespace.name, stack, { parent: this });
    declareAdmission(name, settings.namespace, stack, { parent: this });
    const database = declareDatabase(place, namespace, this);
    new Waves(name, waves(place, database), { parent: this, dependsOn: [namespace] });
    this.outputs = {
      namespace: namespace.name,
      images: Object.fromEntries(
        imagesOf(settings).map(([part, image]) => [part, imageReference(stack.aws, image)]),
      ),
      domains: place.domains,
      urls: urlOutputs(urls(settings), settings.contacts),
      contacts: contactOutputs(settings.contacts),
    };
    this.registerOutputs(this.outputs);
  }
}

/** What every part of the system is declared from. */
interface Place {
  readonly name: string;
  readonly settings: S5Settings;
  readonly stack: StackSettings;
  readonly tags: Readonly<Record<string, string>>;
  /** Filled as the APIs are declared. */
  readonly releases: Partial<Record<Api, ServiceRelease>>;
  /** Filled as the sites are declared. */
  readonly domains: Record<string, pulumi.Output<string>>;
}

const imagesOf = (settings: S5Settings) =>
  (["migrations", ...S5_APIS] as const).map((part) => [part, settings[part].image] as const);

const releaseOf = ({ settings }: Place, api: Api) =>
  s5Versioned(settings[api].release, settings[api].image.tag);

/** Thrice the APIs: during a release the old ones serve beside the new ones, and beside what a release that failed has left. */
function declareNamespace(place: Place, parent: pulumi.Resource): Namespace {
  const { settings, stack } = place;
  const apis = S5_APIS.map((api) => settings[api]);
  return new Namespace(
    settings.namespace,
    {
      name: settings.namespace,
      quota: namespaceQuota(...apis, ...apis, ...apis),
      containerDefault: quantities(settings.auth.requests),
      containerMaximum: quantities(stack.ceiling),
      openings: openings(place),
    },
    { parent },
  );
}

/** For every pod of the namespace: an API's label changes with its version, and these should not. */
function openings({ settings, stack }: Place): Opening[] {
  const peer = { namespace: settings.namespace };
  const ports = [...new Set(S5_APIS.map((api) => settings[api].port))];
  const exported = new Set(
    S5_APIS.filter((api) => settings[api].metrics !== undefined).map((api) => settings[api].port),
  );
  return [
    ...ports.flatMap((port): Opening[] => [
      everyPod(fromRouter(stack, `port-${port}`, port)),
      { name: `from-namespace-to-port-${port}`, direction: "ingress", port, peer },
      { name: `to-namespace-at-port-${port}`, direction: "egress", port, peer },
      ...(exported.has(port) ? fromPrometheus(stack, `port-${port}`, port).map(everyPod) : []),
    ]),
    { name: "to-database", direction: "egress", port: DATABASE_PORT, peer: { cidrs: PRIVATE_NETWORKS } },
    { name: "to-https", direction: "egress", port: 443, peer: { cidrs: ANYWHERE } },
  ];
}

const everyPod = ({ name, direction, port, peer }: Opening): Opening => ({ name, direction, port, peer });

/** Under a name that stays: another one would run the migrations anew. */
function declareDatabase(
  { name, settings, stack }: Place,
  namespace: Namespace,
  parent: pulumi.Resource,
): SecretReference {
  const { secret, key } = S5_DATABASE(name);
  const values = { [key]: secretSource(settings.migrations.database) };
  const { references } = new ApplicationSecret(
    secret,
    { namespace: namespace.name, name: secret, values, store: stack.secretStore },
    { parent },
  );
  const reference = references[key];
  if (reference === undefined) throw new Error(`${secret} holds no ${key}`);
  return reference;
}

/** The document's five in their order, then its smoke test, and traffic last. */
function waves(place: Place, database: SecretReference): readonly Wave[] {
  const api = (name: Api): Omit<Wave, "name"> => ({
    declare: ({ opts }) => releaseApi(place, name, opts),
    verify: (at) => verifyApi(place, name, at),
  });
  const byName: Readonly<Record<S5Wave, Omit<Wave, "name">>> = {
    migrations: { verify: (at) => migrate(place, database, at) },
    auth: api("auth"),
    catalog: api("catalog"),
    orders: api("orders"),
    frontend: {
      declare: ({ opts }) => openSite(place, "candidate", place.settings.frontend.candidate, opts),
      verify: (at) => verifyFrontend(place, at),
    },
    smoke: { verify: (at) => smoke(place, at) },
    traffic: {
      declare: ({ opts }) => openTraffic(place, opts),
      verify: (at) => verifyTraffic(place, at),
    },
  };
  return S5_WAVES.map((name) => ({ name, ...byName[name] }));
}

type Options = WavePlace["opts"];

/** By the Secret that was made, so that it is there first. */
const migrate = (place: Place, database: SecretReference, { name, opts }: WavePlace) =>
  new MigrationJob(name, { ...s5Migration(place.name, place.settings, place.stack.aws), database }, opts);

function releaseApi(place: Place, api: Api, opts: Options): void {
  const { settings, stack } = place;
  const name = releaseOf(place, api);
  const args = serviceArgs({ name, namespace: settings.namespace, settings: settings[api], stack });
  place.releases[api] = new ServiceRelease(name, { ...args, release: name }, opts);
}

/** Runs a plan once for each version of what it tests. */
function verify(
  { settings: { namespace } }: Place,
  plan: SmokePlan,
  tested: object,
  { name, opts }: WavePlace,
  resource = name,
): void {
  const version = createHash("sha256").update(JSON.stringify(tested)).digest("hex").slice(0, 12);
  new K6Job(resource, { name, namespace, plan, version }, opts);
}

/** An API by its Service, which the public does not reach. */
const serviceUrl = (place: Place, api: Api) =>
  `http://${releaseOf(place, api)}.${place.settings.namespace}.svc.cluster.local:${place.settings[api].port}`;

/** Of each version its own: a release that goes back finds the old version verified. */
function verifyApi(place: Place, api: Api, at: WavePlace): void {
  const settings = place.settings[api];
  const resource = s5Versioned(at.name, settings.image.tag);
  verify(place, healthPlan(api, serviceUrl(place, api), settings.healthPath), settings, at, resource);
}

function openSite(
  place: Place,
  kind: S5Site,
  { host, bucket }: { readonly host: string; readonly bucket: string },
  opts: Options,
): void {
  const site = declareSite({ name: siteName(place.name, kind), host, bucket }, place, opts);
  place.domains[host] = site.domainName;
}

function verifyFrontend(place: Place, at: WavePlace): void {
  const { candidate, version } = place.settings.frontend;
  verify(place, sitePlan(candidate.host, version), { version }, at);
}

/** What a release may change: a change of any of it is tested anew. */
const released = ({ migrations, auth, catalog, orders, frontend }: S5Settings) => [
  migrations,
  auth,
  catalog,
  orders,
  frontend.version,
];

function smoke(place: Place, at: WavePlace): void {
  const { settings } = place;
  const hosts = {
    auth: serviceUrl(place, "auth"),
    catalog: serviceUrl(place, "catalog"),
    orders: serviceUrl(place, "orders"),
  };
  verify(place, smokePlan(hosts, settings.smoke), released(settings), at);
}

/**
 * Only now: the Ingresses name other Services, and the public site serves another build. Each depends on the release that it
 * names, so that the engine knows what serves, and keeps it until the Ingress names another.
 */
function openTraffic(place: Place, opts: Options): void {
  const { settings, stack, releases } = place;
  for (const api of S5_APIS) {
    const { release, host, port } = settings[api];
    const named = releases[api];
    new ServiceIngress(
      release,
      {
        name: release,
        namespace: settings.namespace,
        host,
        service: { service: releaseOf(place, api), port },
        tls: tlsOf(stack, `${release}-tls`),
        router: routerOf(stack),
      },
      { ...opts, dependsOn: named === undefined ? [] : [named] },
    );
  }
  openSite(place, "frontend", settings.frontend, opts);
}

function verifyTraffic(place: Place, at: WavePlace): void {
  const { settings } = place;
  const apis = S5_APIS.map((api): Reached => {
    const { host, healthPath } = settings[api];
    return { name: api, url: `https://${host}`, healthPath };
  });
  const { host, version } = settings.frontend;
  verify(place, publicPlan(host, version, apis), released(settings), at);
}

const urls = (settings: S5Settings) => ({
  frontend: `https://${settings.frontend.host}`,
  candidate: `https://${settings.frontend.candidate.host}`,
  ...Object.fromEntries(S5_APIS.map((api) => [api, `https://${settings[api].host}`])),
});
