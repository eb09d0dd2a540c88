/** Keys that sign (ed25519, RFC 8032), and their texts in the stack file. Pure. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Parsed } from "../settings/parsed";

/** A public key. */
export interface PublicKey {
  /** Base64 of the 32 bytes, as the stack file has it. */
  readonly text: string;
  /** SHA-256 of the 32 bytes, in hexadecimal: what an envelope names the key by. */
  readonly id: string;
}

/** A new pair. */
export interface KeyPair {
  readonly publicKey: PublicKey;
  /** PKCS #8 in PEM: to be kept by the one who signs, and nowhere else. */
  readonly privateKey: string;
}

const EXPECTED =
  "expected an ed25519 public key: base64 of its 32 bytes, or PEM; golive release keys makes a pair";

const BYTES = 32;

/** A public key by its text: base64 of the raw 32 bytes, or SPKI in PEM. */
export function parsePublicKey(text: string): Parsed<PublicKey> {
  const given = text.trim();
  if (given.includes("PRIVATE KEY")) {
    return { problem: `${EXPECTED}; this is a private key: make another pair, for this one is known now` };
  }
  const key = given.startsWith("-----BEGIN") ? fromPem(given) : fromRaw(given);
  return key === undefined ? { problem: EXPECTED } : { value: publicKeyOf(key) };
}

/** The key that `node:crypto` takes. */
export function keyObject({ text }: PublicKey): KeyObject {
  return createPublicKey({ key: jwk(text), format: "jwk" });
}

/** A new pair. */
export function newKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKeyOf(publicKey),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

/** The public half of any ed25519 key. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const { x = "" } = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  const raw = Buffer.from(x, "base64url");
  return { text: raw.toString("base64"), id: createHash("sha256").update(raw).digest("hex") };
}

function jwk(base64: string) {
  return { kty: "OKP", crv: "Ed25519", x: Buffer.from(base64, "base64").toString("base64url") };
}

function fromRaw(text: string): KeyObject | undefined {
  const raw = Buffer.from(text, "base64");
  if (raw.length !== BYTES || raw.toString("base64") !== text) return undefined;
  return attempt(() => createPublicKey({ key: jwk(text), format: "jwk" }));
}

function fromPem(text: string): KeyObject | undefined {
  const key = attempt(() => createPublicKey(text));
  return key?.asymmetricKeyType === "ed25519" ? key : undefined;
}

function attempt(make: () => KeyObject): KeyObject | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
