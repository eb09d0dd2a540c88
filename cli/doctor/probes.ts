/** How `golive doctor` measures: each probe asks one thing outside the process, within a limit of time. */
import { execFile } from "node:child_process";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { z } from "zod";
import { awsProbe, type AwsProbe } from "./aws";
import { presentProgram, type Present } from "./present";

const run = promisify(execFile);

const LIMIT_MS = 10_000;

/** What a program or a server answered, or why it did not. */
export type Outcome = { readonly text: string } | { readonly failure: string };

export interface ServedCertificate {
  readonly from: Date;
  readonly to: Date;
  /** Why a client would not trust it: unknown issuer, other host. */
  readonly distrust?: string;
}

export interface Probes {
  readonly now: Date;
  readonly nodeVersion: string;
  /** A program that is on this machine already; nothing is downloaded or built. */
  program(name: string): Promise<Present | undefined>;
  /** Standard output of a program. */
  run(executable: string, args: readonly string[]): Promise<Outcome>;
  /** The certificate that a host serves. Errors: no connection or no handshake within the limit. */
  certificate(host: string, port?: number): Promise<ServedCertificate>;
  /** HTTP status of a GET, redirects not followed. Errors: no answer within the limit. */
  status(url: string): Promise<number>;
  /** AWS, or undefined where there are no credentials to ask it with. */
  readonly aws: AwsProbe | undefined;
}

export interface ProbeOptions {
  /** What each question may take. Default: 10 s. */
  readonly limitMs?: number;
  /** The only issuers of certificates to trust, as PEM. Default: those of Node.js and NODE_EXTRA_CA_CERTS. */
  readonly issuers?: string;
}

/** Probes of the real world. */
export const realProbes = ({ limitMs = LIMIT_MS, issuers }: ProbeOptions = {}): Probes => ({
  now: new Date(),
  nodeVersion: process.versions.node,
  program: presentProgram,
  run: (executable, args) => runProgram(executable, args, limitMs),
  certificate: (host, port = 443) => servedCertificate({ host, port, ca: issuers }, limitMs),
  status: async (url) =>
    (await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(limitMs) })).status,
  aws: awsProbe(limitMs),
});

const failedRun = z.object({
  stderr: z.string().optional(),
  killed: z.boolean().optional(),
  message: z.string(),
});

async function runProgram(executable: string, args: readonly string[], limitMs: number): Promise<Outcome> {
  try {
    const { stdout } = await run(executable, [...args], { timeout: limitMs, maxBuffer: 64 * 1024 * 1024 });
    return { text: stdout };
  } catch (error) {
    const { stderr, killed, message } = failedRun.parse(error);
    if (killed) return { failure: `no answer within ${limitMs / 1000} s` };
    return { failure: stderr?.trim().split("\n").pop() || message };
  }
}

interface Peer {
  readonly host: string;
  readonly port: number;
  readonly ca: string | undefined;
}

function servedCertificate(peer: Peer, limitMs: number): Promise<ServedCertificate> {
  const { host, port } = peer;
  return new Promise((resolve, reject) => {
    const socket = connect({ ...peer, servername: host, rejectUnauthorized: false });
    const timer = setTimeout(
      () => socket.destroy(new Error(`${host}:${port}: no TLS handshake within ${limitMs / 1000} s`)),
      limitMs,
    );
    socket.once("error", reject);
    socket.once("close", () => clearTimeout(timer));
    socket.once("secureConnect", () => {
      const { valid_from, valid_to } = socket.getPeerCertificate();
      const distrust = socket.authorized ? {} : { distrust: String(socket.authorizationError) };
      resolve({ from: new Date(valid_from), to: new Date(valid_to), ...distrust });
      socket.destroy();
    });
  });
}
