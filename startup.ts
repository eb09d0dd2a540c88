/**
 * Spares a process of golive what Pulumi's SDK does for others; to be imported before the SDK. It is half of what the
 * process would take beside its own work.
 */
import Module, { createRequire } from "node:module";

/** Packages, 400 files, by which the SDK reads functions that are to run elsewhere; golive declares none. */
const UNUSED = ["typescript", "@npmcli/arborist"];

const sdk = createRequire(createRequire(__filename).resolve("@pulumi/pulumi"));

/** Has a package load when it is first used, not when it is required. */
function loadWhenUsed(name: string): void {
  const file = sdk.resolve(name);
  if (sdk.cache[file] !== undefined) return;
  let loaded: object | undefined;
  const load = (): object => {
    Reflect.deleteProperty(sdk.cache, file);
    const exported: unknown = sdk(file);
    return exported instanceof Object ? exported : {};
  };
  const later = new Module(file);
  later.loaded = true;
  later.exports = new Proxy(
    {},
    // Said to be an ES module, so that whoever imports all of it does not copy every export.
    { get: (_, key): unknown => key === "__esModule" || Reflect.get((loaded ??= load()), key) },
  );
  sdk.cache[file] = later;
}

/** The SDK's mark on a user's mistake, of which it shows the message alone. */
const RUN_ERROR = "__pulumiRunError";

/**
 * The SDK takes the stack of an error that says nothing at every promise and every resource, and has it mapped to the
 * sources, to show it where `PULUMI_DEBUG_PROMISE_LEAKS` asks for it. Of a user's mistake it has the stack coloured, shows
 * none of it, and Node 20 takes half a minute over the colours. Other errors that say something are mapped as ever.
 */
function mapOnlyWhatIsShown(): void {
  const map: unknown = Reflect.get(Error, "prepareStackTrace");
  if (typeof map !== "function" || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  Error.prepareStackTrace = (error, frames): unknown =>
    error.message === "" || RUN_ERROR in error ? String(error) : Reflect.apply(map, Error, [error, frames]);
}

UNUSED.forEach(loadWhenUsed);
mapOnlyWhatIsShown();
