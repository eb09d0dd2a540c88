/** Judges what the program declares by the policy pack's rules, without an engine: as a preview of a stack that holds nothing yet would. */
import { isFields } from "../../../charts/manifest";
import { repositoryRoot } from "../../../engine/cache";
import { UNKNOWN } from "../../../policies/checks/field";
import type { RenderChart } from "../../../policies/release";
import { Subjects, isJudged, type Resource } from "../../../policies/resource";
import type { Declared } from "../../inventory";
import { grouped } from "../../policy/grouped";
import { judgingOf } from "../../policy/judging";
import { verdictsOf, type ObjectVerdict } from "../../policy/verdicts";
import { shortType, type Registration } from "../../recorder";

/** Loaded when the first release is met. */
const render: RenderChart = async (request) => (await import("../../../charts/render")).renderChart(request);

/**
 * The verdicts on each system's objects, all of them judged beside each other; their file is the stack's.
 *
 * @throws {UserError} and {@link ParameterError} where the stack file sets the policies wrongly
 */
export async function judgeDeclared(
  declared: readonly Declared[],
  stack: string,
): Promise<ReadonlyMap<string, readonly ObjectVerdict[]>> {
  const subjects = new Subjects([repositoryRoot], render);
  const bySystem = grouped(declared, ({ item }) => item.system);
  const files = [...bySystem].map(async ([file, own]) => {
    const judged = own.map(({ registration }) => registration).filter(({ type }) => isJudged(type));
    const found = await Promise.all(judged.map((each) => subjects.of(resourceOf(each))));
    return { file, subjects: found.flat() };
  });
  const verdicts = verdictsOf(await Promise.all(files), await judgingOf({ stack }));
  const file = `Pulumi.${stack}.yaml`;
  return new Map(
    [...grouped(verdicts, (verdict) => verdict.file)].map(([system, own]) => [
      system,
      own.map((verdict) => ({ ...verdict, file })),
    ]),
  );
}

/** What the recorder puts where only an account or a cluster knows the value: `${Type.name.property}`. */
const ELSEWHERE = /\$\{((?:[A-Z]\w*|aws:[\w/:]+)\.[^}]+)\.\w+\}/g;

/** A registration as the engine would show it: by its URN stands what the recorder calls it by. */
function resourceOf({ type, name, inputs }: Registration): Resource {
  const sources = Object.entries(inputs).map(([input, value]) => [input, sourcesOf(value)] as const);
  return {
    type,
    name,
    urn: `${shortType(type)}.${name}`,
    props: asPreviewed(inputs),
    dependsOn: Object.fromEntries(sources.filter(([, urns]) => urns.length > 0)),
  };
}

function sourcesOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [...value.matchAll(ELSEWHERE)].map(([, source = ""]) => source);
  if (Array.isArray(value)) return value.flatMap(sourcesOf);
  return isFields(value) ? Object.values(value).flatMap(sourcesOf) : [];
}

/** The inputs, with Pulumi's own mark in every text of which a part is known only at `up`. */
function asPreviewed(value: unknown): unknown {
  if (typeof value === "string") return value.search(ELSEWHERE) < 0 ? value : UNKNOWN;
  if (Array.isArray(value)) return value.map(asPreviewed);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asPreviewed(item)]));
}
