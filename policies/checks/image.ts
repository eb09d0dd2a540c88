/** Where an image comes from, and whether its name always means the same build. */
import { everyPosition, judgeContainers } from "./containers";
import { isUnknown, type Field } from "./field";
import { isWithin, parseImage, type ImageReference } from "./image-reference";
import { refused, undecidable, type Expectation, type Violation } from "./violation";

/** What is wrong with an image; undefined where nothing is. */
type Problem = Expectation | "undecidable" | undefined;

/** Judges the image of every container, init and ephemeral ones included, by its reference; what is none is refused. */
const judgeImages = (
  pod: Field,
  allowed: string,
  judge: (reference: ImageReference, container: Field) => Problem,
): Violation[] =>
  judgeContainers(pod, everyPosition, (container, name) => {
    const image = container.at("image");
    const problem = problemOf(image, container, allowed, judge);
    if (problem === undefined) return [];
    if (problem === "undecidable") return [undecidable(image, name)];
    const { found = image.shown(), ...expected } = problem;
    return [{ path: image.path, container: name, found, ...expected }];
  });

function problemOf(
  image: Field,
  container: Field,
  allowed: string,
  judge: (reference: ImageReference, container: Field) => Problem,
): Problem {
  const text = image.textWithUnknowns();
  if (text === undefined) return { allowed, mend: "name the image" };
  const reference = parseImage(text);
  if (reference !== undefined) return judge(reference, container);
  if (isUnknown(text)) return "undecidable";
  return { found: `"${text}", which is no image reference`, allowed, mend: "write repository:tag" };
}

/** Every image is named by a tag that is not `latest`, or by digest. */
export function checkTags(pod: Field): Violation[] {
  const allowed = "repository:tag with a tag other than latest, or repository@sha256:digest";
  return judgeImages(pod, allowed, ({ repository, tag, digest }) => {
    if (isUnknown(tag ?? digest ?? repository)) return "undecidable";
    if (digest !== undefined) return undefined;
    if (tag === undefined)
      return {
        found: `"${repository}", which has no tag and so means latest`,
        allowed,
        mend: "add the version's tag",
      };
    return tag.toLowerCase() === "latest" ? { allowed, mend: "name the version's own tag" } : undefined;
  });
}

/** Every image is named by its digest, but those of the repositories of which a tag is enough. */
export function checkDigests(pod: Field, tagged: readonly string[]): Violation[] {
  const allowed = "repository@sha256:digest, or repository:tag@sha256:digest";
  return judgeImages(pod, allowed, ({ repository, tag, digest }) => {
    if (digest !== undefined) return undefined;
    const excepted = isWithin(repository, tagged);
    if (excepted === "yes") return undefined;
    if (excepted === "unknown" || isUnknown(tag ?? repository)) return "undecidable";
    return { allowed, mend: "set the image's digest, which the registry shows beside its tag" };
  });
}

/** Every image comes from one of the registries; of an empty list any will do. */
export function checkRegistries(pod: Field, registries: readonly string[]): Violation[] {
  if (registries.length === 0) return [];
  const allowed = `an image of ${registries.join(", ")}`;
  return judgeImages(pod, allowed, ({ repository }) => {
    const within = isWithin(repository, registries);
    if (within === "unknown") return "undecidable";
    return within === "yes"
      ? undefined
      : { allowed, mend: "copy the image to a registry that is allowed, or allow its own in review" };
  });
}

/** Every container's pull policy, or what Kubernetes takes where it names none, is one of these. */
export function checkPullPolicies(pod: Field, policies: readonly string[]): Violation[] {
  return judgeContainers(pod, everyPosition, (container, name) => {
    const policy = container.at("imagePullPolicy");
    const expected = { allowed: policies.join(" or "), mend: "set imagePullPolicy on the container" };
    if (!policy.absent)
      return policies.includes(policy.text() ?? "") ? [] : [refused(policy, expected, name)];
    const image = container.at("image");
    const taken = defaultPolicies(image);
    if (taken.every((each) => policies.includes(each))) return [];
    if (taken.length > 1) return [undecidable(image, name)];
    const found = `absent, which Kubernetes takes for ${taken.join("")}`;
    return [refused(policy, { ...expected, found }, name)];
  });
}

/** What Kubernetes takes for the pull policy of an image: both, where its tag is not known. */
function defaultPolicies(image: Field): string[] {
  const reference = parseImage(image.textWithUnknowns() ?? "");
  if (image.unknown && isUnknown(reference?.tag ?? image.textWithUnknowns()))
    return ["Always", "IfNotPresent"];
  const pinned = reference?.digest !== undefined && reference.tag === undefined;
  return pinned || !/^(?:latest)?$/.test(reference?.tag ?? "") ? ["IfNotPresent"] : ["Always"];
}
