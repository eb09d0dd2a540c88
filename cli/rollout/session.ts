/** What a command of a rollout works with: the stack's settings, its cluster, its state and the journals beside it. */
import { readStackFile, type StackSettings } from "../../settings";
import { ENOVA_SERVICES } from "../../settings";
import { prepareEngine, type Engine } from "../../engine/engine";
import { stackFile } from "../stacks";
import { UserError } from "../user-error";
import { clusterStore, fileStore, folderOf, type JournalStore } from "./journal-store";
import { kubectlOf, type Kubectl } from "./kubectl";
import type { CanaryTraffic } from "./traffic";

export type SystemName = keyof StackSettings["systems"];

export interface Session {
  readonly stack: string;
  readonly system: SystemName;
  /** Path of the stack file. */
  readonly file: string;
  readonly settings: StackSettings;
  readonly namespace: string;
  readonly engine: Engine;
  readonly kubectl: Kubectl;
  readonly store: JournalStore;
  /** Undefined: the system has no canary. */
  readonly traffic: CanaryTraffic | undefined;
}

/**
 * Opens a system of a stack.
 *
 * @throws {UserError} for a stack or a system that there is not; {@link SettingsError} for mistakes of the stack file.
 */
export async function openSession(stack: string, system: string): Promise<Session> {
  const file = await stackFile(stack);
  const settings = readStackFile(file);
  const named = systemOf(settings, system);
  const { namespace } = named.settings;
  const [engine, kubectl] = await Promise.all([
    prepareEngine(settings.kubernetes.kubeconfig),
    kubectlOf(settings),
  ]);
  const store = await storeOf(engine, kubectl, { stack, system, namespace });
  const traffic = trafficOf(settings, named.name);
  return { stack, system: named.name, file, settings, namespace, engine, kubectl, store, traffic };
}

const isSystem = (settings: StackSettings, name: string): name is SystemName => name in settings.systems;

function systemOf(settings: StackSettings, name: string) {
  const found = isSystem(settings, name) ? settings.systems[name] : undefined;
  if (isSystem(settings, name) && found !== undefined) return { name, settings: found };
  throw new UserError(
    `${settings.file} has no system ${JSON.stringify(name)}; it has ${Object.keys(settings.systems).join(", ")}`,
  );
}

interface Place {
  readonly stack: string;
  readonly system: string;
  readonly namespace: string;
}

/** A file backend keeps them itself; what keeps states elsewhere takes no files of others, and the cluster has them. */
async function storeOf(engine: Engine, kubectl: Kubectl, place: Place): Promise<JournalStore> {
  const { stack, system, namespace } = place;
  const folder = folderOf(await backendUrl(engine), stack, system);
  return folder === undefined ? clusterStore(kubectl, namespace, system) : fileStore(folder);
}

async function backendUrl(engine: Engine): Promise<string> {
  const named = engine.env.PULUMI_BACKEND_URL;
  if (named !== undefined && named !== "") return named;
  const { loggedInBackend } = await import("./deployment");
  return loggedInBackend(engine);
}

function trafficOf({ systems, router }: StackSettings, system: SystemName): CanaryTraffic | undefined {
  if (system !== "enova" || systems.enova === undefined) return undefined;
  const services = Object.values(ENOVA_SERVICES);
  return {
    namespace: systems.enova.namespace,
    router: router.kind === "gateway-api" ? "gateway-api" : "ingress-nginx",
    stable: services.map(({ stable }) => stable),
    fresh: services.map(({ canary }) => canary),
  };
}
