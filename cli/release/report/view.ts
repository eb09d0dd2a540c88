/** A report as the page and the comment show it: plain texts, in order, nothing left to compute. Pure. */
import type { Moment } from "../../../evidence/line";
import type { Language } from "../../../evidence/text";
import type { LineVerdict, Refusal } from "../../../evidence/verdict";
import { DUTIES } from "../../../systems/duties";
import type { Item } from "../../inventory";
import { grouped } from "../../policy/grouped";
import type { ObjectVerdict } from "../../policy/verdicts";
import type { Checked } from "../check";
import { isReady, refuses, type ReleaseReport } from "./report";
import { WORDS, type State, type Words } from "./words";

/** How something stands: its colour and its mark. */
export type Tone = "good" | "bad" | "warn" | "mute";

export interface View {
  readonly words: Words;
  readonly language: Language;
  readonly ready: boolean;
  /** The document's title. */
  readonly title: string;
  readonly system: string;
  readonly version: string;
  readonly stack: string;
  readonly summary: string;
  /** When it was judged: `2026-11-24 08:30 UTC`. */
  readonly at: string;
  readonly facts: readonly FactView[];
  readonly changes: readonly string[];
  readonly refusals: readonly RefusalView[];
  readonly checklist: CountView & { readonly moments: readonly MomentView[] };
  readonly policies: CountView & {
    /** What does not pass. */
    readonly open: readonly PolicyView[];
    /** Each policy that has something to say, with its counts. */
    readonly rules: readonly RuleView[];
  };
  readonly waves: readonly WaveView[];
  readonly phases: readonly PhaseView[];
  readonly resources: { readonly count: number; readonly components: readonly ComponentView[] };
}

export interface FactView {
  readonly name: string;
  readonly value: string;
  /** Whether it is a digest or the like. */
  readonly code: boolean;
}

export interface RefusalView {
  readonly policy: string;
  /** Id of the checklist's line; empty where it is about none. */
  readonly line: string;
  readonly message: string;
  /** Empty where it is in the message. */
  readonly command: string;
}

/** How many of each, with their shares of the whole. */
export interface CountView {
  readonly total: number;
  readonly counts: readonly {
    readonly tone: Tone;
    readonly count: number;
    readonly what: string;
    /** Percent of the whole. */
    readonly share: number;
  }[];
}

export interface MomentView {
  readonly title: string;
  readonly counts: string;
  readonly sections: readonly { readonly title: string; readonly lines: readonly LineView[] }[];
}

export interface LineView {
  readonly tone: Tone;
  readonly state: string;
  readonly text: string;
  readonly id: string;
  /** By what it is met, or what is missing; empty where it is due later. */
  readonly reason: string;
  /** Empty where none is needed. */
  readonly command: string;
}

export interface PolicyView {
  readonly tone: Tone;
  readonly rule: string;
  readonly state: string;
  readonly severity: string;
  readonly object: string;
  readonly messages: readonly string[];
}

export interface RuleView extends CountView {
  readonly name: string;
}

export interface WaveView {
  readonly order: number;
  readonly name: string;
  readonly brings: readonly KindView[];
  readonly verifies: readonly KindView[];
}

export interface KindView {
  readonly type: string;
  readonly names: readonly string[];
}

export interface PhaseView {
  readonly name: string;
  readonly percent: number;
  readonly current: boolean;
}

export interface ComponentView {
  readonly name: string;
  readonly what: string;
  readonly kinds: readonly KindView[];
}

const MOMENTS: readonly Moment[] = ["before", "during", "after"];
const STATES: readonly State[] = ["met", "not-met", "waived", "later"];
const TONES: Readonly<Record<State, Tone>> = { met: "good", "not-met": "bad", waived: "warn", later: "mute" };

export function viewOf(report: ReleaseReport): View {
  const { checked, resources } = report;
  const { checklist, language, version, stack } = checked;
  const words = WORDS[language];
  return {
    words,
    language,
    ready: isReady(report),
    title: checklist.title[language],
    system: checklist.system,
    version,
    stack,
    summary: checked.loaded.record.summary,
    at: minute(report.at.toISOString()),
    facts: factsOf(report, words),
    changes: checked.loaded.record.changes,
    refusals: report.refusals.map((refusal) => refusalView(refusal, checked)),
    checklist: { ...checklistCounts(checked.verdicts, words), moments: momentsOf(report, words) },
    policies: policiesOf(report.policies, words),
    waves: wavesOf(resources),
    phases: phasesOf(report),
    resources: { count: resources.length, components: componentsOf(resources) },
  };
}

/** `2026-11-24T08:30:00Z` → `2026-11-24 08:30 UTC`. */
const minute = (instant: string) =>
  `${new Date(instant).toISOString().slice(0, "2026-11-24T08:30".length).replace("T", " ")} UTC`;

function factsOf({ checked: { loaded } }: ReleaseReport, words: Words): readonly FactView[] {
  const { author, commit, branch, at, previous, images } = loaded.record;
  const told = (name: string, value: string, code = false) => ({ name, value, code });
  return [
    told(words.author, `${author.name} (${author.account})`),
    told(words.branch, branch),
    told(words.built, minute(at)),
    told(words.previous, previous ?? words.first),
    told(words.commit, commit, true),
    ...images.map(({ repository, tag, digest }) => told(words.image, `${repository}:${tag}@${digest}`, true)),
    told(words.record, loaded.digest, true),
  ];
}

/** Of a line in the checklist's own words, with the command apart: it is to be copied. */
function refusalView({ policy, line = "", message }: Refusal, { verdicts, language }: Checked): RefusalView {
  const verdict = verdicts.find((each) => each.line.id === line);
  if (verdict?.state !== "not-met") return { policy, line, message, command: "" };
  const text = verdict.line.text[language].replace(/[.:]$/, "");
  return { policy, line, message: `${text}: ${verdict.missing}`, command: verdict.command };
}

function countsOf(of: readonly (readonly [tone: Tone, count: number, what: string])[]): CountView {
  const total = of.reduce((sum, [, count]) => sum + count, 0);
  const counts = of
    .filter(([, count]) => count > 0)
    .map(([tone, count, what]) => ({ tone, count, what, share: (100 * count) / total }));
  return { total, counts };
}

const countOf = <T>(items: readonly T[], is: (item: T) => boolean): number => items.filter(is).length;

const checklistCounts = (verdicts: readonly LineVerdict[], { counts }: Words): CountView =>
  countsOf(
    STATES.map((state) => [TONES[state], countOf(verdicts, (each) => each.state === state), counts[state]]),
  );

function momentsOf({ checked }: ReleaseReport, words: Words): readonly MomentView[] {
  const { verdicts, language } = checked;
  return MOMENTS.flatMap((moment) => {
    const own = verdicts.filter(({ line }) => line.moment === moment);
    if (own.length === 0) return [];
    const sections = grouped(own, ({ line }) => line.section[language]);
    return [
      {
        title: words.moments[moment],
        counts: checklistCounts(own, words)
          .counts.map(({ count, what }) => `${count} ${what}`)
          .join(", "),
        sections: [...sections].map(([title, lines]) => ({
          title,
          lines: lines.map((verdict) => lineView(verdict, language, words)),
        })),
      },
    ];
  });
}

function lineView(verdict: LineVerdict, language: Language, words: Words): LineView {
  const { line, state } = verdict;
  const shown = { tone: TONES[state], state: words.states[state], text: line.text[language], id: line.id };
  switch (verdict.state) {
    case "met":
      return { ...shown, reason: verdict.by, command: "" };
    case "not-met":
      return { ...shown, reason: verdict.missing, command: verdict.command };
    case "waived": {
      const reason = `${verdict.why} (${verdict.who}, ${words.until} ${verdict.until})`;
      return { ...shown, reason, command: "" };
    }
    case "later":
      return { ...shown, reason: "", command: "" };
  }
}

const isPass = ({ verdict }: ObjectVerdict) => verdict === "pass";
const isUndecided = ({ verdict }: ObjectVerdict) => verdict === "undecidable";
const isAdvice = (each: ObjectVerdict) => each.verdict === "fail" && !refuses(each);

function policiesOf(verdicts: readonly ObjectVerdict[], words: Words): View["policies"] {
  const open = [
    ...verdicts.filter(refuses).map((each) => policyView(each, "bad", words.fail)),
    ...verdicts.filter(isAdvice).map((each) => policyView(each, "warn", words.advice)),
    ...verdicts.filter(isUndecided).map((each) => policyView(each, "mute", words.undecidable)),
  ];
  const rules = [...grouped(verdicts, ({ rule }) => rule)]
    .map(([name, own]) => ({ name, ...policyCounts(own, words) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...policyCounts(verdicts, words), open, rules };
}

const policyCounts = (verdicts: readonly ObjectVerdict[], words: Words): CountView =>
  countsOf([
    ["good", countOf(verdicts, isPass), words.pass],
    ["bad", countOf(verdicts, refuses), words.fail],
    ["warn", countOf(verdicts, isAdvice), words.advice],
    ["mute", countOf(verdicts, isUndecided), words.undecidable],
  ]);

function policyView(
  { rule, severity, object, message }: ObjectVerdict,
  tone: Tone,
  state: string,
): PolicyView {
  return { tone, rule, state, severity, object, messages: message.split("\n") };
}

function wavesOf(resources: readonly Item[]): readonly WaveView[] {
  const orders = [...new Set(resources.flatMap(({ wave }) => (wave === undefined ? [] : [wave.order])))].sort(
    (a, b) => a - b,
  );
  return orders.map((order) => {
    const own = resources.filter(({ wave }) => wave?.order === order);
    return {
      order,
      name: own[0]?.wave?.name ?? "",
      brings: kindsOf(own.filter(({ wave }) => wave?.verifies === false)),
      verifies: kindsOf(own.filter(({ wave }) => wave?.verifies === true)),
    };
  });
}

const kindsOf = (items: readonly Item[]): readonly KindView[] =>
  [...grouped(items, ({ type }) => type)].map(([type, own]) => ({
    type,
    names: own.map(({ name }) => name),
  }));

const phasesOf = ({ canary }: ReleaseReport): readonly PhaseView[] =>
  canary?.steps.map((step) => ({ ...step, current: step.name === canary.phase })) ?? [];

const componentsOf = (resources: readonly Item[]): readonly ComponentView[] =>
  [...grouped(resources, ({ component }) => component)].map(([name, items]) => ({
    name,
    what: DUTIES[name]?.what ?? "",
    kinds: kindsOf(items),
  }));
