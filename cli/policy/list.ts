/** `golive policy list`: the rules with what they serve. */
import Table from "cli-table3";
import type { StackLevels } from "../../policies/levels";
import { releasePolicyNames } from "../../policies/names";
import type { Severity } from "../../policies/rule";
import { families } from "../../policies/rules";

/** One rule, as `--json` prints it. */
export interface ListedRule {
  readonly id: string;
  readonly family: string;
  readonly severity: Severity;
  readonly levels: StackLevels;
  /** True where the verdict depends on other objects, too. */
  readonly relations: boolean;
  readonly checks: string;
  readonly requirements: readonly string[];
  readonly upstream: readonly string[];
}

/** Every rule over objects, by family. */
export const listedRules = (): ListedRule[] =>
  Object.entries(families).flatMap(([family, rules]) =>
    rules.map(({ name, severity, levels, needsWorld = false, checks, requirements, upstream }) => ({
      id: name,
      family,
      severity,
      levels,
      relations: needsWorld,
      checks,
      requirements,
      upstream,
    })),
  );

/** Prints the rules. */
export function policyListCommand({ json = false }: { readonly json?: boolean }): void {
  const listed = listedRules();
  if (json) {
    console.log(JSON.stringify(listed, undefined, 2));
    return;
  }
  const head = ["rule", "family", "severity", "develop", "staging", "production", "other", "rows"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { id, family, severity, levels, requirements } of listed)
    table.push([
      id,
      family,
      severity,
      levels.develop,
      levels.staging,
      levels.production,
      levels.default,
      requirements.join(" "),
    ]);
  console.log(table.toString());
  console.log(
    `${listed.length} rules over objects. Over a release as a whole: ${releasePolicyNames.join(", ")}.`,
  );
}
