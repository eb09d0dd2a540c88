import assert from "node:assert/strict";

import type { Case } from "./case";

interface Said {
  readonly policy: string;
  readonly message: string;
}

/** What was said of a case is what it expects: nothing, or its policy and no other, one message at least of the form it gives. */
export function expectSaid({ refused }: Case, said: readonly Said[]): void {
  assert.deepEqual(
    new Set(said.map(({ policy }) => policy)),
    new Set(refused === undefined ? [] : [refused.policy, ...(refused.also ?? [])]),
    JSON.stringify(said, undefined, 2),
  );
  if (refused === undefined) return;
  const messages = said.filter(({ policy }) => policy === refused.policy).map(({ message }) => message);
  assert.ok(
    messages.some((message) => new RegExp(refused.says, "m").test(message)),
    `${messages.join("\n")}\ndoes not match ${String(refused.says)}`,
  );
}
