/**
 * DSSE envelopes: a payload, and the ed25519 signature of its pre-authentication encoding.
 * https://github.com/secure-systems-lab/dsse (envelope.md, protocol.md)
 */
import { sign, verify, type KeyObject } from "node:crypto";
import * as z from "zod";
import { keyObject, publicKeyOf, type PublicKey } from "../keys";

export const PAYLOAD_TYPE = "application/vnd.in-toto+json";

/** The bytes of a payload, or why the envelope is refused: one sentence, without its full stop. */
export type Opened = { readonly payload: Buffer } | { readonly reason: string };

const envelopeSchema = z.strictObject({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.base64() })),
});

type Envelope = z.output<typeof envelopeSchema>;

/** What is signed: type and payload, each with its length, so that no other pair gives the same bytes. */
export function preAuthEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `),
    payload,
  ]);
}

/** The text of an envelope around `payload`. */
export function sealed(payload: Buffer, privateKey: KeyObject): string {
  const sig = sign(null, preAuthEncoding(PAYLOAD_TYPE, payload), privateKey).toString("base64");
  return written({
    payloadType: PAYLOAD_TYPE,
    payload: payload.toString("base64"),
    signatures: [{ keyid: publicKeyOf(privateKey).id, sig }],
  });
}

/** Opens an envelope that `key` sealed. One byte of its text changed, and it is refused. */
export function open(text: string, key: PublicKey): Opened {
  const envelope = parse(text);
  if ("reason" in envelope) return envelope;
  const [signature, ...others] = envelope.signatures;
  if (signature === undefined) return { reason: "it has no signature" };
  if (others.length > 0) {
    return { reason: `it has ${others.length + 1} signatures, of which a role makes one` };
  }
  if (envelope.payloadType !== PAYLOAD_TYPE) {
    return { reason: `its payloadType is ${JSON.stringify(envelope.payloadType)}, not ${PAYLOAD_TYPE}` };
  }
  if (signature.keyid !== key.id) return { reason: "it is signed by another key than the stack file has" };
  const payload = Buffer.from(envelope.payload, "base64");
  const encoded = preAuthEncoding(envelope.payloadType, payload);
  if (!verify(null, encoded, keyObject(key), Buffer.from(signature.sig, "base64"))) {
    return { reason: "its signature does not fit its payload: one of the two was altered" };
  }
  // Spaces, and bits of base64 that carry nothing, are under no signature.
  return text === written(canonical(envelope)) ? { payload } : { reason: "its text was altered since" };
}

function parse(text: string): Envelope | { readonly reason: string } {
  try {
    const parsed = envelopeSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    return { reason: `it is no DSSE envelope: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  } catch {
    return { reason: "it is no JSON" };
  }
}

function canonical({ payloadType, payload, signatures }: Envelope): Envelope {
  const again = (base64: string) => Buffer.from(base64, "base64").toString("base64");
  return {
    payloadType,
    payload: again(payload),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: again(sig) })),
  };
}

function written(envelope: Envelope): string {
  return `${JSON.stringify(envelope, null, 2)}\n`;
}
