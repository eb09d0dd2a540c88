/** Why a release is refused: the lines that are due before it and are not met, and what is wrong with its waivers. Pure. */
import type { Refusal } from "../../../evidence/verdict";
import type { Checked } from "../check";

export function refusalsOf({
  checklist,
  verdicts,
  mistakes,
  version,
  language,
}: Checked): readonly Refusal[] {
  const { system } = checklist;
  const open = verdicts.flatMap((verdict): readonly Refusal[] => {
    if (verdict.state !== "not-met" || verdict.line.moment !== "before") return [];
    const { line, missing, command } = verdict;
    const { policy = "release-checklist", id, text } = line;
    return [{ policy, system, version, line: id, message: `${text[language]}: ${missing}. ${command}` }];
  });
  const waivers = mistakes.map((message): Refusal => ({
    policy: "release-checklist",
    system,
    version,
    message,
  }));
  return [...open, ...waivers];
}
