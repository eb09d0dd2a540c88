import { judgeContainers } from "./containers";
import { isUnknown, type Field } from "./field";
import { undecidable, type Violation } from "./violation";

/** A container image's reference, taken apart. */
export interface ImageReference {
  /** Registry and path: `registry:5000/team/app`. */
  readonly repository: string;
  /** @default - the reference names no tag. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. @default - the reference names no digest. */
  readonly digest?: string;
}

const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const repositoryPattern = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

/**
 * Takes a reference apart: the tag is what follows a colon after the last slash, so that a registry's port is never taken for one.
 * Undefined for what is no reference (https://github.com/distribution/reference).
 */
function parseImage(text: string): ImageReference | undefined {
  const [named = "", digest, ...rest] = text.split("@");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const repository = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const wellFormed =
    rest.length === 0 &&
    repositoryPattern.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  if (!wellFormed) return undefined;
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

const allowed = "repository:tag with a tag other than latest, or repository@sha256:digest";

/** Every container of a pod, init and ephemeral ones included, names its image by a tag that is not `latest`, or by digest. */
export function checkImages(pod: Field): Violation[] {
  return judgeContainers(pod, ["containers", "initContainers", "ephemeralContainers"], (container, name) =>
    checkImage(container.at("image"), name),
  );
}

function checkImage(image: Field, container: string): Violation[] {
  const violation = (found: string, mend: string): Violation[] => [
    { path: image.path, container, found, allowed, mend },
  ];
  const text = image.textWithUnknowns();
  if (text === undefined) return violation(image.shown(), "name the image");
  const reference = parseImage(text);
  if (isUnknown(reference === undefined ? text : (reference.tag ?? reference.digest ?? text)))
    return [undecidable(image, container)];
  if (reference === undefined)
    return violation(`"${text}", which is no image reference`, "write repository:tag");
  if (reference.digest !== undefined) return [];
  if (reference.tag === undefined)
    return violation(`"${text}", which has no tag and so means latest`, "add the version's tag");
  if (reference.tag.toLowerCase() === "latest") return violation(`"${text}"`, "name the version's own tag");
  return [];
}
