/** What a stack file deploys of a system: its images, and its builds that are no image. Pure. */

/** An image, or a build that is none, such as a site's. */
export interface Deployed {
  /** Repository of the image; of a build that is none `<system>/<workload>`: `s5/frontend`. */
  readonly repository: string;
  readonly tag: string;
  /** @default - the stack file names none */
  readonly digest?: string | undefined;
  /** Where it stands in the stack file: `golive:kometa.image`. */
  readonly path: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What speaks of images and deploys none. */
const OTHERS = ["evidence"];

/** Everything that `settings`, the mapping of a system, deploys; each once. */
export function deployedBy(system: string, settings: unknown): readonly Deployed[] {
  const found = below(settings, { system, path: `golive:${system}`, workload: "" });
  const each = new Map(found.map((item) => [nameOf(item), item]));
  return [...each.values()];
}

/** As people name an image: `kometa-marketplace:v1.0-develop-11`, with its digest where it has one. */
export const nameOf = ({ repository, tag, digest }: Omit<Deployed, "path">): string =>
  `${repository}:${tag}${digest === undefined ? "" : `@${digest}`}`;

interface Place {
  readonly system: string;
  readonly path: string;
  readonly workload: string;
}

function below(node: unknown, place: Place): readonly Deployed[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => below(item, { ...place, path: `${place.path}[${index}]` }));
  }
  if (!isFields(node)) return [];
  const inner = Object.entries(node).flatMap(([key, value]) =>
    OTHERS.includes(key) ? [] : below(value, { ...place, path: `${place.path}.${key}`, workload: key }),
  );
  return [...(imageIn(node, place) ?? buildIn(node, place) ?? []), ...inner];
}

function imageIn(node: Fields, { path }: Place): readonly Deployed[] | undefined {
  const { repository, tag, digest } = node;
  if (typeof repository !== "string" || typeof tag !== "string") return undefined;
  return [{ repository, tag, path, ...(typeof digest === "string" && { digest }) }];
}

/** A build lies in a bucket, in a folder named by its version. */
function buildIn(node: Fields, { system, path, workload }: Place): readonly Deployed[] | undefined {
  const { version, bucket } = node;
  if (typeof version !== "string" || typeof bucket !== "string") return undefined;
  return [{ repository: `${system}/${workload}`, tag: version, path: `${path}.version` }];
}

/** A mapping, and no value of a class such as a secret. */
function isFields(node: unknown): node is Fields {
  if (typeof node !== "object" || node === null) return false;
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
}
