/** How the gate inside the engine stops a change. */
import * as pulumi from "@pulumi/pulumi";
import { PROMOTE } from "./promote";

export const refusal = (text: string): Error => new Error(`refused: ${text}`);

/** Stops a change against its readings, unless somebody answers for it: then it is told, and goes on. */
export function stopUnpromoted(line: string): Promise<void> {
  const promoted = process.env[PROMOTE] ?? "";
  if (promoted !== "") return pulumi.log.warn(`${line}; let through by ${PROMOTE}: ${promoted}`);
  throw refusal(
    `${line}. Going back is never refused; past the readings, set ${PROMOTE} to who says so and why`,
  );
}
