/** Whether this environment says how to reach AWS. Pure but for a look at two files. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Variables by which the AWS SDK finds credentials. */
export const CREDENTIAL_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
] as const;

/** True where one of the variables is set, or the SDK's files are there. An instance's own role counts where a profile names it. */
export function hasAwsCredentials(): boolean {
  const files = ["credentials", "config"].map((file) => join(homedir(), ".aws", file));
  return CREDENTIAL_VARIABLES.some((name) => process.env[name]) || files.some((file) => existsSync(file));
}
