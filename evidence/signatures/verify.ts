/** Whether a signature holds: each way in which one does not is told in one sentence (rows G16, G17, L9). */
import type { PublicKey } from "../keys";
import type { Role } from "../line";
import type { LoadedRecord } from "../records";
import type { Approval, Completion } from "./predicate";

/** Who signs by Sigstore: whom the issuer of the certificate knows. */
export interface SigstoreIdentity {
  /** Issuer of the OpenID Connect token, e.g. https://token.actions.githubusercontent.com. */
  readonly issuer: string;
  /** E-mail address or URI of the certificate. */
  readonly identity: string;
}

/** Who may sign for a role, as the stack file has it. */
export type Signer = {
  readonly name: string;
  /** Account of the forge. */
  readonly account: string;
} & ({ readonly key: PublicKey } | { readonly sigstore: SigstoreIdentity });

export type Signers = Readonly<Partial<Record<Role, Signer>>>;

/** What signatures are judged by. */
export interface Judging {
  readonly stack: string;
  readonly signers: Signers;
  /** The present: nothing is signed after it. */
  readonly now: Date;
  /** Instant at which an approval must not have expired. @default - `now` */
  readonly asOf?: Date;
  /** File with Sigstore's trusted root. @default - it is asked for by TUF, from Sigstore's own mirror */
  readonly trustedRoot?: string;
}

/** What became of a signature. */
export type SignatureVerdict<Signed, Of = Role> =
  | { readonly of: Of; readonly file: string; readonly valid: true; readonly signed: Signed }
  /** `reason` is one sentence, without its full stop. */
  | { readonly of: Of; readonly file: string; readonly valid: false; readonly reason: string };

/** Every approval that lies in the record for the stack: valid, or refused with its reason. None: nobody signed. */
export function verifyApprovals(
  loaded: LoadedRecord,
  judging: Judging,
): Promise<readonly SignatureVerdict<Approval>[]> {
  return Promise.reject(new Error(loaded.folder + judging.stack));
}

/** The completion on the stack. `undefined`: the release is under way, or has not begun. */
export function verifyCompletion(
  loaded: LoadedRecord,
  judging: Judging,
): Promise<SignatureVerdict<Completion, "completion"> | undefined> {
  return Promise.reject(new Error(loaded.folder + judging.stack));
}
