/** `golive release sign`: a role's approval of one version for one stack (rows G16, L9). */
import { checklistOf } from "../../evidence/checklists";
import { linesOf } from "../../evidence/judge";
import { roles, type Moment, type Role, type Way } from "../../evidence/line";
import { evidenceFor } from "../../evidence/records";
import { approvalOf, verifyApprovals, type Approval } from "../../evidence/signatures";
import { UserError } from "../user-error";
import { namedRecord, signerOf, type Named } from "./checkout";
import { keep, seal } from "./seal";

export interface Signing extends Named {
  readonly stack: string;
  readonly role: string;
  /** File of the private key. Not set: by Sigstore, with the token of a CI job. */
  readonly key?: string | undefined;
  /** Days for which the approval holds. */
  readonly days: number;
  /** Ids of the checklist's lines that are signed. @default - all that the role signs and that are due */
  readonly lines?: readonly string[] | undefined;
  /** What is due: nobody signs before the release what is seen after it. @default "before" */
  readonly due?: string | undefined;
  /** @default - the present */
  readonly now?: Date;
}

/** An approval that was signed. */
export interface Signed {
  /** Relative to the record's folder. */
  readonly file: string;
  readonly approval: Approval;
}

const DAY = 86_400_000;

/**
 * Signs a record for a stack.
 *
 * @throws {UserError} where a report is not believed, and where the signature would be refused: its reason. Nothing is
 * written then.
 */
export async function signRelease(signing: Signing): Promise<Signed> {
  const { stack, days, key, now = new Date() } = signing;
  const role = roleOf(signing.role);
  const lines = linesToSign(signing, role);
  const loaded = namedRecord(signing);
  const [disbelief] = evidenceFor(loaded, stack).disbeliefs;
  if (disbelief !== undefined) {
    throw new UserError(`${disbelief.file} ${disbelief.problem}: attest another before you sign`);
  }
  const signer = signerOf(signing, stack, role);
  const { name, account } = signer;
  const expires = new Date(now.getTime() + days * DAY);
  const statement = approvalOf(loaded, { stack, role, name, account, lines, at: now, expires });
  const sealed = await seal({ loaded, stack, of: role, statement, signer, key });
  const verdicts = await verifyApprovals(sealed.loaded, { stack, signers: { [role]: signer }, now });
  const verdict = verdicts.find(({ of }) => of === role);
  if (verdict?.valid !== true) {
    throw new UserError(
      `${name} cannot sign ${role} for ${stack} so: ${verdict?.reason ?? "nothing was signed"}`,
    );
  }
  keep(sealed);
  return { file: verdict.file, approval: verdict.signed };
}

/** `golive release sign …`: signs, and says what was signed. */
export async function signCommand(signing: Signing): Promise<void> {
  const { file, approval } = await signRelease(signing);
  const { person, role, system, version, stack, lines, reports, expires } = approval;
  console.log(
    [
      `${person} (${role}) approves ${system} ${version} for ${stack}, until ${expires}: ${file}`,
      `  lines: ${lines.join(", ") || "none"}`,
      `  reports: ${Object.keys(reports).join(", ") || "none"}`,
    ].join("\n"),
  );
}

const MOMENTS = ["before", "during", "after"] as const satisfies readonly Moment[];

/** @throws {UserError} for a line that the checklist does not have the role sign on the stack. */
function linesToSign({ system, stack, lines, due = "before" }: Signing, role: Role): readonly string[] {
  const last = MOMENTS.findIndex((moment) => moment === due);
  if (last === -1) throw new UserError(`--due ${JSON.stringify(due)}: expected one of ${MOMENTS.join(", ")}`);
  const checklist = checklistOf(system);
  const known = (checklist === undefined ? [] : linesOf(checklist, stack)).filter(({ way }) =>
    asksFor(way, role),
  );
  const stranger = lines?.find((given) => !known.some(({ id }) => id === given));
  if (stranger !== undefined) {
    const choice =
      known.length === 0 ? "it signs none there" : `expected one of ${known.map(({ id }) => id).join(", ")}`;
    throw new UserError(
      `${role} does not sign ${JSON.stringify(stranger)} of ${system} on ${stack}: ${choice}`,
    );
  }
  return lines ?? known.filter(({ moment }) => MOMENTS.indexOf(moment) <= last).map(({ id }) => id);
}

function asksFor(way: Way, role: Role): boolean {
  if ("ways" in way) return way.ways.some((inner) => asksFor(inner, role));
  return way.by === "sign-off" && way.role === role;
}

/** @throws {UserError} for a role that is none. */
export function roleOf(given: string): Role {
  const role = roles.find((each) => each === given);
  if (role !== undefined) return role;
  throw new UserError(`${JSON.stringify(given)} is no role: expected one of ${roles.join(", ")}`);
}
