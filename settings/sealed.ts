/** Values sealed for git, as `kubeseal --raw` prints them. Pure. */
import type { Parsed } from "./parsed";

declare const sealedText: unique symbol;

/** A value that the cluster's sealed-secrets controller alone can open, in base64. */
export type SealedText = string & { readonly [sealedText]: true };

/** Base64 of at least a session key. */
export const SEALED_PATTERN = "^[A-Za-z0-9+/]{172,}={0,2}$";
const SEALED = new RegExp(SEALED_PATTERN);
/** Bytes that say how long the encrypted session key is. */
const PREFIX = 2;
/** The shortest RSA key that is worth the name is of 1024 bits. */
const SHORTEST_KEY = 128;

/**
 * Two bytes with the length of the session key, the session key under the controller's RSA key, and the value under the
 * session key. https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
function isSealed(text: string): text is SealedText {
  if (!SEALED.test(text)) return false;
  const bytes = Buffer.from(text, "base64");
  const keyLength = bytes.readUInt16BE();
  return keyLength >= SHORTEST_KEY && bytes.length > PREFIX + keyLength;
}

/** What `kubeseal --raw` printed; a plain value is refused. */
export function parseSealed(text: string): Parsed<SealedText> {
  if (isSealed(text)) return { value: text };
  return { problem: "expected what kubeseal --raw --scope namespace-wide prints, starting with Ag" };
}
