/** Seals values as `kubeseal --raw --scope namespace-wide` does. https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md */
import { constants, createCipheriv, generateKeyPairSync, publicEncrypt, randomBytes } from "node:crypto";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** RSA-OAEP of a session key, labelled by the namespace, then AES-GCM; its nonce is of zeros, for a key is used once. */
export function seal(value: string, namespace: string): string {
  const session = randomBytes(32);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const oaepLabel = Buffer.from(namespace);
  const key = publicEncrypt({ key: publicKey, padding, oaepHash: "sha256", oaepLabel }, session);
  const cipher = createCipheriv("aes-256-gcm", session, Buffer.alloc(12));
  const text = Buffer.concat([cipher.update(value), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(key.length);
  return Buffer.concat([length, key, text]).toString("base64");
}
