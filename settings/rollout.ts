/** How a system is released step by step, by `golive rollout` (rows E3, G12, S9; docs/rollout.md). */
import * as z from "zod";
import { roles as ROLE_NAMES } from "../evidence/line";
import { duration, filled, list, mapping, whole } from "./fields";

/** Who moves the weights of a release. */
export const STRATEGIES = ["golive", "flagger", "argo-rollouts"] as const;

/** Row E3: 10 % for 30 minutes, 50 % for 15; seconds by the weight. */
export const ENOVA_SOAKS: Readonly<Record<string, number>> = { "10": 30 * 60, "50": 15 * 60 };

const SOAKS =
  "Time for which every reading must be good at a weight, by the weight. Not set: the document's.";

const patience = mapping(
  {
    insufficient: duration(
      "Time in all for which readings may be of too few requests before it goes back.",
    ).prefault("30m"),
    broken: duration("Time in all for which readings may be missing before it goes back.").prefault("10m"),
  },
  "How long what can be no verdict is waited for.",
);

const approval = mapping(
  {
    before: filled("Id of the step, such as `weight 50`; `--dry-run` shows them."),
    roles: list(
      z.enum(ROLE_NAMES, { error: () => `expected one of ${ROLE_NAMES.join(", ")}` }),
      "Roles that may approve.",
    ).min(1),
    quorum: whole(1, 9, "How many of them must, each by another person.").default(1),
  },
  "An approval.",
).superRefine(({ roles, quorum }, context) => {
  const known = new Set(roles).size;
  if (quorum <= known) return;
  const message = `expected at most ${known}, the number of its roles: more could never be reached`;
  context.addIssue({ code: "custom", path: ["quorum"], message });
});

const GO_BACK = ["failed", "all"] as const;

const SECTION = "How a release is walked through its steps. Not set: as the documents have it.";

const fields = {
  strategy: z
    .enum(STRATEGIES, { error: () => `expected one of ${STRATEGIES.join(", ")}` })
    .default("golive")
    .meta({ title: STRATEGIES.map((one) => `\`${one}\``).join(" or ") })
    .describe("Who moves the weights: golive, or a controller in the cluster (docs/strategies.md)."),
  soaks: z
    .record(z.string(), duration("Time at the weight."), {
      error: () => "expected a mapping of WEIGHT: time",
    })
    .default({})
    .describe(SOAKS),
  soak: duration("Time for which a release without weights is watched, and one that is complete.").prefault(
    "15m",
  ),
  interval: duration("Time between two readings.").prefault("30s"),
  minimumSamples: whole(1, 1_000_000, "Fewest requests of which a reading counts.").default(100),
  failsInARow: whole(1, 100, "Readings in a row that must be wrong before it goes back.").default(1),
  patience: patience.prefault({}),
  goBack: z
    .enum(GO_BACK, { error: () => `expected one of ${GO_BACK.join(", ")}` })
    .optional()
    .meta({ title: GO_BACK.map((one) => `\`${one}\``).join(" or ") })
    .describe(
      "What goes back when a service fails: it alone, or all that the rollout changed. Not set: the document's, failed of S5.",
    ),
  approvals: list(
    approval,
    "Who must say yes before a step; signed where evidence.signers names the role. Not set: nobody.",
  ).default([]),
};

/** The field of a system's mapping. */
export const rollout = mapping(fields, SECTION).prefault({});

/** The same of a system whose release changes a schema; `services` are those that work upon it, by their keys. */
export const rolloutUponSchema = (services: readonly [string, ...string[]]) =>
  mapping(
    {
      ...fields,
      worksWith: list(
        z
          .enum(services, { error: () => `expected one of ${services.join(", ")}` })
          .meta({ title: services.map((one) => `\`${one}\``).join(" or ") }),
        "Services whose version before works with the new version's schema: it stays when they go back. Not set: none is known to.",
      ).default([]),
    },
    SECTION,
  ).prefault({});

/** What all systems have of it. */
export type RolloutSettings = z.output<typeof rollout>;
