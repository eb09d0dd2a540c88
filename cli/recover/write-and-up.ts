/** Values of the stack file that a recovery changes, and the `up` that brings them. */
import type { Scope, Setting } from "../../rollout/plan";
import type { Session } from "../rollout/session";
import { editStackFile, withSettings } from "../rollout/stack-file";
import { targetsOf } from "../rollout/targets";
import { UserError } from "../user-error";

/** What an `up` of a recovery is. */
export interface RecoveryUp {
  readonly scope: Exclude<Scope, { kind: "nothing" }>;
  /** What Pulumi's history shows. */
  readonly message: string;
  /** What it does, for who is told that it failed: `rotates them`. */
  readonly does: string;
}

/** Writes the values, says so, and brings up that part of the system with its policies. Errors: {@link UserError} with what went wrong. */
export async function writeAndUp(
  session: Session,
  settings: readonly Setting[],
  { scope, message, does }: RecoveryUp,
): Promise<void> {
  await editStackFile(session.file, (text) => withSettings(text, settings));
  for (const { path, value } of settings) console.log(`golive:${path} is now ${String(value)}`);
  const deployment = await session.deployment();
  const outcome = await deployment.up({ targets: targetsOf(session, scope), judged: true, message });
  if (outcome.kind === "done") return;
  throw new UserError(`the up that ${does} failed: ${outcome.problems.join("; ")}`);
}
