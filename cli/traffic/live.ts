/** Reads what a cluster holds of its traffic, by kubectl, so that any kind of login works. */
import { READ_KINDS } from "../../policies/traffic-lint";
import { Subjects } from "../../policies/resource";
import type { Subject } from "../../policies/subject";
import { realProbes, type Probes } from "../doctor/probes";
import { objectsOf } from "../policy/objects";
import { UserError } from "../user-error";

const NO_CHARTS = () => Promise.reject(new Error("a cluster holds no releases to render"));

/** A kind that no API server of this cluster knows: it has no Gateway API. */
const UNKNOWN_KIND = /doesn't have a resource type|could not find the requested resource/;

/**
 * Objects of all namespaces.
 *
 * @throws {UserError} without kubectl, or where it may not read
 */
export async function liveObjects(
  context: string | undefined,
  probes: Pick<Probes, "program" | "run"> = realProbes(),
): Promise<readonly Subject[]> {
  const kubectl = await probes.program("kubectl");
  if (kubectl === undefined) throw new UserError("--cluster asks kubectl, which is not on PATH: install it");
  const flags = context === undefined ? [] : ["--context", context];
  const read = async (kind: string): Promise<readonly Subject[]> => {
    const outcome = await probes.run(kubectl.path, [...flags, "get", kind, "-A", "-o", "json"]);
    if ("text" in outcome) {
      const value: unknown = JSON.parse(outcome.text);
      return (await objectsOf(value, new Subjects([process.cwd()], NO_CHARTS))).subjects;
    }
    if (UNKNOWN_KIND.test(outcome.failure) && kind.includes("gateway")) return [];
    throw new UserError(`kubectl get ${kind}: ${outcome.failure}; check the access: kubectl auth whoami`);
  };
  return (await Promise.all(READ_KINDS.map(read))).flat();
}
