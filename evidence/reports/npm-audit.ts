/** A scan of dependencies by `npm audit --json` (npm 7 and later). */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { has, natural, parsed, sum } from "./shared";
import { checkPackages, severitiesOf } from "./scan";

const audit = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })),
  metadata: z.object({
    vulnerabilities: z.object({ total: natural }),
    dependencies: z.object({ total: natural }),
  }),
});
const failure = z.object({
  message: z.string().optional(),
  error: z.looseObject({ summary: z.string().optional(), code: z.string().optional() }),
});

/**
 * One vulnerability for each package that has any. The registry is asked, so that there is no database with an age.
 *
 * @see https://docs.npmjs.com/cli/commands/npm-audit
 */
export const npmAudit: Format<"scan"> = {
  title: "npm audit --json",
  kind: "scan",
  recognise: ({ json }) => has(json, "auditReportVersion") || has(json, "advisories") || isFailure(json),
  read: ({ json }) => {
    if (isFailure(json)) throw new Disbelieved(failed(json));
    if (!has(json, "auditReportVersion") || json["auditReportVersion"] !== 2) {
      throw new Disbelieved(
        "is npm audit's report of another version; expected version 2, that of npm 7 and later",
      );
    }
    const { vulnerabilities, metadata } = parsed(audit, json, "npm audit --json");
    const counts = severitiesOf(Object.values(vulnerabilities).map(({ severity }) => severity));
    const found = sum(Object.values(counts));
    if (metadata.vulnerabilities.total > found) {
      throw new Disbelieved(
        `tells of ${metadata.vulnerabilities.total} vulnerabilities and has ${found}; expected all of them`,
      );
    }
    const packages = checkPackages(metadata.dependencies.total);
    return { finding: { kind: "scan", target: "dependencies", ...counts, packages }, tool: "npm audit" };
  },
};

const isFailure = (json: unknown) =>
  has(json, "error") && has(json["error"]) && !has(json, "auditReportVersion");

function failed(json: unknown): string {
  const { message, error } = parsed(failure, json, "npm audit --json");
  const reason = [error.summary, message, error.code].find(Boolean) ?? "no reason given";
  return `is of an audit that did not run (${reason}); expected what it found`;
}
