/** `golive release waive`: lets one release go without a line of its checklist on a stack, for a while. */
import { endOf, parseDate } from "../../settings/date";
import { UserError } from "../user-error";
import { recordFolder, type Named } from "./checkout";
import { RecordFile } from "./edit";
import { roleOf } from "./sign";

export interface Waiving extends Named {
  readonly line: string;
  readonly stack: string;
  readonly reason: string;
  /** Role that answers for it. */
  readonly by: string;
  /** Last day on which it holds, `2026-12-31`. */
  readonly until: string;
  /** @default - the present */
  readonly now?: Date;
}

/**
 * Writes the waiver into the record, in place of an older one of the line.
 *
 * @throws {UserError} for a role that is none and a date that is past; {@link SettingsError} where the record, or the
 * waiver, has mistakes. Nothing is written then.
 */
export function waive({ line, stack, reason, by, until, now = new Date(), ...named }: Waiving): void {
  const role = roleOf(by);
  const date = parseDate(until);
  if ("problem" in date) throw new UserError(`--until ${JSON.stringify(until)}: ${date.problem}`);
  if (endOf(date.value) <= now) throw new UserError(`--until ${until} is past: expected a day to come`);
  const edited = new RecordFile(recordFolder(named));
  const waiver = { line, reason, by: role, until };
  edited.put(["stacks", stack, "waivers"], waiver, (entry) => isOf(entry, line));
  edited.write();
}

/** `golive release waive …`: waives, and says what follows from it. */
export function waiveCommand(waiving: Waiving): void {
  waive(waiving);
  const { line, system, version, stack, by, until } = waiving;
  console.log(
    `${line} of ${system} ${version} is waived on ${stack} by ${by} until ${until}.\n` +
      `Approvals for ${stack} that are signed already hold no longer: they did not know of it.`,
  );
}

function isOf(entry: unknown, line: string): boolean {
  return typeof entry === "object" && entry !== null && "line" in entry && entry.line === line;
}
