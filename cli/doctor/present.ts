/** Finds a program that is on this machine already; nothing is downloaded, built or started. */
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { cacheRoot } from "../../engine/cache";
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
    const found = await access(place.path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return place;
  }
  return undefined;
}

function placesOf(name: string): Present[] {
  const variable = `GOLIVE_${name.toUpperCase().replaceAll("-", "_")}`;
  const named = process.env[variable];
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [
    ...(named ? [{ path: path.resolve(named), from: variable }] : []),
    ...folders.map((folder) => ({ path: path.join(folder, name), from: "PATH" })),
    ...(isTool(name)
      ? [
          {
            path: path.join(cacheRoot(), "tools", `${name}-${tools[name].version}`, name),
            from: "golive's cache",
          },
        ]
      : []),
  ];
}
