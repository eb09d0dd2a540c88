/** Kometa, as its rules, dashboards, routes and runbooks see it. Pure. */
import type { KometaSettings } from "../../settings";
import { KOMETA } from "../names";
import { tracesOf, watchedService } from "./service";
import type { SystemOf } from "./system";

export const kometa: SystemOf<KometaSettings> = (_, settings) => {
  const { namespace, release, host, checks, contacts } = settings;
  return {
    title: "Kometa Marketplace",
    namespace,
    services: [
      watchedService(
        { name: KOMETA.service, traffic: { source: "alb", host, path: "/", route: release } },
        settings,
      ),
    ],
    backups: [],
    jobs: checks === undefined ? [] : [KOMETA.smoke(release), KOMETA.load(release)],
    database: false,
    ...tracesOf(settings.telemetry),
    contacts,
  };
};
