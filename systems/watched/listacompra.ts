/** ListaCompra, as its rules, dashboards, routes and runbooks see it. Pure. */
import type { WatchedBackup } from "../../observability/watched";
import type { ListaCompraSettings } from "../../settings";
import { drillOf } from "./restore-drill";
import { LISTACOMPRA } from "../names";
import { routed, tracesOf, watchedService } from "./service";
import type { SystemOf } from "./system";

const HOUR = 3600;
/** CronJobs that look at the backups; of those that make them their age tells. */
const CHECKS = ["check", "verify"] as const;

export const listacompra: SystemOf<ListaCompraSettings> = (stack, settings, system) => {
  const { namespace, host, image, api, worker, backup, contacts } = settings;
  const { migration, verification, smoke } = LISTACOMPRA;
  return {
    title: "ListaCompra",
    namespace,
    services: [
      watchedService(
        { name: LISTACOMPRA.api, traffic: routed(stack, { host, route: LISTACOMPRA.api }) },
        { ...api, image },
      ),
      watchedService({ name: LISTACOMPRA.worker }, { ...worker, image }),
    ],
    backups:
      backup === undefined ? [] : [...backupsOf(LISTACOMPRA.backup(system)), ...drillOf(system, backup)],
    jobs: [
      ...[migration, verification, smoke].map((name) => name(system)),
      ...(backup === undefined ? [] : CHECKS.map((check) => `${LISTACOMPRA.backup(system)}-${check}`)),
    ],
    database: false,
    migration: migration(system),
    ...tracesOf(settings.telemetry),
    contacts,
  };
};

/** The incremental ones begin every six hours, but for the full one's own time: twelve at most between two. */
const backupsOf = (name: string): readonly WatchedBackup[] => [
  { cronJob: `${name}-full`, everySeconds: 24 * HOUR },
  { cronJob: `${name}-incremental`, everySeconds: 12 * HOUR },
];
