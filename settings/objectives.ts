/**
 * What a stack changes of a system's objectives: a system adds `objectives` to its mapping, with the objectives that the
 * stack has otherwise than the document, by name. The names and the documents' numbers are `observability/objectives`'.
 */
import * as z from "zod";
import { objectivesOf } from "../observability/objectives";
import type { Objective, Severity } from "../observability/objectives/objective";
import { type Override, shortId } from "../observability/objectives/overrides";
import type { Unit } from "../observability/metrics/metric";
import { SIGNALS } from "../observability/signals";
import { filled, mapping, text } from "./fields";
import { parseWindow } from "./observability";

const SEVERITIES = ["critical", "warning", "info"] as const satisfies readonly Severity[];

const window = (description: string) =>
  text(parseWindow, { title: "time: s, m, h or d", description, pattern: "^[1-9][0-9]*[smhd]$" }).optional();

/** Ratios that may be more than the whole. */
const FACTORS: readonly Objective["signal"][] = ["backupAge", "trafficChange"];

const unitOf = (signal: Objective["signal"]): Unit => SIGNALS[signal].unit;

const isShare = ({ signal }: Objective): boolean => unitOf(signal) === "ratio" && !FACTORS.includes(signal);

/** A limit in the objective's own unit. */
function limit(objective: Objective) {
  const share = isShare(objective);
  const expected = share
    ? "expected a share from 0 to 1, such as 0.05 for 5 %"
    : "expected a number, 0 or more, in the objective's own unit";
  const error = () => expected;
  return z
    .number({ error })
    .min(0, { error })
    .max(share ? 1 : Number.MAX_SAFE_INTEGER, { error })
    .meta({ title: share ? "share: 0 to 1" : `number: ${unitOf(objective.signal)}` })
    .describe("Not set: the document's.")
    .optional();
}

type Given = Omit<Extract<Override, { kind: "changed" }>, "kind"> & { readonly off?: string | undefined };

/** An alert is changed, or it is off: both at once would hide which. */
function overrideOf({ off, ...changes }: Given, context: z.RefinementCtx): Override {
  if (off === undefined) return { kind: "changed", ...changes };
  for (const key of Object.keys(changes)) {
    context.addIssue({ code: "custom", message: `expected no ${key} beside off; remove one`, path: [key] });
  }
  return { kind: "off", reason: off };
}

const override = (objective: Objective) =>
  mapping(
    {
      limit: limit(objective),
      window: window("Time over which the value is read. Not set: the document's."),
      for: window("How long the value must have been wrong. Not set: the document's."),
      severity: z
        .enum(SEVERITIES, { error: () => `expected one of ${SEVERITIES.join(", ")}` })
        .meta({ title: SEVERITIES.map((one) => `\`${one}\``).join(", ") })
        .describe("Of its alert. Not set: the document's.")
        .optional(),
      off: filled("Why its alert is switched off here. Not set: it is on.").optional(),
    },
    `Objective ${objective.id}${objective.rows.length === 0 ? "" : ` (${objective.rows.join(", ")})`}.`,
  ).transform(overrideOf);

/** The field of a system's mapping. Not set: the objectives are the document's. */
export const objectives = (system: string) =>
  mapping(
    Object.fromEntries(
      objectivesOf(system).map((objective) => [shortId(objective), override(objective).optional()]),
    ),
    "What this stack has otherwise than the system's document: limits, times, severities, and alerts that are off.",
  ).transform((given): Readonly<Record<string, Override>> => {
    const set = Object.entries(given).flatMap(([id, one]) => (one === undefined ? [] : [[id, one] as const]));
    return Object.fromEntries(set);
  });
