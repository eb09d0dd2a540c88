/**
 * Approvals of a step of a rollout: the statement and the envelope of a release's approvals, bound to the one rollout and its
 * step (rows G16, L9). They are of another type, so that neither passes for the other.
 */
import * as z from "zod";
import { roles, type Role } from "../line";
import { differs, firstOf, jsonOf, ofTheFuture, openedBy, strangers } from "./checks";
import type { Signer } from "./signer";
import { filled, instant, statement, STATEMENT_TYPE } from "./statement";

export const STEP_APPROVAL_TYPE = "https://golive.dev/attestation/rollout-approval/v1";

const stepStatement = statement(
  STEP_APPROVAL_TYPE,
  z.strictObject({
    stack: filled,
    system: filled,
    version: filled,
    /** As the rollout is bound to them: one without a digest is named by its tag alone, and is no subject. */
    images: z.array(filled),
    rollout: filled,
    step: filled,
    role: z.enum(roles),
    person: filled,
    account: filled,
    at: instant,
    expires: instant,
  }),
);

export type StepStatement = z.output<typeof stepStatement>;

/** What is approved. */
export interface ApprovedStep {
  readonly stack: string;
  readonly system: string;
  readonly version: string;
  /** Each `<repository>:<tag>@<digest>`. */
  readonly images: readonly string[];
  /** Id of the rollout. */
  readonly rollout: string;
  /** Id of the step. */
  readonly step: string;
}

/** Who approves it. */
export interface Approver {
  readonly role: Role;
  readonly signer: Signer;
}

/** How long an approval of a step counts: it is asked for while the rollout stands, milliseconds. */
const HOLDS = 24 * 3_600_000;

/** An approval of a step, not signed yet; it holds for a day. */
export function stepApproval(
  { images, ...step }: ApprovedStep,
  { role, signer: { name, account } }: Approver,
  at: Date,
): StepStatement {
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(images),
    predicateType: STEP_APPROVAL_TYPE,
    predicate: {
      ...step,
      images: [...images],
      role,
      person: name,
      account,
      at: at.toISOString(),
      expires: new Date(at.getTime() + HOLDS).toISOString(),
    },
  };
}

const subjectsOf = (images: readonly string[]): StepStatement["subject"] =>
  images.flatMap((image) => {
    const [name, digest] = image.split("@sha256:");
    return name === undefined || digest === undefined ? [] : [{ name, digest: { sha256: digest } }];
  });

/**
 * When an approval ends, in milliseconds since 1970, or why it is none.
 *
 * @param text the envelope, or the bundle of Sigstore.
 * @param by the person whom the journal names.
 * @param now when it was given: nothing is signed after it.
 */
export async function verifyStepApproval(
  text: string,
  step: ApprovedStep,
  { role, signer }: Approver,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<{ readonly until: number } | { readonly reason: string }> {
  const opened = await openedBy(signer, "key" in signer ? "dsse" : "sigstore", text, undefined);
  if ("reason" in opened) return opened;
  const parsed = stepStatement.safeParse(jsonOf(opened.payload));
  if (!parsed.success) return { reason: "it signs no approval of a step of a rollout" };
  const { predicate: signed, subject } = parsed.data;
  const reason = firstOf([
    () => differs("stack", signed.stack, step.stack),
    () => differs("system", signed.system, step.system),
    () => differs("version", signed.version, step.version),
    () => differs("rollout", signed.rollout, step.rollout),
    () => differs("step", signed.step, step.step),
    () => differs("images", listed(signed.images), listed(step.images)),
    () => differs("images", JSON.stringify(subject), JSON.stringify(subjectsOf(step.images))),
    () => differs("role", signed.role, role),
    () => strangers(signed, signer),
    () =>
      by === signed.person ? undefined : `it is signed by ${signed.person}, and the journal names ${by}`,
    () => ofTheFuture("it is signed", signed.at, now),
    () => expired(signed, now),
  ]);
  return reason === undefined ? { until: Date.parse(signed.expires) } : { reason };
}

const listed = (images: readonly string[]): string => images.join(", ");

function expired({ at, expires }: StepStatement["predicate"], now: Date): string | undefined {
  const [from, until] = [Date.parse(at), Date.parse(expires)];
  if (until > from + HOLDS) return `it holds until ${expires}, for longer than a day`;
  return until > now.getTime() ? undefined : `it expired at ${expires}`;
}
