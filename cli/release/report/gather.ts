/** Gathers what a report says: judges the checklist, and the objects that the program declares, without an engine. */
import { parsePhase, percentOf, phaseNames } from "../../../components/traffic/ladder";
import { declaredResources, itemsOf } from "../../inventory";
import { checkRelease, isDeclared, type Checking } from "../check";
import { stackSettings, systemSettings } from "../checkout";
import { judgeDeclared } from "./judge-declared";
import { refusalsOf } from "./refusals";
import type { CanaryReport, ReleaseReport } from "./report";

/** The releases to report, one a system, on one stack. */
export interface Reporting extends Omit<Checking, "resources" | "system"> {
  readonly systems: readonly string[];
}

/**
 * Everything that a report says of each release. The program runs once for all of them.
 *
 * @throws what {@link checkRelease} throws; {@link UserError} and {@link ParameterError} where the stack's policies are set wrongly.
 */
export async function gatherReports(reporting: Reporting): Promise<readonly ReleaseReport[]> {
  const { systems, now = new Date(), ...rest } = reporting;
  const { root, stack } = rest;
  if (systems.length === 0) return [];
  const declared = await declaredResources(stack);
  const items = await itemsOf(declared);
  const verdicts = await judgeDeclared(declared, stack);
  return Promise.all(
    systems.map(async (system): Promise<ReleaseReport> => {
      const resources = items.filter((item) => item.system === system);
      const checked = await checkRelease({ ...rest, system, now, resources: isDeclared(resources) });
      const policies = verdicts.get(system) ?? [];
      const canary = canaryOf(root, system, stack);
      return { checked, refusals: refusalsOf(checked), policies, resources, canary, at: now };
    }),
  );
}

function canaryOf(root: string, system: string, stack: string): CanaryReport | undefined {
  const settings = systemSettings(stackSettings(root, stack), system);
  if (settings === undefined || !("canary" in settings)) return undefined;
  const { phase, ladder } = settings.canary;
  const steps = phaseNames(ladder).flatMap((name) => {
    const parsed = parsePhase(name, ladder);
    return "problem" in parsed || (name === "rollback" && phase !== name)
      ? []
      : [{ name, percent: percentOf(parsed.value) }];
  });
  return { phase, steps };
}
