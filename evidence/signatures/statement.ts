/** What is signed: an in-toto Statement v1 whose subjects are the release's images (rows G16, G17, L9). */
import * as z from "zod";
import { digestOfValue } from "../digest";
import type { FindingKind } from "../fact";
import { roles, type Role } from "../line";
import type { ReleaseRecord } from "../record";
import { reportsFor, type LoadedRecord } from "../records";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const APPROVAL_TYPE = "https://golive.dev/attestation/approval/v1";
export const COMPLETION_TYPE = "https://golive.dev/attestation/completion/v1";

export const filled = z.string().min(1);
export const instant = z.iso.datetime({ offset: true });
const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** A role's approval of one version for one stack. */
export const approvalSchema = z.strictObject({
  system: filled,
  version: filled,
  commit: filled,
  stack: filled,
  role: z.enum(roles),
  person: filled,
  account: filled,
  /** Ids of the checklist's lines that are signed. */
  lines: z.array(filled),
  /** The reports that were there, by file, with their digests; those of the hour left out: `boundReports`. */
  reports: z.record(z.string(), sha256),
  /** Digest of what the record says of the release on the stack: `recordDigest`. */
  record: sha256,
  at: instant,
  expires: instant,
});

/** Roles of which one completes a release. */
export const COMPLETING_ROLES = ["devops", "release-manager"] as const satisfies readonly Role[];

/** How a release ended. */
export const completionSchema = z.strictObject({
  system: filled,
  version: filled,
  stack: filled,
  start: instant,
  end: instant,
  /** Seconds. */
  downtime: z.number().min(0),
  incidents: z.array(filled),
  state: z.enum(["succeeded", "rolled-back"]),
  by: z.strictObject({ role: z.enum(COMPLETING_ROLES), person: filled, account: filled }),
});

export type Approval = z.output<typeof approvalSchema>;
export type Completion = z.output<typeof completionSchema>;

const subject = z.strictObject({
  name: filled,
  digest: z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

/** The schema of a statement with its predicate. */
export const statement = <Type extends string, Predicate extends z.ZodType>(
  type: Type,
  predicate: Predicate,
) =>
  z.strictObject({
    _type: z.literal(STATEMENT_TYPE),
    subject: z.array(subject),
    predicateType: z.literal(type),
    predicate,
  });

/** Every statement that golive knows. */
export const statementSchema = z.discriminatedUnion("predicateType", [
  statement(APPROVAL_TYPE, approvalSchema),
  statement(COMPLETION_TYPE, completionSchema),
]);

export type Statement = z.output<typeof statementSchema>;

/** The images of a record as a statement's subjects. */
export function subjectsOf({ images }: ReleaseRecord): Statement["subject"] {
  return images.map(({ repository, digest }) => ({
    name: repository,
    digest: { sha256: digest.replace("sha256:", "") },
  }));
}

/** What is read in the hour of the release, after its approvals, and again where that hour moves. */
const OF_THE_HOUR: readonly FindingKind[] = ["alerts", "preflight", "readings", "restore-point"];

/** The reports that an approval binds, by file, with their digests. */
export function boundReports(loaded: LoadedRecord, stack: string): Readonly<Record<string, string>> {
  const bound = reportsFor(loaded, stack).filter(({ citation }) => !OF_THE_HOUR.includes(citation.kind));
  return Object.fromEntries(bound.map(({ citation, digest }) => [citation.file, digest]));
}

/**
 * Digest of what a record says of the release on one stack. Its citations are not part of it, for an approval binds the
 * reports themselves; nor is the restore point, which is saved after the approvals.
 */
export function recordDigest({ stacks, ...record }: ReleaseRecord, stack: string): string {
  const { rollback, waivers = [] } = stacks[stack] ?? {};
  const release = { ...record, reports: undefined, to: rollback?.to, plan: rollback?.plan, waivers };
  return digestOfValue(release);
}
