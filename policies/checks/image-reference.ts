/** References of container images as container runtimes read them. https://github.com/distribution/reference */
import { isUnknown, knownStart } from "./field";
import type { Match } from "./selector";

/** A container image's reference, taken apart. */
export interface ImageReference {
  /** Registry and path: `registry:5000/team/app`. */
  readonly repository: string;
  /** @default - the reference names no tag. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. @default - the reference names no digest. */
  readonly digest?: string;
}

const label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
const host = `(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?`;
const step = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

/** The parts of a reference as regular expressions that JavaScript and RE2, and so CEL, read alike. */
export const imagePatterns = {
  repository: `(?:${host}/)?${step}(?:/${step})*`,
  tag: "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
  digest: "sha256:[0-9a-f]{64}",
} as const;

const wellFormed = new RegExp(
  `^(${imagePatterns.repository})(?::(${imagePatterns.tag}))?(?:@(${imagePatterns.digest}))?$`,
);

/** Takes a reference apart: a colon before the last slash is a registry's port. Undefined for what is no reference. */
export function parseImage(text: string): ImageReference | undefined {
  const [, repository, tag, digest] = wellFormed.exec(text) ?? [];
  if (repository === undefined) return undefined;
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The registry that a reference without one means. */
export const HUB = "docker.io";

/** Whether a name's first step is a registry's host, and none of Docker Hub's accounts. */
const isHost = (step: string): boolean => /[.:A-Z]/.test(step) || step === "localhost";

/** A repository with its registry: `nginx` is `docker.io/library/nginx`. */
function fullName(repository: string): string {
  const [first = "", ...rest] = repository.split("/");
  if (rest.length === 0) return `${HUB}/library/${first}`;
  if (!isHost(first)) return `${HUB}/${repository}`;
  const registry = first === `index.${HUB}` ? HUB : first;
  return registry === HUB && rest.length === 1
    ? `${HUB}/library/${rest.join("")}`
    : [registry, ...rest].join("/");
}

/** What an entry of a list of registries stands for: a registry, a folder of one, or a repository, by its full name. */
export function registryPrefixes(entry: string): string[] {
  const [first = "", ...rest] = entry.replace(/\/+$/, "").split("/");
  const named = isHost(first);
  const registry = !named || first === `index.${HUB}` ? HUB : first;
  const path = named ? rest : [first, ...rest];
  const prefix = [registry, ...path].join("/");
  return registry === HUB && path.length === 1 ? [prefix, `${HUB}/library/${path.join("")}`] : [prefix];
}

/** Whether a repository is one of these, or below one of them: a name that only begins alike is neither. */
export function isWithin(repository: string, registries: readonly string[]): Match {
  const prefixes = registries.flatMap(registryPrefixes);
  const [first = ""] = repository.split("/");
  if (isUnknown(first) && !isHost(first)) return "unknown";
  const name = fullName(repository);
  const known = knownStart(name);
  if (prefixes.some((prefix) => known === prefix || known.startsWith(`${prefix}/`))) return "yes";
  const open = known !== name && prefixes.some((prefix) => `${prefix}/`.startsWith(known));
  return open ? "unknown" : "no";
}
