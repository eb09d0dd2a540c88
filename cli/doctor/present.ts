/** Finds a program that is on this machine already; nothing is downloaded, built or started. */
import path from "node:path";
import { cachedPath, searchPath, variableOf } from "../../engine/acquire";
import { isExecutable } from "../../engine/cache";
import { tools, type ToolName } from "../../engine/tools";

export interface Present {
  readonly path: string;
  /** Where it lies, for people: `PATH`, `golive's cache`, the variable that names it. */
  readonly from: string;
}

const isTool = (name: string): name is ToolName => name in tools;

/** In the order in which golive itself looks. */
export async function presentProgram(name: string): Promise<Present | undefined> {
  for (const place of placesOf(name)) {
    if (await isExecutable(place.path)) return place;
  }
  return undefined;
}

function placesOf(name: string): Present[] {
  const variable = variableOf(name);
  const named = process.env[variable];
  return [
    ...(named ? [{ path: path.resolve(named), from: variable }] : []),
    ...searchPath().map((folder) => ({ path: path.join(folder, name), from: "PATH" })),
    ...(isTool(name) ? [{ path: cachedPath(name), from: "golive's cache" }] : []),
  ];
}
