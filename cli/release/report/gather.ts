/** Gathers what a report says: judges the checklist, and the objects that the program declares, without an engine. */
import { parsePhase, percentOf, phaseNames } from "../../../components/traffic/ladder";
import { declaredResources, itemsOf } from "../../inventory";
import { checkRelease, isDeclared, type Checking } from "../check";
import { stackSettings, systemSettings } from "../checkout";
import { judgeDeclared } from "./judge-declared";
import { refusalsOf } from "./refusals";
import type { CanaryReport, ReleaseReport } from "./report";

export type Reporting = Omit<Checking, "resources">;

/**
 * Everything that a report says of a release.
 *
 * @throws what {@link checkRelease} throws; {@link UserError} and {@link ParameterError} where the stack's policies are set wrongly.
 */
export async function gatherReport(reporting: Reporting): Promise<ReleaseReport> {
  const { root, system, stack, now = new Date() } = reporting;
  const declared = await declaredResources(stack);
  const resources = (await itemsOf(declared)).filter((item) => item.system === system);
  const checked = await checkRelease({ ...reporting, now, resources: isDeclared(resources) });
  return {
    checked,
    refusals: refusalsOf(checked),
    policies: await judgeDeclared(declared, system, stack),
    resources,
    canary: canaryOf(root, system, stack),
    at: now,
  };
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
