/** Where a stack's AWS resources live: account, region, hosted zone. Pure. */
import { distance } from "fastest-levenshtein";
import type { Parsed } from "./parsed";

declare const accountId: unique symbol;
declare const region: unique symbol;
declare const zoneId: unique symbol;
declare const oidcProvider: unique symbol;

/** Twelve digits, as text: an account may start with 0. */
export type AccountId = string & { readonly [accountId]: true };
/** An AWS region, e.g. `us-east-1`. */
export type Region = string & { readonly [region]: true };
/** The id of a Route 53 hosted zone, e.g. `Z0123456789ABCDEFGHIJ`. */
export type ZoneId = string & { readonly [zoneId]: true };
/** The issuer of a cluster's tokens without `https://`, e.g. `oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE…`. */
export type OidcProvider = string & { readonly [oidcProvider]: true };

export const ACCOUNT_PATTERN = String.raw`^\d{12}$`;
export const ZONE_PATTERN = "^Z[A-Z0-9]{1,31}$";
export const OIDC_PROVIDER_PATTERN = "^[a-z0-9-]+(?:\\.[a-z0-9-]+)+(?:/[A-Za-z0-9._-]+)*$";

/** AWS adds regions by number within an area far more often than it adds areas, so only the areas are listed. */
const AREAS = [
  "af-south",
  "ap-east",
  "ap-northeast",
  "ap-south",
  "ap-southeast",
  "ca-central",
  "ca-west",
  "cn-north",
  "cn-northwest",
  "eu-central",
  "eu-north",
  "eu-south",
  "eu-west",
  "il-central",
  "me-central",
  "me-south",
  "mx-central",
  "sa-east",
  "us-east",
  "us-gov-east",
  "us-gov-west",
  "us-west",
] as const;

export const REGION_PATTERN = `^(?:${AREAS.join("|")})-[1-9]$`;

const ACCOUNT = new RegExp(ACCOUNT_PATTERN);
const REGION = new RegExp(REGION_PATTERN);
const ZONE = new RegExp(ZONE_PATTERN);
const OIDC_PROVIDER = new RegExp(OIDC_PROVIDER_PATTERN);

function isAccount(text: string): text is AccountId {
  return ACCOUNT.test(text);
}

function isRegion(text: string): text is Region {
  return REGION.test(text);
}

function isZone(text: string): text is ZoneId {
  return ZONE.test(text);
}

function isOidcProvider(text: string): text is OidcProvider {
  return OIDC_PROVIDER.test(text);
}

/** An account: twelve digits. */
export function parseAccountId(text: string): Parsed<AccountId> {
  if (isAccount(text)) return { value: text };
  const digits = text.replace(/[\s-]/g, "");
  const mend = digits !== text && isAccount(digits) ? `; write "${digits}"` : "";
  return { problem: `expected an AWS account of 12 digits${mend}` };
}

/** A region such as `us-east-1`. */
export function parseRegion(text: string): Parsed<Region> {
  if (isRegion(text)) return { value: text };
  const expected = "expected an AWS region such as us-east-1";
  if (isRegion(text.slice(0, -1)))
    return { problem: `${expected}; an availability zone is not a region: write ${text.slice(0, -1)}` };
  const number = /\d$/.exec(text)?.[0] ?? "1";
  const near = AREAS.map((area) => `${area}-${number}`).find(
    (name) => distance(name, text.toLowerCase()) <= 2,
  );
  return { problem: near === undefined ? expected : `${expected}; did you mean ${near}?` };
}

/** A Route 53 hosted zone. */
export function parseZoneId(text: string): Parsed<ZoneId> {
  if (isZone(text)) return { value: text };
  return { problem: "expected the id of a Route 53 hosted zone such as Z0123456789ABCDEFGHIJ" };
}

/** The issuer of a cluster's tokens, as IAM names an identity provider: host and path. */
export function parseOidcProvider(text: string): Parsed<OidcProvider> {
  if (isOidcProvider(text)) return { value: text };
  const bare = text.replace(/^https:\/\/|^arn:.*:oidc-provider\//, "").replace(/\/$/, "");
  const mend = bare !== text && isOidcProvider(bare) ? `; write ${bare}` : "";
  const example = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
  return {
    problem: `expected the issuer of the cluster's tokens without https://, such as ${example}${mend}`,
  };
}

/** The ARN of a cluster's identity provider in the stack's account. */
export function oidcProviderArn(
  aws: { readonly accountId: AccountId; readonly region: Region },
  provider: OidcProvider,
): string {
  return `arn:${partitionOf(aws.region)}:iam::${aws.accountId}:oidc-provider/${provider}`;
}

/** The part of AWS that a region belongs to, as ARNs begin. */
function partitionOf(region: Region): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
