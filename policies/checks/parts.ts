/** Resources of AWS that belong to another one: a bucket's encryption, a repository's lifecycle. */
import type { Subject } from "../subject";
import type { World } from "../world";
import { some, type Match } from "./selector";

/** Whether a part belongs to a whole: by what its input comes from, or by the whole's name in it. */
function belongs(part: Subject, input: string, whole: Subject, world: World): Match {
  if (world.sources(part, input).includes(whole)) return "yes";
  const field = part.object.at(input);
  if (field.unknown) return part.dependsOn?.[input] === undefined ? "unknown" : "no";
  return field.text() === whole.name ? "yes" : "no";
}

/** A part's inputs, or of what is known where no part of the kind is sure to belong to the whole. */
export type Part = { readonly found: Subject } | { readonly found?: undefined; readonly maybe: boolean };

/** The part of a kind that belongs to a whole. */
export function partOf(whole: Subject, kind: string, input: string, world: World): Part {
  const parts = world.ofKind(whole.group, kind);
  const matches = parts.map((part) => belongs(part, input, whole, world));
  const found = parts[matches.indexOf("yes")];
  return found === undefined ? { maybe: some(matches) === "unknown" } : { found };
}
