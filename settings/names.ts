/** Names that Kubernetes, Helm and ECR accept, each with its own rule. Pure. */
import type { Parsed } from "./parsed";

declare const label: unique symbol;
declare const release: unique symbol;
declare const repository: unique symbol;
declare const bucket: unique symbol;
declare const secretKey: unique symbol;

/** RFC 1123 label: at most 63 of a-z, 0-9 and `-`. Names namespaces and services. */
export type LabelName = string & { readonly [label]: true };
/** Name of a Helm release: a label of at most 53 characters. */
export type ReleaseName = LabelName & { readonly [release]: true };
/** Name of an ECR repository, without its registry. */
export type RepositoryName = string & { readonly [repository]: true };
/** Name of an S3 bucket, free in all of AWS. */
export type BucketName = string & { readonly [bucket]: true };
/** Key inside a Kubernetes Secret or ConfigMap. */
export type DataKey = string & { readonly [secretKey]: true };

export const LABEL_PATTERN = "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$";
export const RELEASE_PATTERN = "^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$";
export const REPOSITORY_PATTERN =
  "^(?=.{2,256}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$";
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
export const BUCKET_PATTERN = "^(?=.{3,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$";
export const DATA_KEY_PATTERN = "^[A-Za-z0-9._-]{1,253}$";

const LABEL = new RegExp(LABEL_PATTERN);
const RELEASE = new RegExp(RELEASE_PATTERN);
const REPOSITORY = new RegExp(REPOSITORY_PATTERN);
const BUCKET = new RegExp(BUCKET_PATTERN);
const DATA_KEY = new RegExp(DATA_KEY_PATTERN);

const LETTERS = 'lower-case letters, digits and "-", a letter or digit at both ends';
const OWNED_BY_KUBERNETES = /^(?:default|kube-.*)$/;

function isLabel(text: string): text is LabelName {
  return LABEL.test(text);
}

function isRelease(text: string): text is ReleaseName {
  return RELEASE.test(text);
}

function isRepository(text: string): text is RepositoryName {
  return REPOSITORY.test(text);
}

function isBucket(text: string): text is BucketName {
  return BUCKET.test(text);
}

function isDataKey(text: string): text is DataKey {
  return DATA_KEY.test(text);
}

/** The nearest right spelling, when changing case and separators is all it takes. */
function mend(text: string, fits: (candidate: string) => boolean): string {
  const candidate = text
    .toLowerCase()
    .replace(/[\s_.]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return candidate !== text && fits(candidate) ? `; write ${candidate}` : "";
}

/** A name of at most 63 characters: a namespace, a Service, a Secret. */
export function parseLabelName(text: string): Parsed<LabelName> {
  if (isLabel(text)) return { value: text };
  return { problem: `expected at most 63 ${LETTERS}${mend(text, isLabel)}` };
}

/** A namespace of the system's own: those of Kubernetes itself are refused. */
export function parseNamespaceName(text: string): Parsed<LabelName> {
  if (OWNED_BY_KUBERNETES.test(text)) {
    return { problem: "expected a namespace of the system's own; this one belongs to Kubernetes" };
  }
  return parseLabelName(text);
}

/** A Helm release: its limit is 53, so that names built from it stay within 63. */
export function parseReleaseName(text: string): Parsed<ReleaseName> {
  if (isRelease(text)) return { value: text };
  return { problem: `expected at most 53 ${LETTERS}${mend(text, isRelease)}` };
}

const REGISTRY = /^[^/]+\.amazonaws\.com(?:\.cn)?\//;

/** An ECR repository, e.g. `kometa-marketplace` or `team/service`. */
export function parseRepositoryName(text: string): Parsed<RepositoryName> {
  if (isRepository(text) && !REGISTRY.test(text)) return { value: text };
  const expected = "expected an ECR repository name such as kometa-marketplace";
  const path = text.replace(REGISTRY, "").replace(/[:@].*$/, "");
  if (path !== text && isRepository(path)) {
    return { problem: `${expected}; registry, tag and digest are not part of it: write ${path}` };
  }
  return { problem: `${expected}${mend(text, isRepository)}` };
}

/** A key of a Kubernetes Secret. */
export function parseDataKey(text: string): Parsed<DataKey> {
  if (isDataKey(text)) return { value: text };
  return { problem: 'expected at most 253 letters, digits, ".", "_" and "-"' };
}

/** An S3 bucket; without dots, with which no certificate of AWS's own would fit. */
export function parseBucketName(text: string): Parsed<BucketName> {
  if (isBucket(text)) return { value: text };
  return { problem: `expected 3 to 63 ${LETTERS}${mend(text, isBucket)}` };
}
