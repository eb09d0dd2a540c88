/** A system's collector, out of its settings: the component, what it talks to, and what its services are told. */
import type * as pulumi from "@pulumi/pulumi";
import { ApplicationSecret } from "../components/application-secret";
import type { Opening } from "../components/namespace";
import type { ServiceReleaseArgs } from "../components/service-release";
import { COLLECTOR, Telemetry } from "../components/telemetry";
import { NEW_RELIC, PORTS } from "../components/telemetry/collector-config";
import { serviceTelemetry } from "../components/telemetry/service-environment";
import type { StackSettings, TelemetrySettings } from "../settings";
import { ANYWHERE } from "./networks";
import { secretSource } from "./secret-sources";
import { quantities } from "./service-args";

const LICENCE_KEY = "licenceKey";

/** Declares the collector of a namespace, and the Secret of New Relic's licence key where it sends there. */
export function declareTelemetry(
  name: string,
  namespace: string,
  settings: TelemetrySettings,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): Telemetry {
  const { jaeger, loki, newRelic, replicas, limits } = settings;
  const target = newRelic && {
    region: newRelic.region,
    licenceKey: licenceOf(`${name}-new-relic`, namespace, newRelic.licenceKey, stack, opts),
  };
  return new Telemetry(
    name,
    {
      namespace,
      jaeger: jaeger?.text,
      loki: loki?.text,
      newRelic: target,
      replicas,
      limits: quantities(limits),
    },
    opts,
  );
}

type LicenceKey = NonNullable<TelemetrySettings["newRelic"]>["licenceKey"];

function licenceOf(
  name: string,
  namespace: string,
  licenceKey: LicenceKey,
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
) {
  const values = { [LICENCE_KEY]: secretSource(licenceKey) };
  const { references } = new ApplicationSecret(name, { namespace, values, store: stack.secretStore }, opts);
  const reference = references[LICENCE_KEY];
  if (reference === undefined) throw new Error(`${name} holds no ${LICENCE_KEY}`);
  return reference;
}

/** What passes the namespace's default deny: from the services to the collector, and from it to its targets. */
export function telemetryOpenings(
  settings: TelemetrySettings,
  namespace: string,
  apps: readonly string[],
): Opening[] {
  const peer = { namespace };
  const { jaeger, loki, newRelic } = settings;
  return [
    ...apps.map((app): Opening => ({
      name: `${app}-to-telemetry`,
      app,
      direction: "egress",
      port: PORTS.http,
      peer,
    })),
    { name: "telemetry-from-services", app: COLLECTOR, direction: "ingress", port: PORTS.http, peer },
    ...(jaeger === undefined ? [] : [targetOpening("jaeger", jaeger)]),
    ...(loki === undefined ? [] : [targetOpening("loki", loki)]),
    ...(newRelic === undefined
      ? []
      : [targetOpening("new-relic", { port: 443, text: NEW_RELIC[newRelic.region] })]),
  ];
}

const targetOpening = (
  name: string,
  {
    port,
    namespace,
  }: { readonly port: number; readonly text: string; readonly namespace?: string | undefined },
): Opening => ({
  name: `telemetry-to-${name}`,
  app: COLLECTOR,
  direction: "egress",
  port,
  peer: namespace === undefined ? { cidrs: ANYWHERE } : { namespace },
});

/** A release whose service knows its collector; what the stack file sets stays as it is set. */
export const withTelemetry = (
  args: ServiceReleaseArgs,
  { endpoint, signals }: Telemetry,
  { stack }: StackSettings,
): ServiceReleaseArgs => ({
  ...args,
  environment: {
    ...serviceTelemetry({
      endpoint,
      signals,
      service: args.name,
      namespace: args.namespace,
      version: args.image.tag,
      environment: stack,
    }),
    ...args.environment,
  },
});
