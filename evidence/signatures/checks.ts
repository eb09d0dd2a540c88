/** What is checked of any signed statement, each failure told in one sentence without its full stop. */
import { open, type Opened } from "./envelope";
import type { Signer } from "./signer";

/** Most that a signer's clock may be ahead: milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

/** What an envelope or a bundle holds, where its signature is the signer's. */
export async function openedBy(
  signer: Signer,
  form: "dsse" | "sigstore",
  text: string,
  trustedRoot: string | undefined,
): Promise<Opened> {
  if ("key" in signer) {
    if (form === "dsse") return open(text, signer.key);
    return { reason: "it is a bundle of Sigstore, and the stack file has a key" };
  }
  if (form === "dsse")
    return { reason: "it is signed by a key, and the stack file has an identity of Sigstore" };
  const { openBundle } = await import("./sigstore");
  return openBundle(text, signer.sigstore, trustedRoot);
}

/** What a payload says; undefined where it is no JSON. */
export function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}

export type Check = () => string | undefined;

/** What the first check that fails says. */
export function firstOf(checks: readonly Check[]): string | undefined {
  for (const check of checks) {
    const reason = check();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

export function differs(what: string, signed: string, expected: string): string | undefined {
  return signed === expected ? undefined : `it is signed for ${what} ${signed}, not ${expected}`;
}

/** Another person than the one whom the stack file names. */
export function strangers(
  signed: { readonly person: string; readonly account: string },
  { name, account }: Signer,
): string | undefined {
  if (signed.person === name && signed.account === account) return undefined;
  return `it is signed by ${signed.person} (${signed.account}), and the stack file has ${name} (${account})`;
}

export function ofTheFuture(what: string, at: string, now: Date): string | undefined {
  if (Date.parse(at) <= now.getTime() + CLOCK_SKEW) return undefined;
  return `${what} at ${at}, which is yet to come`;
}
