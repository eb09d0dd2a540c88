/** ENOVA, as its rules, dashboards, routes and runbooks see it. Pure. */
import { canaryServiceName } from "../../components/traffic/canary";
import { parsePhase } from "../../components/traffic/ladder";
import type { WatchedService } from "../../observability/watched";
import {
  ENOVA_INGRESSES,
  ENOVA_SERVICES,
  type EnovaSettings,
  type StackSettings,
  type WorkloadSettings,
} from "../../settings";
import { ENOVA } from "../names";
import { routed, watchedService } from "./service";
import type { SystemOf } from "./system";

export const enova: SystemOf<EnovaSettings> = (stack, settings, system) => {
  const { namespace, hosts, frontend, gateway, chat, legacy, stress, contacts } = settings;
  const door = { host: hosts.api, path: chat.path };
  return {
    title: "ENOVA",
    namespace,
    services: [
      ...sides(stack, system, settings, "frontend", hosts.frontend, [legacy.frontend, frontend]),
      ...sides(stack, system, settings, "gateway", hosts.api, [legacy.gateway, gateway]),
      watchedService(
        {
          name: ENOVA.chat,
          versionOf: "chat",
          traffic: routed(stack, { ...door, route: ENOVA.chatIngress(system) }),
        },
        chat,
      ),
    ],
    backups: [],
    jobs: stress === undefined ? [] : [ENOVA.stress(system)],
    database: false,
    canaryPhase: settings.canary.phase,
    contacts,
  };
};

/**
 * The two versions of a host. Its requests are counted under the main Ingress and the Service behind it: the old
 * version's until the canary is complete. https://github.com/kubernetes/ingress-nginx/issues/4026
 */
function sides(
  stack: StackSettings,
  system: string,
  { canary, legacy, rollout }: EnovaSettings,
  part: keyof typeof ENOVA_SERVICES,
  host: string,
  [old, now]: readonly [WorkloadSettings, WorkloadSettings],
): readonly WatchedService[] {
  const names = ENOVA_SERVICES[part];
  const parsed = parsePhase(canary.phase, canary.ladder);
  const phase = "value" in parsed ? parsed.value.kind : "legacy";
  const complete = phase === "complete";
  const own = complete ? ENOVA_INGRESSES.complete : ENOVA_INGRESSES.stable;
  const main = rollout.strategy === "golive" ? own : ENOVA.door(system, part);
  const route = stack.router.kind === "gateway-api" ? host : main;
  const share = { service: names.canary, port: now.port };
  const service = canaryServiceName({
    host,
    stable: { service: names.stable, port: old.port },
    canary: share,
  });
  const traffic = routed(stack, {
    host,
    route,
    ...(phase === "weight" ? { canary: { service, port: now.port } } : {}),
  });
  return [
    watchedService({ name: names.canary, versionOf: part, traffic: complete ? traffic : undefined }, now),
    ...(legacy.retired
      ? []
      : [
          watchedService(
            { name: names.stable, versionOf: `legacy.${part}`, traffic: complete ? undefined : traffic },
            old,
          ),
        ]),
  ];
}
