/** Loads what index.ts imports, and prints as JSON the milliseconds that each package's own modules took. */
import Module from "node:module";
import path from "node:path";

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

Reflect.set(Module.prototype, "require", timedRequire);
const loadRoom = Module.createRequire(__filename);
for (const room of ["../settings", "../systems", "../systems/providers", "../systems/kometa"]) loadRoom(room);
console.log(JSON.stringify(Object.fromEntries(spent)));
