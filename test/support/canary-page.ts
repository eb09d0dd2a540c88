/** The blocks of docs/canary.md that a real run fills: each step's plan, and what the API server then saw. Pure. */

/** One step of the ladder, as a run showed it. */
export interface WalkedStep {
  readonly from: string;
  readonly to: string;
  /** What the preview plans. */
  readonly plan: readonly string[];
  /** What changed in the namespace, in the API server's order. */
  readonly seen: readonly string[];
}

const titleOf = ({ from, to }: WalkedStep) => `${from} → ${to}`;

/** The page with the block below each step's heading, such as `### legacy → 10`, as the run showed it. */
export function filledPage(page: string, walked: readonly WalkedStep[]): string {
  return walked.reduce((text, step) => {
    const heading = `\n### ${titleOf(step)}\n`;
    const start = text.indexOf("```text\n", text.indexOf(heading));
    const end = text.indexOf("```\n", start + 8);
    if (!text.includes(heading) || start < 0 || end < 0) throw new Error(`no block below ${heading.trim()}`);
    return `${text.slice(0, start)}${block(step)}${text.slice(end)}`;
  }, page);
}

const block = ({ plan, seen }: WalkedStep) =>
  ["```text", "planned:", ...plan.map(indented), "the API server then saw:", ...seen.map(indented), ""].join(
    "\n",
  );

const indented = (line: string) => `  ${line}`;
