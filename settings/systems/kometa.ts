/** `golive:kometa`: the Kometa Marketplace (rows K1–K8, K14–K20, K28, K29). */
import * as z from "zod";
import { alerting, alertingProblems } from "../alerting";
import { contacts } from "../contacts";
import { mapping, text } from "../fields";
import { LABEL_PATTERN, parseLabelName } from "../names";
import { objectives } from "../objectives";
import { rollout } from "../rollout";
import { evidence, evidenceProblems } from "../evidence";
import { serviceProblems, type Given, type Problem } from "../rules";
import { service, withRequests } from "../service";
import { telemetry } from "../telemetry";

const LOADS = ["on-demand", "each-version"] as const;

const checks = mapping(
  {
    account: text(parseLabelName, {
      title: "Secret name",
      description:
        "Secret of the namespace with the keys username and password of a test account that may sell. A person makes it, once.",
      pattern: LABEL_PATTERN,
    }),
    load: z
      .enum(LOADS, { error: () => `expected one of ${LOADS.join(", ")}` })
      .default("on-demand")
      .describe(
        "When 50 users try the service for 30 minutes: on-demand, by kubectl create job --from=cronjob/<release>-load; or each-version, in every up of a new version, which waits for it.",
      ),
  },
  "What is tried with requests: the document's validation after each release, and its load test. Not set: nothing is.",
);

export const schema = mapping(
  {
    ...service,
    checks: checks.optional(),
    telemetry: telemetry.optional(),
    contacts,
    alerting: alerting.optional(),
    objectives: objectives("kometa").optional(),
    rollout,
    evidence: evidence.optional(),
  },
  "The Kometa Marketplace: one service behind one host.",
).transform(withRequests);

/** Every mistake between Kometa's fields. */
export const problems = (given: Given): readonly Problem[] => [
  ...serviceProblems(given),
  ...alertingProblems(given),
  ...evidenceProblems(given),
];

/** What the Kometa system is built from. */
export type KometaSettings = z.output<typeof schema>;
