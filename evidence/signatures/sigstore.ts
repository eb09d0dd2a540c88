/**
 * Bundles of Sigstore (https://docs.sigstore.dev/about/bundle/): a DSSE envelope, the certificate of its key and the
 * entry of the transparency log. Loaded where one is verified or made, and not before.
 */
import { readFileSync } from "node:fs";
import { bundleFromJSON, isBundleWithDsseEnvelope } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { getTrustedRoot } from "@sigstore/tuf";
import { Verifier, toSignedEntity, toTrustMaterial } from "@sigstore/verify";
import { attest, type SignOptions } from "sigstore";
import { PAYLOAD_TYPE, type Opened } from "./envelope";
import type { Statement } from "./statement";
import type { StepStatement } from "./step";
import type { SigstoreIdentity } from "./signer";

/** Opens a bundle that `identity` made; the trusted root is a file's, or asked for by TUF. */
export async function openBundle(
  text: string,
  identity: SigstoreIdentity,
  trustedRoot?: string,
): Promise<Opened> {
  try {
    const bundle = bundleFromJSON(JSON.parse(text));
    if (!isBundleWithDsseEnvelope(bundle)) return { reason: "its bundle has no DSSE envelope" };
    const { payload, payloadType } = bundle.content.dsseEnvelope;
    if (payloadType !== PAYLOAD_TYPE) {
      return { reason: `its payloadType is ${JSON.stringify(payloadType)}, not ${PAYLOAD_TYPE}` };
    }
    const root = trustedRoot === undefined ? await getTrustedRoot() : readRoot(trustedRoot);
    const signer = new Verifier(toTrustMaterial(root)).verify(toSignedEntity(bundle));
    // The library's own policy takes the identity for a regular expression, which another's could match.
    const found = {
      identity: signer.identity?.subjectAlternativeName,
      issuer: signer.identity?.extensions?.issuer,
    };
    if (found.identity === identity.identity && found.issuer === identity.issuer) return { payload };
    return {
      reason:
        `it is signed by ${found.identity ?? "nobody"} of ${found.issuer ?? "no issuer"}, ` +
        `and the stack file has ${identity.identity} of ${identity.issuer}`,
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { reason: `Sigstore refuses it: ${error.message}` };
  }
}

/**
 * The text of the bundle that holds a statement: signed by the token of a CI job, or the one that is given.
 *
 * @throws {Error} of Sigstore's own, where there is no token, or Fulcio or Rekor cannot be reached.
 */
export async function bundleOf(
  statement: Statement | StepStatement,
  options: SignOptions = {},
): Promise<string> {
  const bundle = await attest(Buffer.from(JSON.stringify(statement)), PAYLOAD_TYPE, options);
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

function readRoot(file: string): TrustedRoot {
  return TrustedRoot.fromJSON(JSON.parse(readFileSync(file, "utf8")));
}
