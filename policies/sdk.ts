/**
 * Two things that `@pulumi/policy` (1.21.0) does not do by itself; both are to be called before a pack is made.
 *
 * - It deserialises a resource anew for every policy, 0.05 ms each: here once for all of them.
 * - It keeps the policy configuration to itself and asks nobody, so that a misspelt rule is ignored without a word and `"all": "disabled"`
 *   silences every policy: here the pack sees the configuration before it is taken, and may refuse it.
 */
import { createRequire } from "node:module";

import type { sendUnaryData, Server, ServerUnaryCall } from "@grpc/grpc-js";
import { EnforcementLevel, type ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";

import { isRecord } from "./checks/field";

/** Gives the very modules that the SDK itself calls: an import would be a copy of its own once compiled. */
const sdk = createRequire(createRequire(__filename).resolve("@pulumi/policy"));

/** gRPC's INVALID_ARGUMENT; its enumeration would bring gRPC a second time into the compiled pack. */
const REFUSED = 3;

/** Has the SDK deserialise each resource once, however many policies ask for it. */
export function deserialiseOnce(): void {
  const deserialize: unknown = sdk("@pulumi/policy/deserialize");
  if (!isRecord(deserialize)) return;
  const original = deserialize["deserializeProperties"];
  if (typeof original !== "function") return;
  const trees = new WeakMap<object, unknown>();
  Reflect.set(deserialize, "deserializeProperties", (message: object, keepsSecrets: boolean): unknown => {
    const read = (): unknown => Reflect.apply(original, undefined, [message, keepsSecrets]);
    // With secrets kept it is for a remediation, which changes what it gets.
    if (keepsSecrets) return read();
    const tree = trees.get(message) ?? read();
    trees.set(message, tree);
    return tree;
  });
}

type Configuration = Readonly<Record<string, unknown>>;

/** Has `refusal` see each policy configuration; what it says of one is the error by which the operation ends. */
export function beforeConfiguration(refusal: (given: Configuration) => string | undefined): void {
  const server = serverPrototype();
  const original = server["addService"];
  if (typeof original !== "function")
    throw new Error("@pulumi/policy takes its configuration another way now");
  const add = function (
    this: Server,
    service: unknown,
    handlers: Readonly<Record<string, unknown>>,
  ): unknown {
    const { configure } = handlers;
    if (typeof configure !== "function") return Reflect.apply(original, this, [service, handlers]);
    const guarded = (
      call: ServerUnaryCall<ConfigureAnalyzerRequest, unknown>,
      callback: sendUnaryData<unknown>,
    ): void => {
      const refused = refusal(configurationIn(call.request));
      if (refused === undefined) Reflect.apply(configure, handlers, [call, callback]);
      else callback(Object.assign(new Error(refused), { code: REFUSED }));
    };
    return Reflect.apply(original, this, [service, { ...handlers, configure: guarded }]);
  };
  Reflect.set(server, "addService", add);
}

function serverPrototype(): Readonly<Record<string, unknown>> {
  const grpc: unknown = sdk("@grpc/grpc-js");
  const server = isRecord(grpc) ? grpc["Server"] : undefined;
  const prototype: unknown = typeof server === "function" ? server.prototype : undefined;
  return isRecord(prototype) ? prototype : {};
}

const levels: Readonly<Record<number, string>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "remediate",
};

/** The configuration as its file gives it; the engine adds the level of every policy that the file leaves out. */
function configurationIn(request: ConfigureAnalyzerRequest): Configuration {
  const entries = [...request.getPolicyconfigMap().entries()].map(([name, policy]): [string, unknown] => [
    name,
    { ...policy.getProperties()?.toJavaScript(), enforcementLevel: levels[policy.getEnforcementlevel()] },
  ]);
  return Object.fromEntries(entries);
}
