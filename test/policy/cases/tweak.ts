import type { Resource } from "../../../policies/resource";
import { changed, type Path } from "../case";

/** A copy of a resource with one place of its inputs changed. */
export function tweak(resource: Resource, path: Path, to: unknown): Resource {
  return { ...resource, props: changed(resource.props, path, to) };
}
