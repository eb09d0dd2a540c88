/** Judges the lines of a checklist by what speaks for a release on one stack. Pure. */
import { endOf } from "../settings/date";
import { stageOf } from "../settings/evidence";
import type { Disbelief, Fact } from "./fact";
import { isFact } from "./reports";
import {
  roleTitles,
  type ByCompletion,
  type ByReport,
  type ByResource,
  type BySeveral,
  type BySignOff,
  type Checklist,
  type Line,
  type Moment,
  type Way,
} from "./line";
import type { ReleaseRecord, Waiver } from "./record";
import type { Signers } from "./signatures/signer";
import type { SignatureVerdict } from "./signatures/verify";
import type { Approval, Completion } from "./signatures/statement";
import { summaryOf } from "./summary";
import type { LineVerdict } from "./verdict";

/** What speaks for a release on one stack. */
export interface Judged {
  readonly record: ReleaseRecord;
  readonly stack: string;
  /** Reports that are believed, and those that are not: `evidenceFor` gives them. */
  readonly facts: readonly Fact[];
  readonly disbeliefs: readonly Disbelief[];
  /** Approvals, verified: `verifyApprovals` gives them. */
  readonly signatures: readonly SignatureVerdict<Approval>[];
  /** Whom the stack knows by role. */
  readonly signers: Signers;
  /** The signed end, verified. @default - the release has not ended */
  readonly completion?: SignatureVerdict<Completion, "completion"> | undefined;
  /** Instant as of which ages and expiries are measured: the present, or the start of a release that has ended. */
  readonly now: Date;
  /** What is due: a line of a later moment, for which there is nothing yet, is `later`. @default "before" */
  readonly due?: Moment;
  /**
   * Whether the stack declares a resource; `undefined` where that is not known.
   *
   * @default - nothing is known: a line that asks for a resource is `later`
   */
  readonly resources?: (kind: string, name?: string | RegExp) => boolean | undefined;
}

/** What became of the waivers. */
export interface WaiverFindings {
  /** Each is wrong: expired, of an unknown line, by a role that the stack does not know. One sentence each. */
  readonly mistakes: readonly string[];
  /** Each is of a line that is met without it. One sentence each. */
  readonly unused: readonly string[];
}

type Outcome =
  | { readonly state: "met"; readonly by: string }
  | { readonly state: "later" }
  | {
      readonly state: "not-met";
      readonly missing: string;
      readonly command: string;
      /** True where nothing is there as yet, rather than something that is wrong. */
      readonly absent: boolean;
    };

/** Every line that is due on the stack, in the checklist's order, with what became of it. */
export function judgeLines(checklist: Checklist, judged: Judged): readonly LineVerdict[] {
  return linesOf(checklist, judged.stack).map((line) => judgeLine(line, judged));
}

/** Lines of a checklist on a stack; where the stack's name says no stage, all of them. */
export function linesOf({ lines }: Checklist, stack: string): readonly Line[] {
  const stage = stageOf(stack);
  return lines.filter(({ stacks }) => stage === undefined || stacks.includes(stage));
}

/** What is wrong with the waivers of the stack, and which are not needed. */
export function judgeWaivers(checklist: Checklist, judged: Judged): WaiverFindings {
  const verdicts = judgeLines(checklist, judged);
  const waivers = waiversOf(judged);
  const at = (index: number) => `stacks.${judged.stack}.waivers[${index}]`;
  const mistakes = waivers.flatMap((waiver, index) => {
    const problem = waiverProblem(waiver, checklist, judged);
    return problem === undefined ? [] : [`${at(index)}: ${problem}`];
  });
  const unused = waivers.flatMap(({ line }, index) => {
    const isMet = verdicts.some((verdict) => verdict.line.id === line && verdict.state === "met");
    return isMet ? [`${at(index)}: ${line} is met without its waiver: remove it`] : [];
  });
  return { mistakes, unused };
}

const MOMENTS: readonly Moment[] = ["before", "during", "after"];

function judgeLine(line: Line, judged: Judged): LineVerdict {
  const outcome = judgeWay(line.way, line, judged);
  if (outcome.state === "met") return { state: "met", line, by: outcome.by };
  const waiver = waiversOf(judged).find((each) => each.line === line.id && holds(each, judged));
  if (waiver !== undefined) {
    const name = judged.signers[waiver.by]?.name ?? "";
    const who = `${name} (${roleTitles[waiver.by]})`;
    return { state: "waived", line, why: waiver.reason, who, until: waiver.until };
  }
  if (outcome.state === "later" || (outcome.absent && isLater(line, judged))) return { state: "later", line };
  const { missing, command } = outcome;
  return { state: "not-met", line, missing, command };
}

const isLater = ({ moment }: Line, { due = "before" }: Judged) =>
  MOMENTS.indexOf(moment) > MOMENTS.indexOf(due);

function judgeWay(way: Way, line: Line, judged: Judged): Outcome {
  switch (way.by) {
    case "report":
      return judgeReport(way, line, judged);
    case "resource":
      return judgeResource(way, line, judged);
    case "sign-off":
      return judgeSignOff(way, line, judged);
    case "completion":
      return judgeCompletion(way, line, judged);
    case "all":
    case "any":
      return judgeSeveral(way, line, judged);
  }
}

function judgeReport(way: ByReport, line: Line, judged: Judged): Outcome {
  const isAsked = ({ kind, name }: { readonly kind: string; readonly name: string }) =>
    kind === way.kind && (way.name === undefined || name === way.name);
  const found = [...judged.facts, ...judged.disbeliefs].filter(isAsked);
  const command = filled(line.command ?? attestCommand(way), judged);
  const what = way.name === undefined || way.name === way.kind ? way.kind : `${way.kind} ${way.name}`;
  const [first, ...others] = found;
  if (first === undefined) return notMet(`no report ${what} is in the record`, command, true);
  if (others.length > 0) {
    const files = found.map(fileOf).join(" and ");
    return notMet(`${files} are both the report ${what}: one is enough, and one is wrong`, command);
  }
  if (!isFact(first)) return notMet(`${first.file} ${first.problem}`, command);
  const problem = ageProblem(first, way, line, judged) ?? way.test(first, contextOf(judged));
  if (problem !== undefined) return notMet(`${first.source.file} ${problem}`, command);
  const when = (first.source.at ?? judged.record.at).slice(0, 10);
  return met(`${first.source.file}: ${summaryOf(first)} (${first.source.tool}, ${when})`);
}

const fileOf = (read: Fact | Disbelief) => (isFact(read) ? read.source.file : read.file);

/** Most that the clock of a tool may be ahead: milliseconds. */
const CLOCK_SKEW = 5 * 60_000;

function ageProblem(
  { source }: Fact,
  { maxAge }: ByReport,
  { moment }: Line,
  { record, now }: Judged,
): string | undefined {
  if (maxAge === undefined) return undefined;
  const at = source.at ?? record.at;
  const age = (now.getTime() - Date.parse(at)) / 1000;
  if (moment === "before" && age * 1000 < -CLOCK_SKEW) return `is of ${at}, after ${now.toISOString()}`;
  return age > maxAge ? `is ${inWords(age)} old (${at}); at most ${inWords(maxAge)} are allowed` : undefined;
}

const SCALES = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

/** A time in its largest whole unit; of an age that is just too much, no more than is true. */
function inWords(seconds: number): string {
  const [unit, size] = SCALES.find(([, scale]) => seconds >= 2 * scale) ?? ["s", 1];
  return `${Math.floor((seconds / size) * 10) / 10} ${unit}`;
}

/** Kinds of report that are of one stack: the commands that supply them name it. */
const OF_A_STACK: readonly string[] = [
  "alerts",
  "backup",
  "k6",
  "migration",
  "preflight",
  "readings",
  "restore-point",
  "soak",
];

/** Kinds that `attest` reads itself, where no file is named; what it needs to know for that. */
const LIVE: Readonly<Partial<Record<string, string>>> = {
  alerts: " --prometheus URL",
  git: "",
  "restore-point": "",
};

function attestCommand({ kind, name }: ByReport): string {
  const live = name === "doctor" ? "" : LIVE[kind];
  const file = live ?? " FILE";
  const named = name === undefined || name === kind ? "" : ` --name ${name}`;
  const stack = OF_A_STACK.includes(kind) ? " --stack STACK" : "";
  return `npm run golive -- release attest SYSTEM VERSION ${kind}${file}${named}${stack}`;
}

function judgeResource({ kind, name }: ByResource, line: Line, judged: Judged): Outcome {
  const declared = judged.resources?.(kind, name);
  if (declared === undefined) return { state: "later" };
  const what = `${kind}${name === undefined ? "" : ` ${String(name)}`}`;
  if (declared) return met(`${judged.stack} declares ${what}`);
  const command = line.command ?? "npm run golive -- render STACK --out out/STACK";
  return notMet(`${judged.stack} declares no ${what}: set it in the stack file`, filled(command, judged));
}

function judgeSignOff({ role }: BySignOff, line: Line, judged: Judged): Outcome {
  const title = roleTitles[role];
  const signing = `npm run golive -- release sign SYSTEM VERSION --stack STACK --role ${role}`;
  const command = filled(line.command ?? signing, judged);
  const signature = judged.signatures.find(({ of }) => of === role);
  if (signature === undefined) return notMet(`${title} has not signed it`, command, true);
  if (!signature.valid) return notMet(`${signature.file} does not hold: ${signature.reason}`, command);
  const { person, at, lines } = signature.signed;
  if (!lines.includes(line.id)) {
    return notMet(`${person} has signed as ${title}, and not for this line`, command, true);
  }
  return met(`${person} signed as ${title} (${at.slice(0, 10)})`);
}

function judgeCompletion({ test }: ByCompletion, line: Line, judged: Judged): Outcome {
  const completing =
    "npm run golive -- release complete SYSTEM VERSION --stack STACK --role devops --start START --downtime SECONDS --state succeeded";
  const command = filled(line.command ?? completing, judged);
  const { completion } = judged;
  if (completion === undefined) return notMet("nobody has signed its completion", command, true);
  if (!completion.valid) return notMet(`${completion.file} does not hold: ${completion.reason}`, command);
  const problem = test(completion.signed);
  if (problem !== undefined) return notMet(`the completion ${problem}`, command, true);
  const { by, start, end, state } = completion.signed;
  return met(`${completion.file}: ${state}, ${start} – ${end}, signed by ${by.person}`);
}

function judgeSeveral({ by, ways }: BySeveral, line: Line, judged: Judged): Outcome {
  const outcomes = ways.map((way) => judgeWay(way, line, judged));
  const [found, wrong, open] = [
    outcomes.flatMap((each) => (each.state === "met" ? [each.by] : [])),
    outcomes.flatMap((each) => (each.state === "not-met" ? [each] : [])),
    outcomes.some(({ state }) => state === "later"),
  ];
  if (by === "any" ? found.length > 0 : found.length === ways.length) return met(found.join("; "));
  if (open && (by === "any" || wrong.length === 0)) return { state: "later" };
  const missing = wrong.map((each) => each.missing).join(by === "any" ? ", and " : "; ");
  const commands = [...new Set(wrong.map(({ command }) => command))];
  const absent = wrong.every((each) => each.absent);
  return notMet(missing, by === "any" ? commands.slice(0, 1).join() : commands.join(" && "), absent);
}

const met = (by: string): Outcome => ({ state: "met", by });

const notMet = (missing: string, command: string, absent = false): Outcome => ({
  state: "not-met",
  missing,
  command,
  absent,
});

function filled(command: string, { record: { system, version }, stack }: Judged): string {
  const words: Readonly<Record<string, string>> = { SYSTEM: system, VERSION: version, STACK: stack };
  return command.replace(/\b(?:SYSTEM|VERSION|STACK)\b/g, (word) => words[word] ?? word);
}

const contextOf = ({ record: { system, version, commit, images }, stack }: Judged) => ({
  system,
  version,
  commit,
  stack,
  images: images.map(({ digest }) => digest),
});

const waiversOf = ({ record, stack }: Judged): readonly Waiver[] => record.stacks[stack]?.waivers ?? [];

const holds = ({ by, until }: Waiver, { signers, now }: Judged) => by in signers && endOf(until) > now;

function waiverProblem(
  { line, by, until }: Waiver,
  checklist: Checklist,
  judged: Judged,
): string | undefined {
  if (!linesOf(checklist, judged.stack).some(({ id }) => id === line)) {
    return `${line} is no line of the checklist on ${judged.stack}; golive release check prints them`;
  }
  if (!(by in judged.signers)) return `the stack file names no signer for ${by}, who answers for it`;
  return endOf(until) > judged.now ? undefined : `it expired after ${until}`;
}
