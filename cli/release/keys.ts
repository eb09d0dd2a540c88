/** `golive release keys`: makes the pair of keys that a person signs with (row G16). */
import { writeFileSync } from "node:fs";
import { newKeyPair, type PublicKey } from "../../evidence/keys";
import { UserError } from "../user-error";

/**
 * Writes a new private key, which only its owner may read, and gives the public one.
 *
 * @throws {UserError} where the file is there already: a key that is lost signs nothing again.
 */
export function makeKeys(file: string): PublicKey {
  const { publicKey, privateKey } = newKeyPair();
  try {
    writeFileSync(file, privateKey, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new UserError(`${file} is there already: name another file by --out, or remove it first`);
  }
  return publicKey;
}

/** `golive release keys --out FILE`: makes a pair, and prints the line of the stack file. */
export function keysCommand(file: string): void {
  const { text } = makeKeys(file);
  console.log(
    [
      `${file} holds the private key: keep it, and give it to nobody.`,
      "The public key goes into the stack file, below golive:<system>.evidence.signers:",
      "",
      `  <role>: { name: <name>, account: <account of the forge>, key: ${text} }`,
    ].join("\n"),
  );
}
