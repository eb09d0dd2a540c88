// Which API server a kubeconfig means, and who we are there.
// Facts: k8s.io/client-go tools/clientcmd (loader.go, client_config.go). @kubernetes/client-node would do this too, but
// bundles to 2.8 MB and does not load in a bundle on Node 20.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const cluster = z.looseObject({
  server: z.string().optional(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": z.string().optional(),
});
const user = z.looseObject({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  exec: z.unknown().optional(),
});
const context = z.looseObject({
  cluster: z.string().optional(),
  user: z.string().optional(),
  namespace: z.string().optional(),
});
const file = z.looseObject({
  "current-context": z.string().nullish(),
  clusters: z.array(z.looseObject({ name: z.string(), cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user })).nullish(),
  contexts: z.array(z.looseObject({ name: z.string(), context })).nullish(),
});

type Cluster = z.infer<typeof cluster>;
type User = z.infer<typeof user>;

/** One or more kubeconfig files as one. */
export interface Kubeconfig {
  readonly currentContext: string;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
  readonly contexts: ReadonlyMap<string, z.infer<typeof context>>;
}

/** Everything that a request needs. */
export interface Connection {
  readonly server: string;
  readonly namespace: string;
  /** PEM; empty means the system's. */
  readonly ca: string;
  readonly insecure: boolean;
  readonly serverName: string;
  /** PEM; empty where none. */
  readonly certificate: string;
  readonly key: string;
  /** The value of the Authorization header; empty where none. */
  readonly authorization: string;
}

/** What the provider's inputs say over the file's. */
export interface Overrides {
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
}

/** Reads a kubeconfig given as text or path, or the environment's when empty. Throws for what cannot be read. */
export function loadKubeconfig(textOrPath: string): Kubeconfig {
  if (textOrPath !== "") return parseKubeconfig(readGiven(textOrPath));
  const files = environmentFiles().filter((name) => existsSync(name));
  return merge(
    files.map((name) => absolute(parseKubeconfig(readFileSync(name, "utf8")), path.dirname(name))),
  );
}

function readGiven(textOrPath: string): string {
  const expanded = textOrPath.replace(/^~(?=\/|$)/, homedir());
  const isPath = !expanded.includes("\n") && expanded.length < 4096 && existsSync(expanded);
  return isPath ? readFileSync(expanded, "utf8") : textOrPath;
}

function environmentFiles(): string[] {
  const listed = (process.env["KUBECONFIG"] ?? "").split(path.delimiter).filter((name) => name !== "");
  return listed.length > 0 ? listed : [path.join(homedir(), ".kube", "config")];
}

/** Parses a kubeconfig's YAML or JSON. */
export function parseKubeconfig(text: string): Kubeconfig {
  const parsed = file.safeParse(parse(text) ?? {});
  if (!parsed.success) throw new Error(`not a kubeconfig: ${z.prettifyError(parsed.error)}`);
  const { clusters, users, contexts } = parsed.data;
  return {
    currentContext: parsed.data["current-context"] ?? "",
    clusters: new Map(clusters?.map((entry) => [entry.name, entry.cluster])),
    users: new Map(users?.map((entry) => [entry.name, entry.user])),
    contexts: new Map(contexts?.map((entry) => [entry.name, entry.context])),
  };
}

/** The first file that names something wins. */
function merge(files: readonly Kubeconfig[]): Kubeconfig {
  const latest = [...files].reverse();
  return {
    currentContext: files.find((one) => one.currentContext !== "")?.currentContext ?? "",
    clusters: new Map(latest.flatMap((one) => [...one.clusters])),
    users: new Map(latest.flatMap((one) => [...one.users])),
    contexts: new Map(latest.flatMap((one) => [...one.contexts])),
  };
}

const FILES = ["certificate-authority", "client-certificate", "client-key", "tokenFile"] as const;

/** Paths in a kubeconfig are relative to it. */
function absolute(config: Kubeconfig, folder: string): Kubeconfig {
  const fix = <T extends object>(entry: T): T => {
    const copy = { ...entry };
    for (const key of FILES) {
      const value: unknown = Reflect.get(copy, key);
      if (typeof value === "string" && value !== "") Reflect.set(copy, key, path.resolve(folder, value));
    }
    return copy;
  };
  return {
    ...config,
    clusters: new Map([...config.clusters].map(([name, entry]) => [name, fix(entry)])),
    users: new Map([...config.users].map(([name, entry]) => [name, fix(entry)])),
  };
}

/** The cluster in use; undefined where the file names none. */
export function activeCluster(config: Kubeconfig, overrides: Overrides): Cluster | undefined {
  const chosen = config.contexts.get(overrides.context || config.currentContext);
  return config.clusters.get(overrides.cluster || (chosen?.cluster ?? ""));
}

/** The namespace for what names none. */
export function defaultNamespace(config: Kubeconfig, overrides: Overrides): string {
  const chosen = config.contexts.get(overrides.context || config.currentContext);
  return overrides.namespace || chosen?.namespace || "default";
}

/** How to reach the cluster in use. Throws in client-go's words where the file does not say. */
export function connection(config: Kubeconfig, overrides: Overrides): Connection {
  const name = overrides.context || config.currentContext;
  const chosen = config.contexts.get(name);
  if (overrides.context !== "" && chosen === undefined)
    throw new Error(`context "${overrides.context}" does not exist`);
  const found = activeCluster(config, overrides);
  if (found?.server === undefined || found.server === "") {
    throw new Error(
      "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable",
    );
  }
  const who = config.users.get(chosen?.user ?? "") ?? {};
  if (who.exec !== undefined) {
    throw new Error(
      `user "${chosen?.user ?? ""}" logs in by a program (exec), which golive's offline stand-in does not run`,
    );
  }
  return {
    server: found.server.replace(/\/+$/, ""),
    namespace: defaultNamespace(config, overrides),
    ca: pem(found["certificate-authority-data"], found["certificate-authority"]),
    insecure: found["insecure-skip-tls-verify"] ?? false,
    serverName: found["tls-server-name"] ?? "",
    certificate: pem(who["client-certificate-data"], who["client-certificate"]),
    key: pem(who["client-key-data"], who["client-key"]),
    authorization: authorization(who),
  };
}

function pem(data: string | undefined, name: string | undefined): string {
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  return name === undefined || name === "" ? "" : readFileSync(name, "utf8");
}

function authorization(who: User): string {
  const token = who.token ?? (who.tokenFile === undefined ? "" : readFileSync(who.tokenFile, "utf8").trim());
  if (token !== "") return `Bearer ${token}`;
  if (who.username === undefined) return "";
  return `Basic ${Buffer.from(`${who.username}:${who.password ?? ""}`).toString("base64")}`;
}

/** A kubeconfig file's text for this one connection, for Helm. */
export function writeConnection(to: Connection): string {
  const base64 = (text: string): string | undefined =>
    text === "" ? undefined : Buffer.from(text).toString("base64");
  const [scheme, ...credentials] = to.authorization.split(" ");
  const [username, ...password] =
    scheme === "Basic" ? Buffer.from(credentials.join(" "), "base64").toString().split(":") : [];
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "golive",
    contexts: [{ name: "golive", context: { cluster: "golive", user: "golive", namespace: to.namespace } }],
    clusters: [
      {
        name: "golive",
        cluster: {
          server: to.server,
          "certificate-authority-data": base64(to.ca),
          "insecure-skip-tls-verify": to.insecure || undefined,
          "tls-server-name": to.serverName || undefined,
        },
      },
    ],
    users: [
      {
        name: "golive",
        user: {
          token: scheme === "Bearer" ? credentials.join(" ") : undefined,
          username,
          password: username === undefined ? undefined : password.join(":"),
          "client-certificate-data": base64(to.certificate),
          "client-key-data": base64(to.key),
        },
      },
    ],
  });
}
