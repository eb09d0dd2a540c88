/** Guelaguetza, as its rules, dashboards, routes and runbooks see it. Pure. */
import type { GuelaguetzaSettings } from "../../settings";
import { GUELAGUETZA } from "../names";
import { drillOf } from "./restore-drill";
import { routed, watchedService } from "./service";
import type { SystemOf } from "./system";

const DAY = 86_400;

export const guelaguetza: SystemOf<GuelaguetzaSettings> = (stack, settings, system) => {
  const { namespace, host, maintenance, contacts } = settings;
  const { service, migration, smoke, backup } = GUELAGUETZA;
  return {
    title: "Guelaguetza",
    namespace,
    services: [watchedService({ name: service, traffic: routed(stack, { host, route: service }) }, settings)],
    backups: [
      {
        cronJob: backup(system),
        everySeconds: DAY,
        dumps: `s3://${settings.backup.bucket}/pg_dump`,
      },
      ...drillOf(system, settings.backup),
    ],
    jobs: [migration(system), smoke(system)],
    database: true,
    migration: migration(system),
    maintenance: {
      enable: `https://${host}${maintenance.enablePath}`,
      disable: `https://${host}${maintenance.disablePath}`,
    },
    contacts,
  };
};
