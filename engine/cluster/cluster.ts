/**
 * A Kubernetes control plane on this machine, for previews and tests: a real API server with etcd, controllers
 * and scheduler, and KWOK playing one node (source: design decision 1).
 */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { findTool } from "../acquire";
import { Api } from "./api";
import { ClusterError } from "./cluster-error";
import { components, fileOf, kubeconfigOf, type Component, type Layout } from "./components";
import { customResourceDefinitions, type Definition } from "./crds";
import { kubeconfig, makeTokens, serviceAccountKeys, tokenFile, type Tokens, type User } from "./credentials";
import { NODE, seeds } from "./seed";
import { stagesFile } from "./stages";
import { ComponentEnded, Supervisor } from "./supervisor";

export interface ClusterOptions {
  /** Names of the kubeconfig's context; the first is current. Default: `golive-local`. */
  readonly contexts?: readonly string[];
  /** Seconds that each condition of the start (ready, node, definitions) may take. Default: 90. */
  readonly limitSeconds?: number;
}

/** A running control plane. It ends with this process at the latest, however that ends. */
export interface Cluster {
  /** Path of a kubeconfig with every right; gone after {@link Cluster.stop}. */
  readonly kubeconfig: string;
  /** Address of the API server, `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** Folder of all state. */
  readonly folder: string;
  /** Ends every process and removes every file. May be called more than once. */
  stop(): Promise<void>;
  /** Settles only with an error: when a component ends while the cluster should run. */
  untilBroken(): Promise<never>;
}

const DEFAULT_LIMIT_SECONDS = 90;
const PORT_ATTEMPTS = 3;
const POLL_MS = 50;
const WATCH_MS = 500;

type Executables = ReadonlyMap<Component["name"], string>;

/**
 * Starts a cluster and waits until it is fit for use: the API server ready, the node Ready, the default service
 * account made, the custom resource definitions established.
 *
 * Errors: {@link ClusterError} for a component that ends during the start and for a condition not met within its
 * limit, with the last log lines; `ToolNotFound` for a tool that cannot be had.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const executables = await findExecutables();
  const definitions = await customResourceDefinitions();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(executables, definitions, options);
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !lostItsPort(error)) throw error;
    }
  }
}

async function findExecutables(): Promise<Executables> {
  const found = new Map<Component["name"], string>();
  for (const { name } of components) found.set(name, await findTool(name));
  return found;
}

const lostItsPort = (error: unknown): boolean =>
  error instanceof ComponentEnded && error.log.includes("address already in use");

async function startOnce(
  executables: Executables,
  definitions: readonly Definition[],
  options: ClusterOptions,
): Promise<Cluster> {
  const layout = { folder: await mkdtemp(path.join(tmpdir(), "golive-cluster-")), port: await freePort() };
  const supervisor = new Supervisor(layout.folder);
  try {
    const limit = (options.limitSeconds ?? DEFAULT_LIMIT_SECONDS) * 1000;
    const wait = (what: string, test: () => Promise<boolean>) => waitFor(supervisor, what, limit, test);
    const tokens = makeTokens();
    await writeInputs(layout, tokens);
    await startComponents(supervisor, executables, layout, false);
    const api = await connect(layout, tokens, wait);
    await writeKubeconfigs(layout, tokens, api, options.contexts ?? ["golive-local"]);
    await startComponents(supervisor, executables, layout, true);
    await fill(api, definitions, wait);
    api.close();
    return clusterOf(supervisor, layout);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

const serverOf = ({ port }: Layout): string => `https://127.0.0.1:${port}`;

function clusterOf(supervisor: Supervisor, layout: Layout): Cluster {
  return {
    kubeconfig: fileOf(layout, "kubeconfig"),
    server: serverOf(layout),
    folder: layout.folder,
    stop: () => supervisor.stop(),
    async untilBroken() {
      for (;;) {
        await supervisor.check();
        await delay(WATCH_MS);
      }
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no free loopback port"));
        else resolve(address.port);
      });
    });
  });
}

async function writeInputs(layout: Layout, tokens: Tokens): Promise<void> {
  const keys = serviceAccountKeys();
  await Promise.all([
    writeFile(fileOf(layout, "tokens"), tokenFile(tokens)),
    writeFile(fileOf(layout, "servicePublicKey"), keys.publicKey),
    writeFile(fileOf(layout, "servicePrivateKey"), keys.privateKey),
    writeFile(fileOf(layout, "stages"), stagesFile()),
  ]);
}

async function startComponents(
  supervisor: Supervisor,
  executables: Executables,
  layout: Layout,
  afterApiServer: boolean,
): Promise<void> {
  for (const component of components.filter((each) => each.afterApiServer === afterApiServer)) {
    const executable = executables.get(component.name) ?? component.name;
    await supervisor.start(component.name, { executable, args: component.args(layout) });
  }
}

type Wait = (what: string, test: () => Promise<boolean>) => Promise<void>;

/** Asks until the answer is yes; a component that ends meanwhile ends the wait with its log. */
async function waitFor(supervisor: Supervisor, what: string, limit: number, test: () => Promise<boolean>) {
  const deadline = performance.now() + limit;
  let last = "";
  while (performance.now() < deadline) {
    await supervisor.check();
    try {
      if (await test()) return;
      last = "";
    } catch (error) {
      last = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    await delay(POLL_MS);
  }
  const log = await supervisor.logTail("kube-apiserver");
  throw new ClusterError(
    `The local control plane: ${what} took more than ${limit / 1000} s${last}. The API server's last log lines:\n${log}`,
  );
}

async function connect(layout: Layout, tokens: Tokens, wait: Wait): Promise<Api> {
  const certificate = fileOf(layout, "servingCertificate");
  let api: Api | undefined;
  await wait("the API server's readiness", async () => {
    api ??= new Api({
      server: serverOf(layout),
      ca: await readFile(certificate, "utf8"),
      token: tokens["golive-admin"],
    });
    return (await api.get("/readyz")).status === 200;
  });
  if (api === undefined) throw new Error("The local control plane: no connection.");
  return api;
}

async function writeKubeconfigs(
  layout: Layout,
  tokens: Tokens,
  { access }: Api,
  contexts: readonly string[],
): Promise<void> {
  const write = (file: string, user: User, names: readonly string[]) =>
    writeFile(file, kubeconfig({ ...access, user, token: tokens[user], contexts: names }), { mode: 0o600 });
  const own: readonly User[] = ["system:kube-controller-manager", "system:kube-scheduler", "golive-kwok"];
  await Promise.all([
    write(fileOf(layout, "kubeconfig"), "golive-admin", contexts),
    ...own.map((user) => write(kubeconfigOf(layout, user), user, [user])),
  ]);
}

const conditioned = z.object({
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() })
    .optional(),
});

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

async function fill(api: Api, definitions: readonly Definition[], wait: Wait): Promise<void> {
  const objects = [...seeds, ...definitions.map((object) => ({ path: DEFINITIONS, object }))];
  await Promise.all(objects.map(({ path: where, object }) => api.create(where, object)));
  const isTrue = (where: string, type: string) => async () => {
    const { status } = conditioned.parse(JSON.parse((await api.get(where)).body));
    return status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
  };
  await Promise.all([
    wait(
      "the default service account",
      async () => (await api.get("/api/v1/namespaces/default/serviceaccounts/default")).status === 200,
    ),
    wait("the node", isTrue(`/api/v1/nodes/${NODE}`, "Ready")),
    ...definitions.map(({ metadata }) =>
      wait(`definition ${metadata.name}`, isTrue(`${DEFINITIONS}/${metadata.name}`, "Established")),
    ),
  ]);
}
