/** Gathers what a report says: judges the checklist, and the objects that the program declares, without an engine. */
import { parsePhase, percentOf, phaseNames } from "../../../components/traffic/ladder";
import { gatedSystems } from "../../../evidence/gated-systems";
import { refusalsOf, stackVerdict, type StackReleases } from "../../../evidence/release-verdict";
import { declaredResources, itemsOf } from "../../inventory";
import { checkRelease, isDeclared, type Checking } from "../check";
import { releasesFolder, stackSettings, systemSettings } from "../checkout";
import { judgeDeclared } from "./judge-declared";
import { allRefusals } from "./refusals";
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
      const gate = await gateRefusals({ root, system, stack, now, resources: isDeclared(resources) });
      return { checked, refusals: allRefusals(checked, gate), policies, resources, canary, at: now };
    }),
  );
}

/** What the program itself would refuse of the system. */
async function gateRefusals({
  root,
  system,
  ...judging
}: Pick<StackReleases, "stack" | "now" | "resources"> & { readonly root: string; readonly system: string }) {
  const gated = gatedSystems({ ...stackSettings(root, judging.stack).systems });
  const systems = gated.filter((each) => each.system === system);
  return refusalsOf(await stackVerdict({ ...judging, systems, folder: releasesFolder(root) }));
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
