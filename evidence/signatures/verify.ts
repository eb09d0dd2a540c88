/** Whether a signature holds: each way in which one does not is told in one sentence (rows G16, G17, L9). */
import type { Role } from "../line";
import type { ReleaseRecord } from "../record";
import { reportsFor, type LoadedRecord, type StoredSignature } from "../records";
import { differs, firstOf, jsonOf, ofTheFuture, openedBy, strangers, type Check } from "./checks";
import type { Signer, Signers } from "./signer";
import {
  APPROVAL_TYPE,
  COMPLETING_ROLES,
  COMPLETION_TYPE,
  recordDigest,
  statementSchema,
  subjectsOf,
  type Approval,
  type Completion,
  type Statement,
} from "./statement";

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
export async function verifyApprovals(
  loaded: LoadedRecord,
  judging: Judging,
): Promise<readonly SignatureVerdict<Approval>[]> {
  const stored = storedFor(loaded, judging.stack);
  const approvals = stored.flatMap(({ of, ...rest }) => (of === "completion" ? [] : [{ of, ...rest }]));
  return Promise.all(
    approvals.map(async (signature) => {
      const { of, file } = signature;
      const signed = await approvalIn(signature, loaded, judging);
      return "reason" in signed
        ? { of, file, valid: false, reason: signed.reason }
        : { of, file, valid: true, signed };
    }),
  );
}

/** The completion on the stack. `undefined`: the release is under way, or has not begun. */
export async function verifyCompletion(
  loaded: LoadedRecord,
  judging: Judging,
): Promise<SignatureVerdict<Completion, "completion"> | undefined> {
  const stored = storedFor(loaded, judging.stack).find(({ of }) => of === "completion");
  if (stored === undefined) return undefined;
  const given = { of: "completion", file: stored.file } as const;
  const signed = await completionIn(stored, loaded, judging);
  return "reason" in signed
    ? { ...given, valid: false, reason: signed.reason }
    : { ...given, valid: true, signed };
}

interface Refused {
  /** One sentence, without its full stop. */
  readonly reason: string;
}

const storedFor = ({ signatures }: LoadedRecord, stack: string) =>
  signatures.filter((signature) => signature.stack === stack);

async function approvalIn(
  stored: StoredSignature & { readonly of: Role },
  loaded: LoadedRecord,
  judging: Judging,
): Promise<Approval | Refused> {
  const { of } = stored;
  const signer = judging.signers[of];
  if (signer === undefined) return noSigner(loaded, [of]);
  const doubled = doubledRole(stored, loaded, judging) ?? doubledFile(stored, loaded);
  if (doubled !== undefined) return { reason: doubled };
  const statement = await statementOf(stored, signer, judging);
  if ("reason" in statement) return statement;
  if (statement.predicateType !== APPROVAL_TYPE) return { reason: "it is a completion, not an approval" };
  const signed = statement.predicate;
  const reason = firstOf([
    ...bindings(statement, loaded, judging),
    () => differs("commit", signed.commit, loaded.record.commit),
    () => differs("role", signed.role, of),
    () => strangers(signed, signer),
    () => byAuthor(signer, loaded.record.author),
    () => changedSince(signed, loaded, judging.stack),
    () => ofTheFuture("it is signed", signed.at, judging.now),
    () => expired(signed, judging),
  ]);
  return reason === undefined ? signed : { reason };
}

async function completionIn(
  stored: StoredSignature,
  loaded: LoadedRecord,
  judging: Judging,
): Promise<Completion | Refused> {
  const doubled = doubledFile(stored, loaded);
  if (doubled !== undefined) return { reason: doubled };
  const refusals: Refused[] = [];
  for (const role of COMPLETING_ROLES) {
    const signer = judging.signers[role];
    if (signer === undefined) continue;
    const statement = await statementOf(stored, signer, judging);
    if (!("reason" in statement)) return completionBy(role, signer, statement, loaded, judging);
    refusals.push(statement);
  }
  return refusals[0] ?? noSigner(loaded, COMPLETING_ROLES);
}

function completionBy(
  role: Role,
  signer: Signer,
  statement: Statement,
  loaded: LoadedRecord,
  judging: Judging,
): Completion | Refused {
  if (statement.predicateType !== COMPLETION_TYPE) return { reason: "it is an approval, not a completion" };
  const signed = statement.predicate;
  const reason = firstOf([
    ...bindings(statement, loaded, judging),
    () => differs("role", signed.by.role, role),
    () => strangers(signed.by, signer),
    () => implausible(signed, loaded.record),
    () => ofTheFuture("it ends", signed.end, judging.now),
  ]);
  return reason === undefined ? signed : { reason };
}

/** What an envelope or a bundle holds, where its signature is the signer's. */
async function statementOf(
  { form, text }: StoredSignature,
  signer: Signer,
  { trustedRoot }: Judging,
): Promise<Statement | Refused> {
  const opened = await openedBy(signer, form, text, trustedRoot);
  if ("reason" in opened) return opened;
  const given = jsonOf(opened.payload);
  const parsed = statementSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") ?? "";
  return { reason: `it signs no statement that golive knows: ${where}: ${issue?.message ?? ""}` };
}

/** What binds any statement to this release on this stack. */
function bindings(statement: Statement, { record }: LoadedRecord, { stack }: Judging): readonly Check[] {
  const { predicate, subject } = statement;
  return [
    () => differs("system", predicate.system, record.system),
    () => differs("version", predicate.version, record.version),
    () => differs("stack", predicate.stack, stack),
    () => otherImages(subject, subjectsOf(record)),
  ];
}

function otherImages(signed: Statement["subject"], expected: Statement["subject"]): string | undefined {
  const names = (subjects: Statement["subject"]) =>
    subjects.map(({ name, digest }) => `${name}@sha256:${digest.sha256}`).sort();
  const [found, wanted] = [names(signed), names(expected)];
  const missing = wanted.find((image) => !found.includes(image));
  if (missing !== undefined) return `it is not signed for the image ${missing}`;
  const more = found.find((image) => !wanted.includes(image));
  return more === undefined
    ? undefined
    : `it is signed for the image ${more}, which the record does not have`;
}

interface Person {
  readonly name: string;
  readonly account: string;
}

const alike = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

const isSamePerson = (a: Person, b: Person) => alike(a.account, b.account) || alike(a.name, b.name);

function byAuthor(signer: Signer, author: ReleaseRecord["author"]): string | undefined {
  if (!isSamePerson(signer, author)) return undefined;
  return `${signer.name} is the author of the release, and nobody approves a release of his own`;
}

function changedSince(
  { reports, record }: Approval,
  loaded: LoadedRecord,
  stack: string,
): string | undefined {
  const digests = new Map(reportsFor(loaded, stack).map(({ citation, digest }) => [citation.file, digest]));
  for (const [file, digest] of Object.entries(reports)) {
    const present = digests.get(file);
    if (present === undefined) return `${file} was taken out of the record after it was signed`;
    if (present !== digest) return `${file} was changed after it was signed`;
  }
  if (record === recordDigest(loaded.record, stack)) return undefined;
  return "release.yaml was changed after it was signed";
}

function expired({ at, expires }: Approval, { now, asOf = now }: Judging): string | undefined {
  if (Date.parse(expires) <= Date.parse(at)) return `it expires at ${expires}, before it was signed`;
  return Date.parse(expires) > asOf.getTime() ? undefined : `it expired at ${expires}`;
}

function implausible({ start, end, downtime }: Completion, { at }: ReleaseRecord): string | undefined {
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
  if (seconds < 0) return `it ends at ${end}, before its start at ${start}`;
  if (downtime > seconds) return `its downtime of ${downtime} s is longer than the ${seconds} s that it took`;
  return Date.parse(start) < Date.parse(at) ? `it starts at ${start}, before the build at ${at}` : undefined;
}

function noSigner({ record }: LoadedRecord, of: readonly Role[]): Refused {
  const field = `golive:${record.system}.evidence.signers`;
  return { reason: `the stack file names no signer for it: add ${of.join(" or ")} to ${field}` };
}

/** A role whose signer signs for another one too, by key or in person. */
function doubledRole(
  { of, stack }: StoredSignature & { readonly of: Role },
  loaded: LoadedRecord,
  { signers }: Judging,
): string | undefined {
  const signer = signers[of];
  const others = storedFor(loaded, stack).flatMap((other) => (other.of === "completion" ? [] : [other.of]));
  for (const role of others) {
    const other = signers[role];
    if (role === of || signer === undefined || other === undefined) continue;
    if (identityOf(signer) === identityOf(other)) return `${of} and ${role} sign with one key`;
    if (isSamePerson(signer, other)) return `${signer.name} signs for ${of} and for ${role}`;
  }
  return undefined;
}

function identityOf(signer: Signer): string {
  return "key" in signer ? signer.key.id : `${signer.sigstore.issuer} ${signer.sigstore.identity}`;
}

function doubledFile({ of, stack, file }: StoredSignature, loaded: LoadedRecord): string | undefined {
  const other = storedFor(loaded, stack).find((each) => each.of === of && each.file !== file);
  return other === undefined ? undefined : `there are two of them, ${other.file} too: remove one`;
}
