/** `golive release complete`: the signed end of a release on a stack (row G17). */
import { COMPLETING_ROLES, type Completion } from "../../evidence/signatures/statement";
import { completionOf, verifyCompletion } from "../../evidence/signatures";
import { UserError } from "../user-error";
import { namedRecord, signerOf, type Named } from "./checkout";
import { keep, seal } from "./seal";

export interface Completing extends Named {
  readonly stack: string;
  readonly role: string;
  readonly key?: string | undefined;
  /** ISO 8601, with the zone. */
  readonly start: string;
  /** ISO 8601, with the zone. @default - now */
  readonly end?: string | undefined;
  /** Seconds. */
  readonly downtime: number;
  readonly incidents: readonly string[];
  readonly state: string;
  /** @default - the present */
  readonly now?: Date;
}

const STATES = ["succeeded", "rolled-back"] as const satisfies readonly Completion["state"][];

/**
 * Signs the completion of a release on a stack. Gives it with its file, relative to the record's folder.
 *
 * @throws {UserError} where it would be refused: its reason. Nothing is written then.
 */
export async function completeRelease(
  completing: Completing,
): Promise<{ readonly file: string; readonly completion: Completion }> {
  const { stack, key, start, downtime, incidents, now = new Date() } = completing;
  const role = oneOf("role", completing.role, COMPLETING_ROLES);
  const state = oneOf("state", completing.state, STATES);
  const loaded = namedRecord(completing);
  const signer = signerOf(completing, stack, role);
  const by = { role, person: signer.name, account: signer.account };
  const end = completing.end ?? now.toISOString();
  const statement = completionOf(loaded, {
    stack,
    start,
    end,
    downtime,
    incidents: [...incidents],
    state,
    by,
  });
  const sealed = await seal({ loaded, stack, of: "completion", statement, signer, key });
  const verdict = await verifyCompletion(sealed.loaded, { stack, signers: { [role]: signer }, now });
  if (verdict?.valid !== true) {
    throw new UserError(
      `The completion on ${stack} cannot be signed so: ${verdict?.reason ?? "nothing was signed"}`,
    );
  }
  keep(sealed);
  return { file: verdict.file, completion: verdict.signed };
}

/** `golive release complete …`: signs, and says how the release ended. */
export async function completeCommand(completing: Completing): Promise<void> {
  const { file, completion } = await completeRelease(completing);
  const { system, version, stack, state, start, end, downtime, incidents } = completion;
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
  console.log(
    [
      `${system} ${version} on ${stack}: ${state}, ${start} to ${end} (${minutes} min), ${downtime} s of downtime: ${file}`,
      ...incidents.map((incident) => `  incident: ${incident}`),
    ].join("\n"),
  );
}

function oneOf<Name extends string>(what: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  throw new UserError(`${what} ${JSON.stringify(given)}: expected one of ${names.join(", ")}`);
}
