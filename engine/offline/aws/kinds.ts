// Every resource type that the stand-in serves, by type token.
import { NotServed } from "../provider";
import { acmKinds } from "./acm";
import { cloudfrontKinds } from "./cloudfront";
import { ecrKinds } from "./ecr";
import { iamKinds } from "./iam";
import type { Kind } from "./kind";
import { kmsKinds } from "./kms";
import { route53Kinds } from "./route53";
import { s3Kinds } from "./s3";
import { wafv2Kinds } from "./wafv2";

/** By type token, e.g. `aws:ecr/repository:Repository`. */
export const KINDS: Readonly<Record<string, Kind | undefined>> = {
  ...acmKinds,
  ...cloudfrontKinds,
  ...ecrKinds,
  ...iamKinds,
  ...kmsKinds,
  ...route53Kinds,
  ...s3Kinds,
  ...wafv2Kinds,
};

/** The type of a token; throws where the stand-in does not serve it. */
export function kindOf(type: string): Kind {
  const kind = KINDS[type];
  if (kind === undefined) throw new NotServed(`the resource type ${type}`);
  return kind;
}
