/** Who may sign for a role. */
import type { PublicKey } from "../keys";
import type { Role } from "../line";

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
