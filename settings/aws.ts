/** Where a stack's AWS resources live: account, region, hosted zone. Pure. */
import { distance } from "fastest-levenshtein";
import type { Parsed } from "./parsed";

declare const accountId: unique symbol;
declare const region: unique symbol;
declare const zoneId: unique symbol;

/** Twelve digits, as text: an account may start with 0. */
export type AccountId = string & { readonly [accountId]: true };
/** An AWS region, e.g. `us-east-1`. */
export type Region = string & { readonly [region]: true };
/** The id of a Route 53 hosted zone, e.g. `Z0123456789ABCDEFGHIJ`. */
export type ZoneId = string & { readonly [zoneId]: true };

export const ACCOUNT_PATTERN = String.raw`^\d{12}$`;
export const ZONE_PATTERN = "^Z[A-Z0-9]{1,31}$";

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

function isAccount(text: string): text is AccountId {
  return ACCOUNT.test(text);
}

function isRegion(text: string): text is Region {
  return REGION.test(text);
}

function isZone(text: string): text is ZoneId {
  return ZONE.test(text);
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
