/** Approvals of a rollout's steps: signed where the stack file names who signs, and judged anew each time they are read (rows G16, L9). */
import { setTimeout as delay } from "node:timers/promises";
import { roles } from "../../evidence/line";
import {
  stepApproval,
  verifyStepApproval,
  type ApprovedStep,
  type Signer,
  type Signers,
} from "../../evidence/signatures";
import { approvalDue } from "../../rollout/approvals";
import type { Entry } from "../../rollout/journal";
import { follow, type Order } from "../../rollout/orders";
import type { Signature, State } from "../../rollout/state";
import { signedText } from "../release/seal";
import { UserError } from "../user-error";

/** Who says yes, as the command line has it. */
export interface Approving {
  readonly by: string;
  readonly role: string;
  /** File of the private key. @default - by Sigstore, where the stack file names an identity of it */
  readonly key?: string | undefined;
}

/** The stack file's part of it. */
interface Signing {
  /** The stack file, for people. */
  readonly file: string;
  readonly signers: Signers;
}

type Approve = Extract<Order, { kind: "approve" }>;

/** Role and signer, where the stack file names one for a role. */
function signerFor(signers: Signers, name: string) {
  const role = roles.find((each) => each === name);
  const signer = role && signers[role];
  return role === undefined || signer === undefined ? undefined : { role, signer };
}

/**
 * The order by which somebody approves the step that waits for it.
 *
 * @throws {UserError} where nothing waits for that role, and where its signature would not count: its reason.
 */
export async function approveOrder(
  state: State,
  { by, role, key }: Approving,
  { signers, file }: Signing,
  now = new Date(),
): Promise<Approve> {
  const order: Approve = { kind: "approve", by, role };
  const followed = follow(state, order, now.getTime());
  if ("problem" in followed) throw new UserError(`${state.rollout}: ${followed.problem}`);
  const step = approvalDue(state);
  const approver = signerFor(signers, role);
  if (step === undefined || approver === undefined) {
    if (key === undefined) return order;
    throw new UserError(
      `${file} names no signer for ${role}: add { name, account, key } as golive:${state.bound.system}.evidence.signers.${role}, or leave --key out`,
    );
  }
  const { signer } = approver;
  if (by !== signer.name)
    throw new UserError(`--by ${by}: expected ${signer.name}, who signs ${role} in ${file}`);
  const approved = { ...state.bound, rollout: state.rollout, step: step.id };
  const statement = stepApproval(approved, approver, now);
  const envelope = await signedText({ of: approver.role, statement, signer, key });
  const verified = await verifyStepApproval(envelope, approved, approver, { by, now });
  if ("reason" in verified) throw new UserError(`${by} cannot approve as ${role} so: ${verified.reason}`);
  return { ...order, signed: { step: step.id, envelope } };
}

/** What is found of approvals' signatures, each once: those of Sigstore are asked for over the network. */
export class Signatures {
  private readonly found = new Map<string, Signature>();

  constructor(private readonly signers: Signers) {}

  /** Judges those of the entries; gives what was found of any. */
  async of(entries: readonly Entry[]): Promise<(entry: Entry) => Signature> {
    await Promise.all(
      entries.map(async (entry) => {
        const text = keyOf(entry);
        if (text === undefined || this.found.has(text)) return;
        this.found.set(text, await Promise.race([signatureOf(entry, this.signers), unanswered()]));
      }),
    );
    return (entry) => this.found.get(keyOf(entry) ?? "") ?? { kind: "none" };
  }
}

/** A way back waits for no signature for longer. */
const LIMIT_MS = 10_000;

const unanswered = (): Promise<Signature> =>
  delay(
    LIMIT_MS,
    { kind: "refused", reason: `nobody could say within ${LIMIT_MS / 1000} s whose it is` },
    { ref: false },
  );

const keyOf = (entry: Entry): string | undefined =>
  entry.event.kind === "approved" ? JSON.stringify(entry) : undefined;

async function signatureOf({ at, rollout, bound, event }: Entry, signers: Signers): Promise<Signature> {
  const approver = event.kind === "approved" ? signerFor(signers, event.role) : undefined;
  if (event.kind !== "approved" || approver === undefined) return { kind: "none" };
  if (event.envelope === undefined) return { kind: "refused", reason: unsigned(approver.signer) };
  const approved: ApprovedStep = { ...bound, rollout, step: event.step };
  const given = { by: event.by, now: new Date(at) };
  const verified = await verifyStepApproval(event.envelope, approved, approver, given);
  return "reason" in verified ? { kind: "refused", ...verified } : { kind: "valid", ...verified };
}

const unsigned = ({ name }: Signer): string => `it is not signed, and the stack file has ${name} sign it`;
