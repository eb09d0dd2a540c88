// The helm binary: GOLIVE_HELM, else on PATH.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HelmSettings } from "../settings";
import { writeConnection, type Connection } from "../kubeconfig";

/** Helm failed; the message is Helm's, without its prefixes. */
export class HelmError extends Error {}

/** How to run helm. */
export interface Helm {
  readonly connection: Connection;
  readonly settings: HelmSettings;
  readonly signal: AbortSignal;
}

/** Runs helm with files beside it (by name, e.g. `values.json`); `args` may name them as `{file}`. Gives its output. */
export async function helm(
  { connection, settings, signal }: Helm,
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "golive-helm-"));
  try {
    const all = { ...files, kubeconfig: writeConnection(connection) };
    for (const [name, text] of Object.entries(all))
      await writeFile(path.join(folder, name), text, { mode: 0o600 });
    const placed = args.map((arg) => arg.replace(/^\{(.+)\}$/, (_, name: string) => path.join(folder, name)));
    return await run(placed, environment(settings, path.join(folder, "kubeconfig")), signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function environment(settings: HelmSettings, kubeconfig: string): NodeJS.ProcessEnv {
  const set = (name: string, value: string): NodeJS.ProcessEnv => (value === "" ? {} : { [name]: value });
  return {
    ...process.env,
    KUBECONFIG: kubeconfig,
    ...set("HELM_DRIVER", settings.driver),
    ...set("HELM_PLUGINS", settings.pluginsPath),
    ...set("HELM_REGISTRY_CONFIG", settings.registryConfigPath),
    ...set("HELM_REPOSITORY_CONFIG", settings.repositoryConfigPath),
    ...set("HELM_REPOSITORY_CACHE", settings.repositoryCache),
  };
}

const MAX_OUTPUT = 256 * 1024 * 1024;

function run(args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const executable = process.env["GOLIVE_HELM"] || "helm";
  return new Promise((resolve, reject) => {
    // SIGINT lets helm mark the release as failed, and roll back an atomic one.
    const options = { env, signal, killSignal: "SIGINT", maxBuffer: MAX_OUTPUT } as const;
    execFile(executable, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new HelmError(
            Reflect.get(error, "code") === "ENOENT" ? missing(executable) : reason(stderr, error),
          ),
        );
    });
  });
}

const missing = (executable: string): string =>
  `helm was not found (${executable}): install Helm 3.14 or later, or set GOLIVE_HELM to its path`;

function reason(stderr: string, error: Error): string {
  const lines = stderr.split("\n");
  const start = lines.findIndex((line) => line.startsWith("Error: "));
  const text = start < 0 ? stderr.trim() : lines.slice(start).join("\n").trim();
  return text.replace(/^Error: (?:(?:INSTALLATION|UPGRADE) FAILED: )?/, "") || error.message;
}
