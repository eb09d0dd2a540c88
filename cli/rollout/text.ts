/** A rollout in words: the plan, the entries of the journal, plots of readings. Pure. */
import type { Entry, Event } from "../../rollout/journal";
import { backNeeds } from "../../rollout/back";
import { type ChangeStep, isRecovery, type Plan, type Step } from "../../rollout/plan";
import type { Limit, Rule } from "../../rollout/rule";
import type { Approval, State } from "../../rollout/state";
import { expected, grouped, signatureText, span } from "../../rollout/words";
import { secondsOf } from "./events";

const BARS = "▁▂▃▄▅▆▇█";

/** Values against their threshold: a bar that reaches the top has reached it; `·` where there was none. */
export function sparkline(values: readonly (number | undefined)[], limit: Limit): string {
  const top = "above" in limit ? limit.above : "below" in limit ? limit.below : limit.atLeast;
  const scale = top > 0 ? top : Math.max(...values.map((value) => value ?? 0), 1);
  return values
    .map((value) => {
      if (value === undefined || !Number.isFinite(value)) return "·";
      const height = Math.floor((value / scale) * (BARS.length - 1));
      return BARS[Math.min(Math.max(height, 0), BARS.length - 1)] ?? "·";
    })
    .join("");
}

/** What an entry tells; nothing where its verdict tells as much. */
function eventText(event: Event, state: State, approval: Approval | undefined): string | undefined {
  const { plan } = state;
  const title = (id: string) => plan.steps.find((step) => step.id === id)?.title ?? id;
  switch (event.kind) {
    case "started":
      if (isRecovery(plan)) return `recovery, by ${event.by}: ${event.override ?? ""}`;
      return `started by ${event.by}: ${plan.from} → ${plan.bound.version}${event.override === undefined ? "" : ` (outside the release window: ${event.override})`}`;
    case "change begun":
      return `${title(event.step)} …`;
    case "change done":
      return `${title(event.step)}: done`;
    case "change failed":
      return `${title(event.step)}: failed: ${event.message}`;
    case "readings":
      return undefined;
    case "verdict":
      return `${title(event.step)}: ${event.verdict.kind}: ${event.verdict.reason}`;
    case "paused":
      return `paused by ${event.by}: ${event.reason}`;
    case "resumed":
      return `resumed by ${event.by}`;
    case "promoted":
      return `${title(event.step)}: promoted by ${event.by}: ${event.reason}`;
    case "approved":
      return `${title(event.step)}: approved by ${event.by} as ${event.role}${approval === undefined ? "" : `, ${signatureText(approval.signature)}`}`;
    case "aborted":
      return `aborted by ${event.by}: ${event.reason}`;
    case "rolling back":
      return `rolling back: ${event.reason}`;
    case "undo begun":
      return `back: ${title(event.step)} …`;
    case "undo done":
      return `back: ${title(event.step)}: done`;
    case "undo failed":
      return `back: ${title(event.step)}: failed: ${event.message}`;
    case "incident":
      return `${event.severity}: ${event.title}`;
    case "rolled back":
      return [`rolled back to ${plan.from}`, ...backNeeds(state).map((needs) => `still due: ${needs}`)].join(
        "; ",
      );
    case "finished":
      if (isRecovery(plan)) return "recovered";
      return `released ${plan.bound.version}`;
  }
}

/** `21:19:21 10 % of the requests to v2.0.0: done` */
export function entryLine(entry: Entry, state: State): string | undefined {
  const approval = Object.values(state.approvals)
    .flat()
    .find(({ sequence }) => sequence === entry.sequence);
  const text = eventText(entry.event, state, approval);
  return text === undefined ? undefined : `${entry.at.slice(11, 19)} ${text}`;
}

/** Approvals that count for nothing, each with its reason. */
export const refusedLines = ({ plan, approvals }: State): readonly string[] =>
  plan.steps.flatMap(({ id, title }) =>
    (approvals[id] ?? []).flatMap(({ by, role, signature }) =>
      signature.kind === "refused" ? [`${title}: that of ${by} as ${role} ${signatureText(signature)}`] : [],
    ),
  );

/** The plan as a person reads it before it begins: each step with the time at which it is due at the earliest. */
export function planLines(plan: Plan, start: Date): readonly string[] {
  let seconds = 0;
  const lines = plan.steps.map((step, index) => {
    const at = new Date(start.getTime() + seconds * 1000).toISOString().slice(11, 16);
    seconds += secondsOf(step);
    return `${String(index + 1).padStart(2)}. ${at}  ${step.title} [${step.id}]${besides(step)}`;
  });
  const end = new Date(start.getTime() + seconds * 1000).toISOString();
  const { system, stack, version } = plan.bound;
  return [
    `${system} on ${stack}: ${isRecovery(plan) ? "recovery of the database" : `${plan.from} → ${version}`}, in ${span(seconds)} where nothing goes wrong (times in UTC)`,
    ...lines,
    `done at about ${end.slice(0, 16).replace("T", " ")}`,
  ];
}

function besides(step: Step): string {
  switch (step.kind) {
    case "change":
      return step.backNeeds === undefined ? "" : ` (the way back needs: ${step.backNeeds}${butOf(step)})`;
    case "soak":
      return `: ${span(step.seconds)}, a reading every ${span(step.intervalSeconds)}\n${rulesOf(step.rules)}`;
    case "verification":
      return `: within ${span(step.patienceSeconds)}\n${rulesOf(step.rules)}`;
    case "approval":
      return `: ${step.quorum} of ${step.roles.join(", ")}`;
  }
}

const butOf = ({ schema }: ChangeStep): string =>
  schema === undefined || schema.worksWith.length === 0 ? "" : `; not for ${schema.worksWith.join(", ")}`;

const rulesOf = (rules: readonly Rule[]): string =>
  rules
    .map(
      ({ title, limit, unit, onFail, minimumSamples }) =>
        `             ${title} ${expected(unit, limit)}, else ${onFail}${minimumSamples > 0 ? ` (n ≥ ${grouped(minimumSamples)})` : ""}`,
    )
    .join("\n");
