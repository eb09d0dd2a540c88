/** `golive version`: puts a version into a stack file, the one line that a release changes (rows K4, L10). */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isMap, isPair, isScalar, parseDocument, visit, type Scalar } from "yaml";
import { parseTag } from "../settings";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface VersionChange {
  /** Key of the system in the stack file, e.g. `listacompra`. */
  readonly system: string;
  /** The new tag of its images. */
  readonly tag: string;
  /** The one workload that is meant, e.g. `auth`, or `legacy.gateway`. Not set: every image of the system. */
  readonly of?: string | undefined;
}

/** An image, or a build that is no image (`version`), in the text of a stack file. */
interface Image {
  /** Keys that lead to it from the system's, e.g. `auth`; empty where the system is one workload. */
  readonly workload: string;
  readonly tag: string;
  readonly hasDigest: boolean;
  /** Where the tag is written. */
  readonly start: number;
  readonly end: number;
}

/**
 * The text of a stack file with another version, and not one other character changed. The images of a system carry
 * one version together; where they have several, `of` says which one is meant.
 *
 * @throws {UserError} for a tag that is none, for a system or workload that the file does not have, where it is not
 * clear which images are meant, and where one has a digest, which would still name the old build.
 */
export function withVersion(text: string, change: VersionChange): string {
  const parsed = parseTag(change.tag);
  if ("problem" in parsed) throw new UserError(`version ${JSON.stringify(change.tag)}: ${parsed.problem}`);
  // v1.2.3 is a text to every YAML parser; 1.10, 1e3 or 2026-11-24 is not.
  const written = /^v\d/.test(change.tag) ? change.tag : JSON.stringify(change.tag);
  return imagesMeant(text, change).reduceRight(
    (edited, { start, end }) => `${edited.slice(0, start)}${written}${edited.slice(end)}`,
    text,
  );
}

/** `golive version STACK SYSTEM TAG [--of NAME]`: changes the stack file and says what was changed. */
export async function versionCommand(stack: string, change: VersionChange): Promise<void> {
  const file = await stackFile(stack);
  const text = await readFile(file, "utf8");
  const edited = withVersion(text, change);
  await writeFile(file, edited);
  const of = change.of === undefined ? change.system : `${change.of} of ${change.system}`;
  const outcome = edited === text ? "is already" : "is now";
  console.log(`${of} ${outcome} ${change.tag} in ${path.basename(file)}`);
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
  if (meant.some(({ hasDigest }) => hasDigest)) {
    throw new UserError(`golive:${system} has an image.digest, which names the old build: remove it first`);
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
      const [start, end] = tag.range;
      const hasDigest = image?.has("digest") ?? false;
      images.push({ workload: keysOf(ancestors), tag: tag.value, hasDigest, start, end });
    },
  });
  return images;
}

const keysOf = (ancestors: readonly unknown[]) =>
  ancestors.flatMap((node) => (isPair(node) && isScalar(node.key) ? [String(node.key.value)] : [])).join(".");

type Written = Scalar<string> & { readonly range: readonly [number, number, number] };

const isWritten = (node: unknown): node is Written =>
  isScalar(node) && typeof node.value === "string" && Array.isArray(node.range);
