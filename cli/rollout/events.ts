/** What people are told of a rollout: its journal's entries as events of the release. Pure. */
import type { EventReading, ReleaseEvent, StepOfRelease } from "../../notifications/event";
import type { Entry } from "../../rollout/journal";
import { isRecovery, type Step } from "../../rollout/plan";
import type { State } from "../../rollout/state";
import { summary } from "../../rollout/summary";
import type { Verdict } from "../../rollout/verdict";
import { told } from "../../rollout/words";
import type { SafeReport } from "./world";

/** Holds that somebody should know of; that a soak goes on is none. */
const HELD_BY: readonly Verdict["by"][] = ["fail", "insufficient", "broken"];

/** The events of an entry that has just been kept: none or several. `safe` is known once the traffic is back. */
export function eventsOf(entry: Entry, state: State, safe: SafeReport | undefined): readonly ReleaseEvent[] {
  const { system, stack, version } = state.bound;
  const about = { system, stack, version, at: new Date(entry.at), by: state.by };
  const { event } = entry;
  const { plan } = state;
  const again = `golive recover database ${system} --stack ${stack}`;
  switch (event.kind) {
    case "started": {
      if (isRecovery(plan)) return [{ kind: "rollingBack", ...about, reason: event.override ?? "" }];
      const minutes = Math.ceil(plan.steps.reduce((sum, step) => sum + secondsOf(step), 0) / 60);
      return [
        { kind: "before", ...about, duration: minutes, downtime: 0, rollbackReady: plan.back.length > 0 },
      ];
    }
    case "change done":
      return [{ kind: "step", ...about, step: stepOf(state, event.step) }];
    case "verdict": {
      const { verdict, step } = event;
      if (verdict.kind !== "hold" || !HELD_BY.includes(verdict.by)) return [];
      const { reason } = verdict;
      return [{ kind: "held", ...about, step: stepOf(state, step), reason, readings: readingsOf(verdict) }];
    }
    case "rolling back":
      return [{ kind: "rollingBack", ...about, reason: event.reason }];
    case "undo failed": {
      const mend = `golive rollback ${system} --stack ${stack}`;
      return [{ kind: "rollbackFailed", ...about, reason: event.message, mend }];
    }
    case "rolled back": {
      const reason = state.back?.reason ?? "";
      const seconds = safe?.seconds ?? (Date.parse(entry.at) - (state.back?.at ?? 0)) / 1000;
      return [
        { kind: "rolledBack", ...about, reason, to: plan.from, seconds: Math.round(seconds) },
        { kind: "postMortem", ...about, reason },
      ];
    }
    case "change failed":
      return isRecovery(plan)
        ? [{ kind: "rollbackFailed", ...about, reason: event.message, mend: again }]
        : [];
    case "finished": {
      if (isRecovery(plan)) return recovered(state, about);
      const { downtimeSeconds, incidents } = summary(state);
      return [
        {
          kind: "succeeded",
          ...about,
          incidents: incidents.map(({ severity, title }) => `${severity}: ${title}`),
          readings: [],
          startedAt: new Date(state.startedAt),
          downtime: Math.ceil(downtimeSeconds / 60),
        },
      ];
    }
    case "change begun":
    case "readings":
    case "paused":
    case "resumed":
    case "promoted":
    case "approved":
    case "aborted":
    case "undo begun":
    case "undo done":
    case "incident":
      return [];
  }
}

type About = Pick<ReleaseEvent, "system" | "stack" | "version" | "at">;

function recovered(state: State, about: About): readonly ReleaseEvent[] {
  const { startedAt, plan, override: reason = "" } = state;
  const seconds = Math.round((about.at.getTime() - startedAt) / 1000);
  return [
    { kind: "rolledBack", ...about, reason, to: plan.from, seconds },
    { kind: "postMortem", ...about, reason },
  ];
}

/** What a step takes where nothing goes wrong, in seconds; an approval is a person's. */
export const secondsOf = (step: Step): number =>
  step.kind === "soak" ? step.seconds : step.kind === "change" ? step.expectedSeconds : 0;

function stepOf({ plan }: State, id: string): StepOfRelease {
  const index = plan.steps.findIndex((step) => step.id === id);
  return { number: index + 1, of: plan.steps.length, name: plan.steps[index]?.title ?? id };
}

const readingsOf = ({ findings }: Verdict): readonly EventReading[] =>
  findings.map(({ rule, title, limit, unit, reading }) => ({
    name: rule,
    state: reading.kind,
    text: `${title} ${told(reading, unit, limit)}`,
  }));
