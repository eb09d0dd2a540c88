/** What a command of a rollout works with: the stack's settings, its cluster, its state and the journals beside it. */
import { readStackFile, type StackSettings } from "../../settings";
import { ENOVA_SERVICES } from "../../settings";
import { prepareEngine, type Engine } from "../../engine/engine";
import type { CanaryTraffic } from "../../rollout/place";
import { stackFile } from "../stacks";
import { UserError } from "../user-error";
import type { Deployment } from "./deployment";
import { clusterStore, fileStore, folderOf, type JournalStore } from "./journal-store";
import { kubectlOf, type Kubectl } from "./kubectl";
import type { Journals } from "./journal";
import type { Signers } from "../../evidence/signatures";

export type SystemName = keyof StackSettings["systems"];

/** What a way back needs. Without settings it is one of a stack that nobody can bring up as it is. */
export interface Reach {
  readonly stack: string;
  readonly system: SystemName;
  /** Path of the stack file. */
  readonly file: string;
  readonly namespace: string;
  readonly kubectl: Kubectl;
  readonly store: JournalStore;
  /** Undefined: the system has no canary. */
  readonly traffic: CanaryTraffic | undefined;
  readonly settings?: StackSettings;
  /** Of a recovery: the journals of the rollouts that it may take back. */
  readonly rollouts?: Journals;
  /** @throws {UserError} where the stack has never been brought up. */
  deployment(): Promise<Pick<Deployment, "up">>;
}

/** A system of a stack whose file can be read. */
export interface Session extends Reach {
  readonly settings: StackSettings;
  /** Who signs approvals, by role. */
  readonly signers: Signers;
}

/** What journals are of: a recovery is no release, and `golive rollback` takes none back. */
export type Journaled = "rollouts" | "recoveries";

/**
 * Opens a system of a stack, with the journals of its rollouts, or of its recoveries.
 *
 * @throws {UserError} for a stack or a system that there is not; {@link SettingsError} for mistakes of the stack file.
 */
export async function openSession(
  stack: string,
  system: string,
  journaled: Journaled = "rollouts",
): Promise<Session> {
  const file = await stackFile(stack);
  const settings = readStackFile(file);
  const named = systemOf(settings, system);
  const { namespace } = named.settings;
  const { kubernetes } = settings;
  const [engine, kubectl] = await Promise.all([prepareEngine(kubernetes.kubeconfig), kubectlOf(kubernetes)]);
  const backend = await backendUrl(engine.env, () => Promise.resolve(engine));
  const storeOf = (journals: string): JournalStore => {
    const folder = folderOf(backend, stack, journals);
    // What keeps states elsewhere than in files takes no files of others, and the cluster has them.
    return folder === undefined ? clusterStore(kubectl, namespace, journals) : fileStore(folder);
  };
  const isRecovery = journaled === "recoveries";
  const store = storeOf(isRecovery ? `${system}-recovery` : system);
  const traffic = trafficOf(settings, named.name);
  const signers = named.settings.evidence?.signers ?? {};
  const deployment = async () => (await import("./deployment")).Deployment.of(engine, stack);
  return {
    stack,
    system: named.name,
    file,
    settings,
    namespace,
    kubectl,
    store,
    signers,
    traffic,
    deployment,
    ...(isRecovery ? { rollouts: { store: storeOf(system), signers } } : {}),
  };
}

const isSystem = (settings: StackSettings, name: string): name is SystemName => name in settings.systems;

function systemOf(settings: StackSettings, name: string) {
  const found = isSystem(settings, name) ? settings.systems[name] : undefined;
  if (isSystem(settings, name) && found !== undefined) return { name, settings: found };
  throw new UserError(
    `${settings.file} has no system ${JSON.stringify(name)}; it has ${Object.keys(settings.systems).join(", ")}`,
  );
}

/** Address of the backend: what the environment names, else where Pulumi is logged in. */
export async function backendUrl(
  { PULUMI_BACKEND_URL: named }: NodeJS.ProcessEnv,
  engine: () => Promise<Engine>,
): Promise<string> {
  if (named !== undefined && named !== "") return named;
  const { loggedInBackend } = await import("./deployment");
  return loggedInBackend(await engine());
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
