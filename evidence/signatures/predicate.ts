/** What is signed: an in-toto Statement v1 whose subjects are the release's images (rows G16, G17, L9). */
import * as z from "zod";
import { roles } from "../line";

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const APPROVAL_TYPE = "https://golive.dev/attestation/approval/v1";
export const COMPLETION_TYPE = "https://golive.dev/attestation/completion/v1";

const filled = z.string().min(1);
const instant = z.iso.datetime({ offset: true });
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
  /** The reports that were there, by file, with their digests. */
  reports: z.record(z.string(), sha256),
  /** Digest of the record as it holds on the stack: `recordDigest`. */
  record: sha256,
  at: instant,
  expires: instant,
});

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
  by: z.strictObject({ role: z.enum(["devops", "release-manager"]), person: filled, account: filled }),
});

export type Approval = z.output<typeof approvalSchema>;
export type Completion = z.output<typeof completionSchema>;
