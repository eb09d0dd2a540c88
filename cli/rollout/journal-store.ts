/**
 * Where journals lie: beside the state of a file backend, else in ConfigMaps of the system's namespace, which any machine
 * that may change the system can read. An entry is kept before it is acted on, and two processes never keep the same one.
 */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { KubectlFailed, type Kubectl } from "./kubectl";

/** An entry as it is kept. */
export interface Kept {
  /** Where, for people: a file, or a line of a ConfigMap. */
  readonly place: string;
  readonly text: string;
}

/** The journals of one system on one stack. */
export interface JournalStore {
  /** Where they are, for people. */
  readonly place: string;
  /** Ids of the rollouts, from the first to the latest. */
  rollouts(): Promise<readonly string[]>;
  /** A rollout's entries from the first to the last. */
  read(rollout: string): Promise<readonly Kept[]>;
  /**
   * Keeps an entry as the `sequence`-th (from 1), and comes back once it would outlive the machine's power.
   *
   * @throws {JournalMoved} where there is another already: its writer was quicker, and what to do next must be asked anew.
   */
  append(rollout: string, sequence: number, entry: string): Promise<void>;
}

/** Another process has written to the journal: whoever finds out must read it before it acts. */
export class JournalMoved extends Error {
  override readonly name = "JournalMoved";

  constructor() {
    super("another process has written to the journal of this rollout");
  }
}

const EXTENSION = ".json";

/** `000001.json`: names sort as the entries do. */
const entryName = (sequence: number): string => `${String(sequence).padStart(6, "0")}${EXTENSION}`;

/** Journals as folders of a folder, with a file an entry: a file is there whole or not at all, and once. */
export function fileStore(folder: string): JournalStore {
  return {
    place: folder,
    rollouts: async () => (await readdir(folder).catch(ifMissing([]))).sort(),
    async read(rollout) {
      const own = path.join(folder, rollout);
      const names = (await readdir(own).catch(ifMissing([]))).filter((name) => name.endsWith(EXTENSION));
      const files = names.sort().map((name) => path.join(own, name));
      return Promise.all(files.map(async (file) => ({ place: file, text: await readFile(file, "utf8") })));
    },
    async append(rollout, sequence, entry) {
      const own = path.join(folder, rollout);
      const isNew = (await mkdir(own, { recursive: true })) !== undefined;
      const partial = path.join(own, `${randomBytes(6).toString("hex")}.partial`);
      await writeSynced(partial, entry);
      try {
        await link(partial, path.join(own, entryName(sequence)));
      } catch (error) {
        if (codeOf(error) === "EEXIST") throw new JournalMoved();
        throw error;
      } finally {
        await rm(partial);
      }
      await syncFolder(own);
      if (isNew) await syncFolder(folder);
    },
  };
}

async function writeSynced(name: string, text: string): Promise<void> {
  const file = await open(name, "w");
  try {
    await file.write(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A file's name is kept by its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

const ifMissing =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (codeOf(error) === "ENOENT") return otherwise;
    throw error;
  };

/** etcd takes 1.5 MiB of an object; a journal that has as much goes on in the next. */
const PART_BYTES = 512 * 1024;
const LABEL = "golive.dev/rollout";

const configMap = z.object({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string() }),
  data: z.object({ journal: z.string() }),
});
type ConfigMap = z.infer<typeof configMap>;
const placed = z.object({
  items: z.array(z.object({ metadata: z.looseObject({ namespace: z.string() }) })),
});

const entriesOf = (parts: readonly ConfigMap[], namespace: string): readonly Kept[] =>
  parts.flatMap(({ metadata, data }) =>
    data.journal
      .split("\n")
      .slice(0, -1)
      .map((text, line) => ({
        place: `ConfigMap ${metadata.name} of the namespace ${namespace}, line ${line + 1}`,
        text,
      })),
  );

/** Journals as ConfigMaps, `golive-<rollout>-<part>`, an entry a line; the API server keeps one of two writers out. */
export function clusterStore(kubectl: Kubectl, namespace: string, system: string): JournalStore {
  const place = ["--namespace", namespace];
  const parts = async (): Promise<readonly ConfigMap[]> => {
    const read = ["get", "configmap", "--selector", `${LABEL}=${system}`, "-o", "json", ...place];
    const { items } = z.object({ items: z.array(configMap) }).parse(JSON.parse(await kubectl(read)));
    return items.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name, "en", { numeric: true }));
  };
  const partsOf = async (rollout: string) =>
    (await parts()).filter(({ metadata }) => rolloutOf(metadata.name) === rollout.toLowerCase());
  return {
    place: `ConfigMaps golive-${system}-… of the namespace ${namespace}`,
    rollouts: async () => [...new Set((await parts()).map(({ metadata }) => rolloutOf(metadata.name)))],
    read: async (rollout) => entriesOf(await partsOf(rollout), namespace),
    async append(rollout, sequence, entry) {
      const all = await partsOf(rollout);
      if (entriesOf(all, namespace).length !== sequence - 1) throw new JournalMoved();
      const last = all.at(-1);
      const goesOn = last !== undefined && last.data.journal.length < PART_BYTES;
      const part = goesOn
        ? { ...last, data: { journal: `${last.data.journal}${entry}\n` } }
        : {
            metadata: {
              name: `golive-${rollout.toLowerCase()}-${all.length + 1}`,
              namespace,
              labels: { [LABEL]: system },
            },
            data: { journal: `${entry}\n` },
          };
      const object = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", ...part });
      await kubectl([goesOn ? "replace" : "create", "-f", "-", ...place], object).catch(moved);
    },
  };
}

/** Namespaces that hold journals of a system, as far as kubectl may look. Errors: {@link KubectlFailed}. */
export async function namespacesOf(kubectl: Kubectl, system: string): Promise<readonly string[]> {
  const read = ["get", "configmap", "--all-namespaces", "--selector", `${LABEL}=${system}`, "-o", "json"];
  const { items } = placed.parse(JSON.parse(await kubectl(read)));
  return [...new Set(items.map(({ metadata }) => metadata.namespace))];
}

/** `golive-enova-20261128t211921z-1` → `enova-20261128t211921z` */
const rolloutOf = (name: string): string => name.replace(/^golive-/, "").replace(/-\d+$/, "");

function moved(error: unknown): never {
  const reason = error instanceof KubectlFailed ? error.reason : undefined;
  if (reason === "Conflict" || reason === "AlreadyExists") throw new JournalMoved();
  throw error;
}

/** The folder of a file backend's journals: beside Pulumi's own, which it leaves alone. Undefined: another kind of backend. */
export function folderOf(url: string, stack: string, system: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const given = decodeURIComponent(url.slice("file://".length));
  const root = given.startsWith("~") ? path.join(homedir(), given.slice(1)) : path.resolve(given);
  return path.join(root, ".golive", "rollouts", stack, system);
}
