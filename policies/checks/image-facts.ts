/**
 * What is known of images beside their names. Neither inputs nor manifests show a signature, so that it is read from image facts: immutable
 * ConfigMaps labelled `golive.dev/image-facts`, with an entry `sha256.<64 hexadecimal digits>` for each image, a JSON mapping of `signedBy`
 * (list of texts), `builtBy` (text) and `scannedAt` (ISO 8601).
 */
import * as z from "zod";
import type { Subject } from "../subject";
import { perWorld, type World } from "../world";
import { everyPosition, judgeContainers } from "./containers";
import type { Field } from "./field";
import { parseImage } from "./image-reference";
import { undecidable, type Violation } from "./violation";

/** The label of a ConfigMap that holds image facts, whatever its value. */
export const IMAGE_FACTS = "golive.dev/image-facts";

const factsOfImage = z.object({
  signedBy: z.array(z.string()).default([]),
  builtBy: z.string().optional(),
  scannedAt: z.iso.datetime({ offset: true }).optional(),
});

type Facts = z.output<typeof factsOfImage>;

/** What is asked of an image. */
export type Asked =
  | { readonly fact: "signedBy" | "builtBy"; readonly among: readonly string[] }
  | { readonly fact: "scannedAt"; readonly within: number };

const HOUR = 3_600_000;

/** The image facts of the objects, by digest. */
const factsIn = perWorld((world: World): ReadonlyMap<string, Facts> => {
  const held = world.ofKind("core", "ConfigMap").filter(holdsFacts).flatMap(entriesOf);
  return new Map(held);
});

function holdsFacts({ object }: Subject): boolean {
  const labelled = !object.at("metadata", "labels", IMAGE_FACTS).absent;
  return labelled && object.at("immutable").text() === "true";
}

function entriesOf({ object }: Subject): [string, Facts][] {
  const data = object.at("data");
  return data.keys().flatMap((key): [string, Facts][] => {
    const facts = read(data.at(key).text() ?? "");
    return facts === undefined ? [] : [[key.replace("sha256.", "sha256:"), facts]];
  });
}

function read(text: string): Facts | undefined {
  try {
    return factsOfImage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The image facts say of every image of a pod what is asked; where there are none at all, nothing can be judged. */
export function checkImageFacts(pod: Field, world: World, asked: Asked): Violation[] {
  const facts = factsIn(world);
  return judgeContainers(pod, everyPosition, (container, name) => {
    const image = container.at("image");
    if (image.unknown) return [undecidable(image, name)];
    if (facts.size === 0) return [withoutFacts(image, name)];
    const { digest } = parseImage(image.text() ?? "") ?? {};
    const allowed = allowedBy(asked);
    const violation = (found: string, mend: string): Violation[] => [
      { path: image.path, container: name, found, allowed, mend },
    ];
    if (digest === undefined)
      return violation(`${image.shown()}, which names no digest`, "name the image by its digest");
    const of = facts.get(digest);
    if (of === undefined)
      return violation(`${image.shown()}, of which there are no image facts`, "record its facts");
    const found = refusedBy(of, asked, world.now);
    return found === undefined
      ? []
      : violation(`${image.shown()}, ${found}`, "record what is so, or mend it");
  });
}

function withoutFacts(image: Field, container: string): Violation {
  return {
    path: image.path,
    container,
    found: `${image.shown()}, and no ConfigMap with image facts is among the objects`,
    allowed: `an image whose facts stand in an immutable ConfigMap labelled ${IMAGE_FACTS}`,
    mend: "declare the image facts beside the workload, or leave the rule off",
    undecidable: true,
  };
}

function allowedBy(asked: Asked): string {
  if ("within" in asked) return `an image that was scanned within ${asked.within} hours`;
  const what = asked.fact === "signedBy" ? "an image signed" : "an image built";
  return asked.among.length === 0
    ? `${what} by somebody on record`
    : `${what} by ${asked.among.join(" or ")}`;
}

/** What the facts lack, as a phrase; undefined where they are as asked. */
function refusedBy(facts: Facts, asked: Asked, now: Date): string | undefined {
  if ("within" in asked) return tooOld(facts.scannedAt, asked.within, now);
  const by = asked.fact === "signedBy" ? facts.signedBy : [facts.builtBy ?? []].flat();
  const did = asked.fact === "signedBy" ? "signed" : "built";
  if (by.length === 0) return `${did} by nobody on record`;
  const known = asked.among.length === 0 || by.some((each) => asked.among.includes(each));
  return known ? undefined : `${did} by ${by.join(", ")}`;
}

function tooOld(scannedAt: string | undefined, hours: number, now: Date): string | undefined {
  if (scannedAt === undefined) return "never scanned";
  const age = (now.getTime() - Date.parse(scannedAt)) / HOUR;
  if (age < 0) return `scanned at ${scannedAt}, which is yet to come`;
  return age <= hours ? undefined : `scanned at ${scannedAt}`;
}
