/** Nothing runs unwatched. */
import * as z from "zod";
import type { Violation } from "../checks/violation";
import {
  checkAlerts,
  checkAnnotated,
  checkDashboard,
  checkReceiver,
  checkRunbook,
  hasAlerts,
  hasDashboards,
  hasReceivers,
} from "../checks/watched";
import { isKind, isWhole } from "../kinds";
import { onProduction } from "../levels";
import { withParameters, type Rule, type RuleWith } from "../rule";
import type { Subject } from "../subject";
import type { World } from "../world";

const isService = isWhole("apps", "Deployment", "StatefulSet");

const parameters = z.strictObject({
  required: z
    .boolean()
    .default(false)
    .describe("Whether a service must be watched where nothing among the objects watches any."),
});

/** A rule of what watches a service: judged where something of the kind is among the objects, or where it is required. */
const watching = ({
  check,
  watches,
  ...rule
}: Pick<Rule, "name" | "checks" | "mend" | "requirements"> & {
  readonly check: (subject: Subject, world: World) => readonly Violation[];
  readonly watches: (world: World) => boolean;
}): RuleWith<typeof parameters> => ({
  ...rule,
  severity: "medium",
  upstream: [],
  levels: onProduction("advisory"),
  parameters,
  needsWorld: true,
  applies: isService,
  judge: (subject, { parameters: { required }, world }) =>
    required || watches(world) ? check(subject, world) : [],
});

export const observabilityRules: readonly Rule[] = [
  withParameters(
    watching({
      name: "service-alerts",
      checks: "Some alert of a PrometheusRule names every Deployment and StatefulSet, or its namespace.",
      mend: "Declare alerts of the service: an objective in the stack file makes them.",
      requirements: ["K25", "K21"],
      check: checkAlerts,
      watches: hasAlerts,
    }),
  ),
  withParameters(
    watching({
      name: "service-dashboard",
      checks: "Some dashboard names every Deployment and StatefulSet, or its namespace.",
      mend: "Declare a dashboard of the service.",
      requirements: ["K24"],
      check: checkDashboard,
      watches: hasDashboards,
    }),
  ),
  withParameters(
    watching({
      name: "service-runbook",
      checks: "Some alert about every Deployment and StatefulSet has a runbook.",
      mend: "Give its alerts the annotation `runbook_url`.",
      requirements: ["E11", "K28"],
      check: checkRunbook,
      watches: hasAlerts,
    }),
  ),
  withParameters(
    watching({
      name: "service-receiver",
      checks:
        "Every Deployment and StatefulSet has an AlertmanagerConfig in its namespace, of which a route leads to a receiver that tells somebody.",
      mend: "Declare an AlertmanagerConfig in the namespace.",
      requirements: ["K28", "K29"],
      check: checkReceiver,
      watches: hasReceivers,
    }),
  ),
  {
    name: "alert-annotated",
    severity: "medium",
    checks: "Every alert of a PrometheusRule has a severity, a summary or description, and a runbook.",
    mend: "Add the label `severity` and the annotations `summary` and `runbook_url`.",
    requirements: ["K25", "K28", "E11"],
    upstream: [],
    levels: onProduction("advisory"),
    applies: isKind("monitoring.coreos.com", "PrometheusRule"),
    judge: (subject) => checkAnnotated(subject),
  },
];
