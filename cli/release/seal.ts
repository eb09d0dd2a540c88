/** Signs a statement, and keeps the signature only where it will be believed. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LoadedRecord, StoredSignature } from "../../evidence/records";
import { parsePrivateKey, signStatement, type Signer, type StepStatement } from "../../evidence/signatures";
import type { Statement } from "../../evidence/signatures/statement";
import { UserError } from "../user-error";

/** A statement to be signed. */
export interface Signing {
  readonly of: StoredSignature["of"];
  readonly statement: Statement | StepStatement;
  readonly signer: Signer;
  /** File of the private key. Not set: by Sigstore, with the token of a CI job. */
  readonly key?: string | undefined;
}

/** A signature to be made. */
export interface Sealing extends Signing {
  readonly loaded: LoadedRecord;
  readonly stack: string;
}

/** The record with the new signature in place of the old one; the signature is not written yet. */
export interface Sealed {
  readonly loaded: LoadedRecord;
  readonly signature: StoredSignature;
}

/** @throws {UserError} where the key cannot be read, or is none, or is not the kind that the stack file has. */
export async function seal(sealing: Sealing): Promise<Sealed> {
  const { loaded, stack, of, signer } = sealing;
  const form = "key" in signer ? "dsse" : "sigstore";
  const text = await signedText(sealing);
  const signature = { stack, of, form, file: `signatures/${stack}/${of}.${form}.json`, text } as const;
  const others = loaded.signatures.filter(({ file }) => file !== signature.file);
  return { loaded: { ...loaded, signatures: [...others, signature] }, signature };
}

/**
 * The envelope of a statement, or its bundle, by the kind of signer that the stack file has.
 *
 * @throws {UserError} where the key cannot be read, or is none, or is not the kind that the stack file has.
 */
export const signedText = async (signing: Signing): Promise<string> =>
  "key" in signing.signer ? withKey(signing) : withSigstore(signing);

/** Writes a signature into its record. */
export function keep({ loaded, signature }: Sealed): void {
  const file = path.join(loaded.folder, signature.file);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, signature.text);
}

function withKey({ statement, signer, of, key }: Signing): string {
  if (key === undefined) throw new UserError(`${signer.name} signs ${of} by a key: name its file by --key`);
  const parsed = parsePrivateKey(keyText(key));
  if ("problem" in parsed) throw new UserError(`${key}: ${parsed.problem}`);
  return signStatement(statement, parsed.value);
}

async function withSigstore({ statement, signer, of, key }: Signing): Promise<string> {
  if (key !== undefined) {
    throw new UserError(`${signer.name} signs ${of} by Sigstore, as the stack file has it: leave --key out`);
  }
  const { bundleOf } = await import("../../evidence/signatures/sigstore");
  return bundleOf(statement).catch((error: unknown) => {
    throw new UserError(`Sigstore does not sign: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function keyText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read: expected the private key that golive release keys wrote`);
  }
}
