/** The root stack resource: the first that the engine registers, so that nothing is created where a policy on it refuses. */
import type { ReportViolation, ResourceValidation } from "@pulumi/policy";

const TYPE = "pulumi:pulumi:Stack";

/** A validation of the root alone, by the SDK's own mark, which spares all other resources (`validateResourceOfType`). */
export const onRoot = (validate: (report: ReportViolation) => Promise<void> | void): ResourceValidation =>
  Object.assign((_: unknown, report: ReportViolation) => validate(report), { __pulumiType: TYPE });
