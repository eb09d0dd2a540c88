/** A system's restore drill: each week the latest backup into a scratch database, by a role that only reads (rows L14, G2, G4). */
import type * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "../components/private-bucket";
import { RestoreDrill, type RestoreDrillArgs } from "../components/restore-drill";
import { ServiceAccountRole } from "../components/service-account-role";
import { type DatabaseQuery, verifications } from "../observability/sql/query";
import { oidcProviderArn, type StackSettings } from "../settings";
import type { Duration } from "../settings/duration";
import type { Memory } from "../settings/quantity";
import { restoreDrillName } from "./names";

interface Drill {
  readonly name: string;
  readonly namespace: string;
  readonly stack: StackSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly settings: {
    readonly recoveryTime: Duration;
    readonly recoveryPoint: Duration;
    readonly storage: Memory;
  };
  readonly bucket: PrivateBucket;
  readonly from: RestoreDrillArgs["from"];
  readonly queries: readonly DatabaseQuery[];
  readonly limits: RestoreDrillArgs["limits"];
}

/** @throws {Error} where the stack has no identity provider: the settings' rules ask for one. */
export function declareRestoreDrill(
  { name: system, namespace, stack, tags, settings, bucket, from, queries, limits }: Drill,
  opts: pulumi.ComponentResourceOptions,
): void {
  const name = restoreDrillName(system);
  const { oidcProvider } = stack.aws;
  if (oidcProvider === undefined) throw new Error(`${name}: golive:aws.oidcProvider is not set`);
  const role = new ServiceAccountRole(
    name,
    {
      name: `${stack.stack}-${name}`,
      namespace,
      serviceAccount: name,
      oidcProviderArn: oidcProviderArn(stack.aws, oidcProvider),
      statements: bucket.grants("read"),
      createServiceAccount: true,
      tags,
    },
    opts,
  );
  new RestoreDrill(
    name,
    {
      name,
      namespace,
      from,
      queries: verifications(queries, { once: false }),
      serviceAccount: role.serviceAccount,
      limits,
      storage: settings.storage.text,
      recoveryTimeSeconds: settings.recoveryTime.seconds,
      recoveryPointSeconds: settings.recoveryPoint.seconds,
    },
    opts,
  );
}
