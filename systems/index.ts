/** The systems that a stack may hold. Each is declared where the stack file names it. */
import type * as pulumi from "@pulumi/pulumi";
import type { StackSettings } from "../settings";

/** Declares one system, where the stack has it, and gives what it says of itself. */
type Declare = (stack: StackSettings, opts: pulumi.ComponentResourceOptions) => Promise<object | undefined>;

/** Name to declaration. A system's code is loaded only where the stack has it. */
const SYSTEMS: Readonly<Record<string, Declare>> = {
  enova: async (stack, opts) => {
    const settings = stack.systems.enova;
    if (settings === undefined) return undefined;
    const { Enova } = await import("./enova");
    return new Enova("enova", settings, stack, opts).outputs;
  },
  guelaguetza: async (stack, opts) => {
    const settings = stack.systems.guelaguetza;
    if (settings === undefined) return undefined;
    const { Guelaguetza } = await import("./guelaguetza");
    return new Guelaguetza("guelaguetza", settings, stack, opts).outputs;
  },
  kometa: async (stack, opts) => {
    const settings = stack.systems.kometa;
    if (settings === undefined) return undefined;
    const { Kometa } = await import("./kometa");
    return new Kometa("kometa", settings, stack, opts).outputs;
  },
  listacompra: async (stack, opts) => {
    const settings = stack.systems.listacompra;
    if (settings === undefined) return undefined;
    const { ListaCompra } = await import("./listacompra");
    return new ListaCompra("listacompra", settings, stack, opts).outputs;
  },
  s5: async (stack, opts) => {
    const settings = stack.systems.s5;
    if (settings === undefined) return undefined;
    const { S5 } = await import("./s5");
    return new S5("s5", settings, stack, opts).outputs;
  },
};

/** Declares every system of the stack, and gives their outputs by name. */
export async function declareSystems(
  stack: StackSettings,
  opts: pulumi.ComponentResourceOptions,
): Promise<Record<string, object>> {
  const declared: Record<string, object> = {};
  for (const [name, declare] of Object.entries(SYSTEMS)) {
    const outputs = await declare(stack, opts);
    if (outputs !== undefined) declared[name] = outputs;
  }
  return declared;
}
