/** Container images: a tag that names one build, optionally its digest, and the text that pulls it. Pure. */
import type { AccountId, Region } from "./aws";
import type { RepositoryName } from "./names";
import type { Parsed } from "./parsed";

declare const tag: unique symbol;
declare const digest: unique symbol;

/** A tag that names one build: never `latest` or another name that moves. */
export type Tag = string & { readonly [tag]: true };
/** The content of an image: `sha256:` and 64 hexadecimal digits. */
export type Digest = string & { readonly [digest]: true };

/** An image of a stack's own registry. */
export interface Image {
  readonly repository: RepositoryName;
  readonly tag: Tag;
  readonly digest?: Digest | undefined;
}

const MOVING = [
  "latest",
  "stable",
  "edge",
  "nightly",
  "main",
  "master",
  "develop",
  "dev",
  "prod",
  "production",
];

export const TAG_PATTERN = `^(?!(?:${MOVING.join("|")})$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`;
export const DIGEST_PATTERN = "^sha256:[a-f0-9]{64}$";

const TAG = new RegExp(TAG_PATTERN);
const DIGEST = new RegExp(DIGEST_PATTERN);

function isTag(text: string): text is Tag {
  return TAG.test(text);
}

function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** A tag such as `v1.0-develop-11`. */
export function parseTag(text: string): Parsed<Tag> {
  if (isTag(text)) return { value: text };
  const expected = "expected a tag that names one build, such as v1.0-develop-11";
  if (MOVING.includes(text))
    return { problem: `${expected}; "${text}" moves from build to build (policy image-tag)` };
  if (isDigest(text)) return { problem: `${expected}; a digest has its own key: digest` };
  return { problem: `${expected}: at most 128 letters, digits, "_", "." and "-"` };
}

/** A digest, `sha256:` and 64 hexadecimal digits. */
export function parseDigest(text: string): Parsed<Digest> {
  if (isDigest(text)) return { value: text };
  const bare = isDigest(`sha256:${text}`) ? "; add sha256: before it" : "";
  return { problem: `expected a digest: sha256: and 64 lower-case hexadecimal digits${bare}` };
}

/** The host name of an account's ECR registry. */
export function registryHost(aws: { readonly accountId: AccountId; readonly region: Region }): string {
  const suffix = aws.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `${aws.accountId}.dkr.ecr.${aws.region}.${suffix}`;
}

/**
 * The text that pulls an image: `registry/repository:tag`, with `@digest` after it where the settings name one.
 * Known at preview, so that a reviewer and the policies see it.
 */
export function imageReference(
  aws: { readonly accountId: AccountId; readonly region: Region },
  { repository, tag, digest }: Image,
): string {
  const pinned = digest === undefined ? "" : `@${digest}`;
  return `${registryHost(aws)}/${repository}:${tag}${pinned}`;
}
