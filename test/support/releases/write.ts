/**
 * Writes the example releases anew, and the public halves of their keys into the stack files:
 * `npx tsx test/support/releases/write.ts`. The private halves are kept nowhere.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import type { Role } from "../../../evidence/line";
import { newPeople, publicText, writeExample, type Example, type People } from "./example";
import { guelaguetza } from "./guelaguetza";
import { kometa } from "./kometa";

/** A stack file's text with other keys for the signers of a system. */
export function withKeys(text: string, system: string, people: People): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`  golive:${system}:`));
  const after = lines.findIndex((line, index) => index > start && /^ {0,2}\S/.test(line));
  const end = after < 0 ? lines.length : after;
  const persons = new Map(Object.entries(people));
  let person: People[Role];
  return lines
    .map((line, index) => {
      if (index <= start || index >= end) return line;
      person = persons.get(/^ {8}([a-z-]+):/.exec(line)?.[1] ?? "") ?? person;
      return person === undefined ? line : line.replace(/(key: )[\w+/]+=/, `$1${publicText(person)}`);
    })
    .join("\n");
}

/** The examples, with the roles that sign in each. */
export const examples: readonly { readonly example: Example; readonly roles: readonly Role[] }[] = [
  { example: kometa, roles: ["devops", "qa", "product-owner"] },
  { example: guelaguetza, roles: ["backend-lead", "devops", "product-owner"] },
];

if (require.main === module) {
  for (const { example, roles } of examples) {
    const people = newPeople(...roles);
    writeExample(path.join(repositoryRoot, "releases"), example, people);
    const file = path.join(repositoryRoot, `Pulumi.${example.stack}.yaml`);
    writeFileSync(file, withKeys(readFileSync(file, "utf8"), example.record.system, people));
  }
}
