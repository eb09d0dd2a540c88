/** AWS for tests: moto (https://docs.getmoto.org) on a free loopback port. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { cacheRoot, makeWhole, repositoryRoot } from "./cache";
import { step, type Say } from "./progress";

const run = promisify(execFile);
const HOME = path.join(repositoryRoot, "engine", "tools", "moto");
const REQUIREMENTS = path.join(HOME, "requirements.txt");

/** A running moto. */
export interface Moto {
  /** `http://127.0.0.1:PORT`, for every service. */
  readonly url: string;
  /** The Python that runs it; beside moto it has AWS's own command line, version 1 (`-m awscli`). */
  readonly python: string;
  /** Ends it; resolves once it is gone. */
  stop(): Promise<void>;
}

/** What the server should pretend. */
export interface MotoOptions {
  /** The account that resources belong to. Default: 123456789012, moto's own. */
  readonly accountId?: string;
}

/** moto could not be installed or did not start. */
export class MotoError extends Error {
  override readonly name = "MotoError";
}

/**
 * Starts moto; installs it first where golive's cache has no copy of the pinned version (a Python environment,
 * from PyPI, by pip). It ends with this process, however this process ends.
 *
 * Errors: {@link MotoError} where python3 or pip fails, with their own words.
 */
export async function startMoto({ accountId }: MotoOptions = {}): Promise<Moto> {
  const python = await motoPython();
  // Seconds after which moto issues a certificate; its own default is a minute.
  const settings = {
    MOTO_ACM_VALIDATION_WAIT: "1",
    ...(accountId !== undefined && { MOTO_ACCOUNT_ID: accountId }),
  };
  const env = { ...process.env, ...settings };
  const child = spawn(python, ["-I", path.join(HOME, "serve.py")], { stdio: "pipe", env });
  const port = await step("starting moto", () => firstLine(child));
  return { url: `http://127.0.0.1:${port}`, python, stop: () => stop(child) };
}

/** The Python of an environment that holds moto. */
async function motoPython(): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex");
  const target = path.join(cacheRoot(), "moto", digest.slice(0, 16));
  const built = await readdir(target).catch(() => []);
  if (built.length === 0) {
    await step("installing moto (PyPI)", (say) => makeWhole(target, (folder) => install(folder, say)));
  }
  return path.join(target, "bin", "python");
}

async function install(folder: string, say: Say): Promise<void> {
  try {
    say("python3 -m venv");
    await run("python3", ["-m", "venv", folder]);
    say("pip install");
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"];
    await run(path.join(folder, "bin", "python"), ["-m", "pip", "install", ...quiet, "-r", REQUIREMENTS]);
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new MotoError(
      `moto, which plays AWS in tests, could not be installed: ${said || String(error)}\n` +
        "It needs Python 3.9 or later with venv, and PyPI.",
    );
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new MotoError("moto has no output");
  let said = "";
  stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  return new Promise((resolve, reject) => {
    createInterface(stdout).once("line", resolve);
    child.once("error", (error) =>
      reject(
        new MotoError(
          `moto cannot be started: ${error.message}. Delete ${path.join(cacheRoot(), "moto")}, and it is installed anew.`,
        ),
      ),
    );
    child.once("exit", (code) =>
      reject(new MotoError(`moto ended at once (exit code ${code ?? "none"}): ${said}`)),
    );
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  await gone;
}
