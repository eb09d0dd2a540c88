/** Loads what index.ts imports, and prints as JSON the milliseconds that each package's own modules took. */
import Module from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const stackFile = z.object({ config: z.record(z.string(), z.unknown()) });

const spent = new Map<string, number>();
const nested: number[] = [0];

/** The npm package of a file, `golive` for the checkout's own files, `node` for a module of Node's. */
function packageOf(file: string): string {
  if (!path.isAbsolute(file)) return "node";
  const [, inside] = file.split(`${path.sep}node_modules${path.sep}`).slice(-2);
  if (inside === undefined) return "golive";
  const [scope = "", name = ""] = inside.split(path.sep);
  return scope.startsWith("@") ? `${scope}/${name}` : scope;
}

const loader: unknown = Reflect.get(Module.prototype, "require");
if (typeof loader !== "function")
  throw new Error("this Node.js does not load modules by Module.prototype.require");
const load = loader;

/** Times a module without the modules that it loads in turn, which count for their own packages. */
function timedRequire(this: NodeJS.Module, id: string): unknown {
  const started = performance.now();
  nested.push(0);
  const loaded: unknown = Reflect.apply(load, this, [id]);
  const total = performance.now() - started;
  const inner = nested.pop() ?? 0;
  nested.push((nested.pop() ?? 0) + total);
  const owner = packageOf(Module.createRequire(this.filename).resolve(id));
  spent.set(owner, (spent.get(owner) ?? 0) + total - inner);
  return loaded;
}

/** Pulumi would give the configuration so: each key with its value as JSON. */
function configuration(file: string): Record<string, string> {
  const { config } = stackFile.parse(parse(readFileSync(file, "utf8")));
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));
}

async function main(): Promise<void> {
  process.env.PULUMI_CONFIG = JSON.stringify(configuration("Pulumi.develop.yaml"));
  const answer = { newResource: ({ name }: { name: string }) => ({ id: name, state: {} }), call: () => ({}) };
  Reflect.set(Module.prototype, "require", timedRequire);
  const { runtime } = await import("@pulumi/pulumi");
  await runtime.setMocks(answer, "golive", "develop", true);
  const { default: program } = await import("../program");
  await program();
  console.log(JSON.stringify(Object.fromEntries(spent)));
}

void main();
