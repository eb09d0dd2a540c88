// A provider that does what its inputs say: for tests of the protocol's base.
import { setTimeout as pause } from "node:timers/promises";
import { InitializationFailed, serve, type Context, type Values } from "../../engine/offline/provider";

const LARGE = "x".repeat(20_000);

async function act(inputs: Values, context: Context): Promise<Values> {
  const outputs = { ...inputs, large: LARGE };
  if (inputs["fail"] === "half")
    throw new InitializationFailed("made", outputs, inputs, ["not ready", "no pods"]);
  if (inputs["fail"] === "whole") throw new TypeError("it broke");
  if (inputs["wait"] === true) await pause(60_000, undefined, { signal: context.signal });
  return outputs;
}

serve({
  name: "sample",
  version: "1.2.3",
  configure: () => undefined,
  check: ({ newInputs }) => ({ inputs: newInputs }),
  diff: () => ({
    changes: true,
    replaces: ["a"],
    stables: ["s"],
    deleteBeforeReplace: true,
    detailedDiff: { "a.b": { kind: "delete-replace", inputDiff: true } },
  }),
  create: async ({ newInputs }, context) => ({ id: "made", outputs: await act(newInputs, context) }),
  read: () => Promise.resolve(undefined),
  update: ({ newInputs }, context) => act(newInputs, context),
  delete: () => Promise.resolve(),
});
