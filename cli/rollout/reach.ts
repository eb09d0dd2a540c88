/** The way to a system whose stack cannot be opened: by the journal of its latest rollout, which says where that acted. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { chooseBackend } from "../../engine/backend";
import { repositoryRoot } from "../../engine/cache";
import { prepareEngine } from "../../engine/engine";
import type { ClusterAccess } from "../../rollout/place";
import { SettingsError } from "../../settings";
import { SYSTEMS } from "../../settings/systems";
import { UserError } from "../user-error";
import { latestOf, type Journal } from "./journal";
import { clusterStore, fileStore, folderOf, namespacesOf, type JournalStore } from "./journal-store";
import { kubectlOf } from "./kubectl";
import { backendUrl, type Reach, type SystemName } from "./session";
import { settingAt } from "./stack-file";

/** What was reached, and what kept the stack from being opened, in one line. */
export interface Reached {
  readonly reach: Reach;
  readonly journal: Journal;
  readonly problem: string;
}

/**
 * Reaches a system by its latest rollout. What the stack file still says is asked only for where the journals are: the stack
 * that a journal is bound to tells whether they are the right ones.
 *
 * @param because why the stack cannot be opened.
 * @throws {UserError} with that, where no journal leads further.
 */
export async function reachByJournal(stack: string, system: string, because: Error): Promise<Reached> {
  const file = path.join(repositoryRoot, `Pulumi.${stack}.yaml`);
  const text = await readFile(file, "utf8").catch(() => "");
  const journal = await journalIn(await storesOf(stack, system, hintsIn(text, system)), stack);
  const place = journal?.state.place;
  if (journal === undefined || place === undefined || !isSystem(system)) throw lost(because, journal);
  const { namespace, kubernetes, traffic } = place;
  const problem = lineOf(because);
  const reach = {
    ...{ stack, system, file, namespace, traffic, store: journal.store },
    kubectl: await kubectlOf(kubernetes),
    deployment: () => Promise.resolve(refusing(problem)),
  };
  return { reach, journal, problem };
}

/** In place of an `up` that cannot be had. */
export const refusing = (problem: string): Awaited<ReturnType<Reach["deployment"]>> => ({
  up: () => Promise.resolve({ kind: "failed", problems: [problem], changed: [] }),
});

const isSystem = (name: string): name is SystemName => name in SYSTEMS;

function lost({ message }: Error, journal: Journal | undefined): UserError {
  const missing =
    journal === undefined
      ? "no journal of a rollout is there that would say where the traffic is"
      : `the journal of ${journal.rollout} does not say yet where it acts`;
  return new UserError(`${message}\nWithout it nothing can be taken back: ${missing}.`);
}

/** What is wrong, in one line: the first mistake, and how many there are beside it. */
export function lineOf(error: Error): string {
  if (!(error instanceof SettingsError)) return error.message.split("\n")[0] ?? "";
  const [first = "", ...others] = error.lines;
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

interface Hints {
  readonly kubernetes: ClusterAccess;
  readonly namespace: string | undefined;
}

/** What a file that is not as it should be may still say. */
export function hintsIn(text: string, system: string): Hints {
  const at = (where: string): string | undefined => {
    const value = settingAt(text, where);
    return typeof value === "string" ? value : undefined;
  };
  return {
    kubernetes: { context: at("kubernetes.context"), kubeconfig: at("kubernetes.kubeconfig") },
    namespace: at(`${system}.namespace`),
  };
}

/** Where the journals may be: beside a file backend's state, else in the system's namespace, whichever that is. */
async function storesOf(
  stack: string,
  system: string,
  { kubernetes, namespace }: Hints,
): Promise<readonly JournalStore[]> {
  const { env } = await chooseBackend();
  const url = await backendUrl({ ...process.env, ...env }, () => prepareEngine(kubernetes.kubeconfig)).catch(
    () => "",
  );
  const folder = folderOf(url, stack, system);
  if (folder !== undefined) return [fileStore(folder)];
  const kubectl = await kubectlOf(kubernetes);
  const namespaces = namespace === undefined ? await namespacesOf(kubectl, system) : [namespace];
  return namespaces.map((one) => clusterStore(kubectl, one, system));
}

/** The latest rollout of the stack in one of the places; one that cannot be asked holds none. */
async function journalIn(stores: readonly JournalStore[], stack: string): Promise<Journal | undefined> {
  // Who signs is in the stack file; a way back waits for no approval.
  const journals = stores.map((store) => ({ store, signers: {} }));
  const latest = await Promise.all(journals.map((each) => latestOf(each).catch(() => undefined)));
  return latest
    .filter((journal) => journal?.state.bound.stack === stack)
    .sort((a, b) => (b?.state.startedAt ?? 0) - (a?.state.startedAt ?? 0))[0];
}
