/** One of S5's two sites: a build behind CloudFront, its caches emptied for each version (row S5). */
import type * as pulumi from "@pulumi/pulumi";
import { CdnInvalidation } from "../components/cdn-invalidation";
import { ServiceAccountRole } from "../components/service-account-role";
import { StaticSite } from "../components/static-site";
import { oidcProviderArn, type S5Settings, type StackSettings } from "../settings";
import { invalidationName } from "./names";

interface Site {
  /** Name of its resources, its role and its Job. */
  readonly name: string;
  readonly host: string;
  readonly bucket: string;
}

interface Place {
  readonly settings: S5Settings;
  readonly stack: StackSettings;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Declares the site with the build that the settings name, and empties its caches once the build is served.
 *
 * @throws {Error} where the stack has no identity provider: the settings' rules ask for one.
 */
export function declareSite(
  { name, host, bucket }: Site,
  { settings: { namespace, frontend }, stack, tags }: Place,
  opts: pulumi.ComponentResourceOptions,
): StaticSite {
  const { oidcProvider } = stack.aws;
  if (oidcProvider === undefined) throw new Error(`${name}: golive:aws.oidcProvider is not set`);
  const { version, certificate } = frontend;
  const site = new StaticSite(
    name,
    { bucket, version, aliases: [host], certificateArn: certificate.text, tags },
    opts,
  );
  const account = invalidationName(name);
  const role = new ServiceAccountRole(
    account,
    {
      name: `${stack.stack}-${account}`,
      namespace,
      serviceAccount: account,
      oidcProviderArn: oidcProviderArn(stack.aws, oidcProvider),
      statements: site.grantsInvalidation(),
      createServiceAccount: true,
      tags,
    },
    opts,
  );
  new CdnInvalidation(
    account,
    {
      name: account,
      namespace,
      version,
      distributionId: site.distributionId,
      serviceAccount: role.serviceAccount,
    },
    opts,
  );
  return site;
}
