/** `golive:admission`: whether the API server keeps the rules too. */
import * as z from "zod";

const ACTIONS = ["deny", "warn"] as const;

export const admission = z
  .enum(ACTIONS, { error: () => `expected one of ${ACTIONS.join(", ")}` })
  .describe(
    "What the API server does with an object of the stack's namespaces that a mandatory rule refuses, whoever sends it: " +
      "deny it, or only warn. Its policies belong to the cluster: a cluster administrator's update makes and changes them. " +
      "Not set: the rules are kept in review alone.",
  );

export type AdmissionAction = z.output<typeof admission>;
