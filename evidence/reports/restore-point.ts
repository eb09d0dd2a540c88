/** A stack's state (`golive export`, which is `pulumi stack export`). */
import * as z from "zod";
import { Disbelieved } from "./disbelieved";
import type { Format } from "./format";
import { counted, has, instant, parsed } from "./shared";

/** Of a resource no more is read than its name: the state may be large. */
const state = z.object({
  version: z.int(),
  deployment: z.object({
    manifest: z.object({ time: instant, version: z.string().optional() }),
    resources: z.array(z.object({ urn: z.string(), type: z.string() })).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

/** What Pulumi writes of a secret in clear (`--show-secrets`). */
const CLEAR = /"plaintext"\s*:/;

/** What is declared is counted, without the stack itself and Pulumi's own providers. */
export const restorePoint: Format<"restore-point"> = {
  title: "a stack's state, as golive export writes it",
  kind: "restore-point",
  recognise: ({ json }) => has(json, "version", "deployment"),
  read: ({ text, json }) => {
    const { manifest, resources, pending_operations: pending } = parsed(state, json, "state").deployment;
    if (CLEAR.test(text)) {
      throw new Disbelieved("has secrets in clear; expected them encrypted: export without --show-secrets");
    }
    if (pending?.length) {
      throw new Disbelieved(
        `has ${counted(pending.length, "operation")} under way; expected a state between operations`,
      );
    }
    const all = resources ?? [];
    const stacks = [...new Set(all.map(({ urn }) => /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? ""))];
    const declared = all.filter(({ type }) => !type.startsWith("pulumi:"));
    const [stack] = stacks;
    if (declared.length === 0)
      throw new Disbelieved("has 0 resources; expected those that would be restored");
    if (!stack || stacks.length > 1)
      throw new Disbelieved(`is of the stacks ${stacks.join(", ")}; expected one`);
    return {
      finding: { kind: "restore-point", stack, resources: declared.length },
      tool: manifest.version ? `Pulumi ${manifest.version}` : "Pulumi",
      at: manifest.time,
    };
  },
};
