/** Why a release is refused: what the gate says, then the lines due before it that the gate is not asked for. Pure. */
import type { Refusal } from "../../../evidence/verdict";
import type { Checked } from "../check";

/** A stack that asks for no evidence is not gated: its checklist speaks all the same. */
export function allRefusals(
  { checklist, verdicts, mistakes, version, language }: Checked,
  gate: readonly Refusal[],
): readonly Refusal[] {
  const { system } = checklist;
  const lines = verdicts.flatMap((verdict): readonly Refusal[] => {
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
  const isSaid = ({ line, message }: Refusal) =>
    gate.some((said) => (line === undefined ? said.message.includes(message) : said.line === line));
  return [...gate, ...[...lines, ...waivers].filter((each) => !isSaid(each))];
}
