/** `golive version`: puts a version into a stack file, the one line that a release changes (rows K4, L10). */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { findRecords, loadRecord } from "../evidence/records";
import { repositoryRoot } from "../engine/cache";
import { releasesFolder } from "./release/checkout";
import { isMap, isPair, isScalar, parseDocument, visit, type Scalar } from "yaml";
import { parseTag } from "../settings";
import { parseDigest } from "../settings/image";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface VersionChange {
  /** Key of the system in the stack file, e.g. `listacompra`. */
  readonly system: string;
  /** The new tag of its images, with the digest of the build where one is named: `v1.4.0`, `v1.4.0@sha256:…`. */
  readonly tag: string;
  /** The one workload that is meant, e.g. `auth`, or `legacy.gateway`. Not set: every image of the system. */
  readonly of?: string | undefined;
}

/** An image, or a build that is no image (`version`), in the text of a stack file. */
interface Image {
  /** Keys that lead to it from the system's, e.g. `auth`; empty where the system is one workload. */
  readonly workload: string;
  readonly tag: string;
  /** Where the tag is written. */
  readonly place: Place;
  /** An image of a repository. @default - a build that is no image */
  readonly repository?: string | undefined;
  /** Where the digest is written. @default - the file names none */
  readonly digestPlace?: Place | undefined;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** The digest of a repository's build, where somebody knows it. */
export type DigestOf = (repository: string) => string | undefined;

/**
 * The text of a stack file with another version, and not one other character changed. The images of a system carry
 * one version together; where they have several, `of` says which one is meant. Where the file names a digest, that of the new
 * build takes its place: the one given, else what `digestOf` knows.
 *
 * @throws {UserError} for a tag that is none, for a system or workload that the file does not have, where it is not
 * clear which images are meant, and where one has a digest and nobody knows the new build's.
 */
export function withVersion(
  text: string,
  change: VersionChange,
  digestOf: DigestOf = () => undefined,
): string {
  const { tag, digest } = parseVersion(change.tag);
  const images = imagesMeant(text, change);
  if (digest !== undefined && new Set(images.map(({ repository }) => repository)).size > 1)
    throw new UserError(
      `golive:${change.system} has several images, and ${digest} is of one: name it by --of`,
    );
  // v1.2.3 is a text to every YAML parser; 1.10, 1e3 or 2026-11-24 is not.
  const written = /^v\d/.test(tag) ? tag : JSON.stringify(tag);
  const edits = images.flatMap((image) => [
    { ...image.place, text: written },
    ...digestEdit(image, digest ?? digestOf(image.repository ?? ""), { ...change, tag }),
  ]);
  return edits
    .sort((one, other) => other.start - one.start)
    .reduce((edited, edit) => `${edited.slice(0, edit.start)}${edit.text}${edited.slice(edit.end)}`, text);
}

function parseVersion(given: string): { readonly tag: string; readonly digest?: string } {
  const [tag = "", digest, ...rest] = given.split("@");
  const parsed = parseTag(tag);
  if ("problem" in parsed) throw new UserError(`version ${JSON.stringify(given)}: ${parsed.problem}`);
  if (digest === undefined) return { tag };
  const known = parseDigest(digest);
  if (rest.length > 0 || "problem" in known)
    throw new UserError(`version ${JSON.stringify(given)}: expected a tag, or tag@sha256:… of its build`);
  return { tag, digest };
}

function digestEdit(
  { digestPlace, repository }: Image,
  digest: string | undefined,
  { system, tag }: VersionChange,
): readonly (Place & { readonly text: string })[] {
  if (digestPlace === undefined) return [];
  if (digest !== undefined) return [{ ...digestPlace, text: digest }];
  throw new UserError(
    `golive:${system} names ${repository ?? "the image"} by digest, and nobody knows that of ${tag}: write ${tag}@sha256:…, ` +
      `or make its record first (npm run golive -- release new ${system} ${tag})`,
  );
}

/** `golive version STACK SYSTEM TAG[@DIGEST] [--of NAME]`: changes the stack file and says what was changed. */
export async function versionCommand(stack: string, change: VersionChange): Promise<void> {
  const file = await stackFile(stack);
  const text = await readFile(file, "utf8");
  const edited = withVersion(text, change, recordedDigests(change));
  await writeFile(file, edited);
  const of = change.of === undefined ? change.system : `${change.of} of ${change.system}`;
  const outcome = edited === text ? "is already" : "is now";
  console.log(`${of} ${outcome} ${change.tag} in ${path.basename(file)}`);
}

/** The digests that the version's release record names. */
export function recordedDigests({ system, tag }: Pick<VersionChange, "system" | "tag">): DigestOf {
  const folder = findRecords(releasesFolder(repositoryRoot), system).find(
    (each) => path.basename(each) === tag,
  );
  const images = folder === undefined ? [] : loadRecord(folder).record.images;
  return (repository) => images.find((image) => image.repository === repository && image.tag === tag)?.digest;
}

function imagesMeant(text: string, { system, of }: VersionChange): readonly Image[] {
  const images = imagesOf(text, system);
  const known = images.map(({ workload, tag }) => `${workload || system} ${tag}`).join(", ");
  const meant = of === undefined ? images : images.filter(({ workload }) => workload === of);
  if (images.length === 0)
    throw new UserError(`the stack file has no golive:${system} with an image.tag or a version`);
  if (meant.length === 0) {
    throw new UserError(`golive:${system} has no image of ${of ?? system}; it has ${known}`);
  }
  if (new Set(meant.map(({ tag }) => tag)).size > 1) {
    throw new UserError(`golive:${system} has several versions (${known}): name one by --of`);
  }
  return meant;
}

/** Every image below the system's key, in the order of the file. */
function imagesOf(text: string, system: string): readonly Image[] {
  const node = parseDocument(text).getIn(["config", `golive:${system}`], true);
  const images: Image[] = [];
  if (!isMap(node)) return images;
  visit(node, {
    Pair(_, { key, value }, ancestors) {
      const name = isScalar(key) ? key.value : undefined;
      const image = name === "image" && isMap(value) ? value : undefined;
      const tag = name === "version" ? value : image?.get("tag", true);
      if (!isWritten(tag)) return;
      const [repository, digest] = [image?.get("repository"), image?.get("digest", true)];
      images.push({
        workload: keysOf(ancestors),
        tag: tag.value,
        place: placeOf(tag),
        repository: typeof repository === "string" ? repository : undefined,
        digestPlace: isWritten(digest) ? placeOf(digest) : undefined,
      });
    },
  });
  return images;
}

const keysOf = (ancestors: readonly unknown[]) =>
  ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [])).join(".");

const placeOf = ({ range: [start, end] }: Written): Place => ({ start, end });

type Written = Scalar<string> & { readonly range: readonly [number, number, number] };

const isWritten = (node: unknown): node is Written =>
  isScalar(node) && typeof node.value === "string" && Array.isArray(node.range);
