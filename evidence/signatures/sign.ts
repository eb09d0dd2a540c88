/** Makes signatures: the counterpart of `verify.ts`. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Parsed } from "../../settings/parsed";
import type { Role } from "../line";
import type { LoadedRecord } from "../records";
import { sealed } from "./envelope";
import type { StepStatement } from "./step";
import {
  APPROVAL_TYPE,
  COMPLETION_TYPE,
  STATEMENT_TYPE,
  boundReports,
  recordDigest,
  subjectsOf,
  type Completion,
  type Statement,
} from "./statement";

/** What an approver says. */
export interface Approving {
  readonly stack: string;
  readonly role: Role;
  readonly name: string;
  readonly account: string;
  /** Ids of the checklist's lines that are signed. */
  readonly lines: readonly string[];
  readonly at: Date;
  readonly expires: Date;
}

/** A private key by its text: PKCS #8 in PEM, as `golive release keys` writes it. */
export function parsePrivateKey(text: string): Parsed<KeyObject> {
  const problem = "expected an ed25519 private key in PEM; golive release keys makes a pair";
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === "ed25519" ? { value: key } : { problem };
  } catch {
    return { problem };
  }
}

/** An approval of a record for one stack, not signed yet. */
export function approvalOf(loaded: LoadedRecord, approving: Approving): Statement {
  const { record } = loaded;
  const { stack, role, name, account, lines, at, expires } = approving;
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(record),
    predicateType: APPROVAL_TYPE,
    predicate: {
      system: record.system,
      version: record.version,
      commit: record.commit,
      stack,
      role,
      person: name,
      account,
      lines: [...lines],
      reports: { ...boundReports(loaded, stack) },
      record: recordDigest(record, stack),
      at: at.toISOString(),
      expires: expires.toISOString(),
    },
  };
}

/** The completion of a record on one stack, not signed yet. */
export function completionOf(
  { record }: LoadedRecord,
  completion: Omit<Completion, "system" | "version">,
): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(record),
    predicateType: COMPLETION_TYPE,
    predicate: { system: record.system, version: record.version, ...completion },
  };
}

/** The text of the envelope that holds a statement. */
export function signStatement(statement: Statement | StepStatement, privateKey: KeyObject): string {
  return sealed(Buffer.from(JSON.stringify(statement)), privateKey);
}
