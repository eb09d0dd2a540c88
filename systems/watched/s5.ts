/** S5, as its rules, dashboards, routes and runbooks see it. Pure. */
import { S5_APIS, type S5Settings, s5Versioned } from "../../settings";
import { invalidationName, S5_SITES, S5_WAVES, type S5Wave, siteName, verificationName } from "../names";
import { routed, watchedService } from "./service";
import type { SystemOf } from "./system";

export const s5: SystemOf<S5Settings> = (stack, settings, system) => {
  const job = (wave: S5Wave) => verificationName(system, wave);
  return {
    title: "S5",
    namespace: settings.namespace,
    services: S5_APIS.map((api) => {
      const { release, image, host } = settings[api];
      const name = s5Versioned(release, image.tag);
      const traffic = routed(stack, { host, route: release });
      return watchedService({ name, versionOf: api, traffic }, { ...settings[api], release: name });
    }),
    backups: [],
    jobs: [...S5_WAVES.map(job), ...S5_SITES.map((site) => invalidationName(siteName(system, site)))],
    database: false,
    migration: job("migrations"),
    contacts: settings.contacts,
  };
};
