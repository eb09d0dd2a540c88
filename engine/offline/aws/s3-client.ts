// The client of S3.
import type { S3 } from "@aws-sdk/client-s3";
import type { Call } from "./kind";

/** Addresses buckets by path: a host of this machine has no subdomain for each. */
export async function s3(call: Call): Promise<S3> {
  const lib = await import("@aws-sdk/client-s3");
  return new lib.S3({ ...call.client("s3"), forcePathStyle: true });
}
