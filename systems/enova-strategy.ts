/** ENOVA's frontend and gateway released by Flagger or Argo Rollouts: the same ladder, soaks and rules (rows E1, E3, E4; docs/strategies.md). */
import type * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret } from "../components/application-secret";
import { ArgoRollout } from "../components/argo-rollout";
import { FlaggerCanary } from "../components/flagger-canary";
import type { ProgressiveRelease, ProgressiveStep } from "../components/progressive/release";
import { ServiceIngress } from "../components/service-ingress";
import { ownRules } from "../readings/own-rules";
import { ENOVA_SERVICES, ENOVA_SOAKS, type EnovaSettings, type StackSettings } from "../settings";
import { ENOVA } from "./names";
import { routerOf, tlsOf } from "./router";
import { secretSource } from "./secret-sources";
import { watchedOf } from "./watched";

/** The prometheus-operator's own Service, which every Prometheus of its is behind. */
const PROMETHEUS = (namespace: string) => `http://prometheus-operated.${namespace}.svc:9090`;

/** End of the name of the Service that both controllers give the share's requests to. */
const SHARE = "-canary";

/** Hosts of ENOVA, each with its Service and the Ingress that it has alone: a controller copies the whole of it. */
const DOORS = [
  { part: "frontend", host: "frontend", secret: "enova-frontend-tls" },
  // The chat is on this host, and takes its certificate.
  { part: "gateway", host: "api", secret: "enova-tls" },
] as const;

/** What the strategy is declared from. */
export interface StrategyPlace {
  readonly parent: pulumi.Resource;
  readonly settings: EnovaSettings;
  readonly stack: StackSettings;
}

/** Weights of the ladder, each with its soak. */
const stepsOf = ({ canary, rollout }: EnovaSettings): readonly ProgressiveStep[] =>
  canary.ladder.map((percent) => ({
    percent,
    soakSeconds: rollout.soaks[percent]?.seconds ?? ENOVA_SOAKS[percent] ?? rollout.soak.seconds,
  }));

/** The rules of one service, read of the share that the controller makes. */
function rulesOf(stack: StackSettings, settings: EnovaSettings, name: string, port: number) {
  const watched = watchedOf(stack).find(({ system }) => system === "enova");
  if (watched === undefined) return [];
  const services = watched.services.map((service) =>
    service.name === name && service.traffic !== undefined
      ? { ...service, traffic: { ...service.traffic, canary: { service: `${name}${SHARE}`, port } } }
      : service,
  );
  const { minimumSamples, failsInARow } = settings.rollout;
  return ownRules({ ...watched, services }, { service: name }).map((rule) => ({
    ...rule,
    minimumSamples: rule.minimumSamples === 0 ? 0 : Math.max(rule.minimumSamples, minimumSamples),
    failsInARow,
  }));
}

/** Declares an Ingress a host and hands its service to the controller; gives the hosts' addresses. */
export function declareStrategy(
  name: string,
  { parent, settings, stack }: StrategyPlace,
  dependsOn: readonly pulumi.Resource[],
): {
  readonly urls: readonly string[];
  readonly percent: number;
  readonly doors: readonly pulumi.Resource[];
} {
  const secret = declareAlertSecret(name, { parent, settings, stack }, dependsOn);
  const doors = DOORS.map(({ part, host, secret: tls }) => {
    const service = { service: ENOVA_SERVICES[part].canary, port: settings[part].port };
    return new ServiceIngress(
      ENOVA.door(name, part),
      {
        name: ENOVA.door(name, part),
        namespace: settings.namespace,
        host: settings.hosts[host],
        service,
        tls: tlsOf(stack, tls),
        router: routerOf(stack),
      },
      { parent, dependsOn: [...dependsOn] },
    );
  });
  DOORS.forEach(({ part, host }, index) => {
    const door = doors[index];
    const release = releaseOf(settings, stack, part, settings.hosts[host], ENOVA.door(name, part));
    const args = { ...release, namespace: settings.namespace };
    const options = { parent, dependsOn: [...dependsOn, ...(door === undefined ? [] : [door])] };
    if (settings.rollout.strategy === "argo-rollouts") new ArgoRollout(release.name, args, options);
    else new FlaggerCanary(release.name, { ...args, alertSecret: secret }, options);
  });
  return { urls: doors.map(({ url }) => url), percent: 100, doors };
}

function releaseOf(
  settings: EnovaSettings,
  stack: StackSettings,
  part: keyof typeof ENOVA_SERVICES,
  host: string,
  route: string,
): ProgressiveRelease {
  const { port } = settings[part];
  const { canary: name } = ENOVA_SERVICES[part];
  const { notifications, slack } = settings.contacts.channels;
  const channel = settings.alerting?.slack === undefined ? undefined : (notifications ?? slack);
  return {
    name,
    host,
    port,
    steps: stepsOf(settings),
    intervalSeconds: settings.rollout.interval.seconds,
    rules: rulesOf(stack, settings, name, port),
    prometheus: PROMETHEUS(stack.observability?.prometheus.namespace ?? "monitoring"),
    router: routerOf(stack),
    route,
    ...(channel === undefined ? {} : { alerts: { channel } }),
  };
}

/** Flagger reads the webhook under `address`; Argo's notifications have a Secret of their own, in its namespace. */
function declareAlertSecret(
  name: string,
  { parent, settings, stack }: StrategyPlace,
  dependsOn: readonly pulumi.Resource[],
): string | undefined {
  const { slack } = settings.alerting ?? {};
  if (settings.rollout.strategy !== "flagger" || slack === undefined) return undefined;
  const own = `${name}-flagger-slack`;
  new ApplicationSecret(
    own,
    {
      namespace: settings.namespace,
      name: own,
      values: { address: secretSource(slack.webhook) },
      store: stack.secretStore,
    },
    { parent, dependsOn: [...dependsOn] },
  );
  return own;
}
