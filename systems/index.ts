/** The systems that a stack may hold. Each is declared where the stack file names it. */
import type * as pulumi from "@pulumi/pulumi";
import type { SystemVerdict } from "../evidence/gate";
import type { StackSettings } from "../settings";
import { declareReleases } from "./releases";

/** What the stack asks of every system. */
interface System extends pulumi.ComponentResource {
  /** What it says of itself; its namespace is known once it is there. */
  readonly outputs: { readonly namespace: pulumi.Output<string> };
}

/** Declares one system, where the stack has it. */
type Declare = (stack: StackSettings, opts: pulumi.ComponentResourceOptions) => Promise<System | undefined>;

/** Name to declaration. A system's code is loaded only where the stack has it. */
const SYSTEMS: Readonly<Record<string, Declare>> = {
  enova: async (stack, opts) => {
    const settings = stack.systems.enova;
    if (settings === undefined) return undefined;
    const { Enova } = await import("./enova");
    return new Enova("enova", settings, stack, opts);
  },
  guelaguetza: async (stack, opts) => {
    const settings = stack.systems.guelaguetza;
    if (settings === undefined) return undefined;
    const { Guelaguetza } = await import("./guelaguetza");
    return new Guelaguetza("guelaguetza", settings, stack, opts);
  },
  kometa: async (stack, opts) => {
    const settings = stack.systems.kometa;
    if (settings === undefined) return undefined;
    const { Kometa } = await import("./kometa");
    return new Kometa("kometa", settings, stack, opts);
  },
  listacompra: async (stack, opts) => {
    const settings = stack.systems.listacompra;
    if (settings === undefined) return undefined;
    const { ListaCompra } = await import("./listacompra");
    return new ListaCompra("listacompra", settings, stack, opts);
  },
  s5: async (stack, opts) => {
    const settings = stack.systems.s5;
    if (settings === undefined) return undefined;
    const { S5 } = await import("./s5");
    return new S5("s5", settings, stack, opts);
  },
};

/**
 * Declares every system of the stack, and gives their outputs by name. `options` are asked for once nothing speaks against
 * it: the providers in them are resources too. `releases` are what the systems are at: their records go into the cluster.
 *
 * @throws {pulumi.RunError} before anything is declared, where what watches the systems could not do so.
 */
export async function declareSystems(
  stack: StackSettings,
  options: () => pulumi.ComponentResourceOptions,
  releases: readonly SystemVerdict[] = [],
): Promise<Record<string, object>> {
  const observe = await observer(stack);
  const opts = options();
  const declared: Record<string, object> = {};
  for (const [name, declare] of Object.entries(SYSTEMS)) {
    const system = await declare(stack, opts);
    if (system === undefined) continue;
    const release = releases.find((verdict) => verdict.system === name);
    if (release !== undefined) declareReleases(release, system.outputs.namespace, { parent: system });
    declared[name] = { ...system.outputs, ...observe(name, system) };
  }
  return declared;
}

/** Declares what watches a system, and gives its outputs; its code is loaded only where the stack has some. */
async function observer(stack: StackSettings): Promise<(name: string, system: System) => object> {
  if (stack.observability === undefined) return () => ({});
  const { declareObservability, watchesOf } = await import("./observability");
  const watches = watchesOf(stack);
  return (name, system) => {
    const watch = watches.get(name);
    if (watch === undefined) return {};
    // The output carries the namespace itself: what is in it waits until it is there.
    const dependsOn = system.outputs.namespace.apply((): pulumi.Resource[] => []);
    return { observability: declareObservability(watch, stack, { parent: system, dependsOn }) };
  };
}
