// The AWS resource types of the table in kinds.ts, against an endpoint on this machine; previews without any.
import {
  isList,
  isValues,
  keepSecrets,
  plainValues,
  reveal,
  UNKNOWN,
  type CheckRequest,
  type CheckResult,
  type Context,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InvokeRequest,
  type InvokeResult,
  type ReadRequest,
  type ReadResult,
  type ResourceProvider,
  type ResourceRequest,
  type UpdateRequest,
  type Value,
  type Values,
} from "../provider";
import { missing, planByInputs, textOf } from "../table";
import { Aws } from "./aws";
import { plugins } from "../../plugins";
import { callFunction } from "./functions";
import { filledIn, importedInputs, normalized, ownTags, refreshedInputs, wasFilled } from "./inputs";
import type { Call, Kind } from "./kind";
import { kindOf } from "./kinds";

/** Stands in for Pulumi's aws plugin. */
export class AwsProvider implements ResourceProvider {
  readonly name = "aws";
  readonly version = plugins.aws;
  #aws: Aws | undefined;

  configure(inputs: Values): void {
    this.#aws = new Aws(plainValues(inputs), process.env);
  }

  check(request: CheckRequest): CheckResult {
    const kind = kindOf(request.type);
    const inputs = filledIn(kind, request, this.#settings());
    return {
      inputs,
      failures: [
        ...missing(inputs, kind.required),
        ...unknownArguments(kind, request.newInputs),
        ...unservedKeys(kind, request.newInputs),
      ],
    };
  }

  diff({ type, oldInputs, newInputs }: DiffRequest): DiffResult {
    const kind = kindOf(type);
    const [olds, news] = [normalized(kind, oldInputs), normalized(kind, newInputs)];
    const plan = planByInputs(
      olds,
      news,
      (property) => property === "region" || kind.replaceOn.includes(property),
    );
    const oldGoesFirst = kind.deleteBeforeReplace ?? keepsName(kind, oldInputs, newInputs);
    return { ...plan, deleteBeforeReplace: plan.replaces.length > 0 && oldGoesFirst };
  }

  async create(request: CreateRequest, context: Context): Promise<CreateResult> {
    const kind = kindOf(request.type);
    if (request.preview) return { id: "", outputs: planned(kind, request.newInputs) };
    const call = this.#call(request, context, { inputs: request.newInputs });
    const id = await kind.create(call);
    const outputs = await this.#outputs(kind, { ...call, id }, request.newInputs);
    if (outputs === undefined) throw new Error(`${request.type} ${id} was created and is gone already`);
    return { id, outputs };
  }

  async read(request: ReadRequest, context: Context): Promise<ReadResult | undefined> {
    const kind = kindOf(request.type);
    const { id, oldInputs, oldOutputs } = request;
    const call = this.#call(request, context, { inputs: oldInputs, outputs: oldOutputs });
    const live = await this.#live(kind, { ...call, id });
    if (live === undefined) return undefined;
    const imported = Object.keys(oldOutputs).length === 0;
    const inputs = imported ? importedInputs(kind, live) : refreshedInputs(kind, oldInputs, live);
    const outputs = keepSecrets(merged(kind, { ...oldOutputs, ...inputs }, live), oldInputs);
    return { id: kind.idOf?.(id) ?? id, inputs: keepSecrets(inputs, oldInputs), outputs };
  }

  async update(request: UpdateRequest, context: Context): Promise<Values> {
    const kind = kindOf(request.type);
    const { id, oldInputs, oldOutputs, newInputs } = request;
    if (request.preview) return { ...withoutArguments(kind, oldOutputs), ...withoutNotes(newInputs) };
    const call = {
      ...this.#call(request, context, { inputs: newInputs, oldInputs, outputs: oldOutputs }),
      id,
    };
    await kind.update(call);
    const outputs = await this.#outputs(kind, call, newInputs);
    if (outputs === undefined) throw new Error(`${request.type} ${id} was updated and is gone`);
    return outputs;
  }

  async delete(request: DeleteRequest, context: Context): Promise<void> {
    const { id, oldInputs, oldOutputs } = request;
    const call = this.#call(request, context, {
      inputs: { ...oldOutputs, ...oldInputs },
      outputs: oldOutputs,
    });
    await kindOf(request.type).delete({ ...call, id });
  }

  invoke(request: InvokeRequest, context: Context): Promise<InvokeResult> {
    return callFunction(request, this.#settings(), context);
  }

  #settings(): Aws {
    if (this.#aws === undefined) throw new Error("the aws provider is not configured");
    return this.#aws;
  }

  #call(
    { type, urn, timeout }: ResourceRequest & { timeout: number },
    { signal, progress }: Context,
    given: { inputs: Values; oldInputs?: Values; outputs?: Values },
  ): Call {
    const aws = this.#settings();
    const inputs = plainValues(given.inputs);
    const region = textOf(inputs, "region");
    const outputs = plainValues(given.outputs ?? {});
    const oldInputs = plainValues(given.oldInputs ?? {});
    const client: Call["client"] = (service) => aws.options(service, type, region);
    return { client, inputs, oldInputs, outputs, timeout, signal, progress, urn };
  }

  /** What is there, with the region and the tags that are the resource's own. */
  async #live(kind: Kind, call: Call & { id: string }): Promise<Values | undefined> {
    const live = await kind.read(call);
    if (live === undefined) return undefined;
    const aws = this.#settings();
    return {
      ...live,
      ...(kind.regional && { region: textOf(call.inputs, "region") ?? aws.region }),
      ...(kind.tagged && { tags: ownTags(aws.defaultTags, live["tagsAll"]) }),
    };
  }

  async #outputs(kind: Kind, call: Call & { id: string }, newInputs: Values): Promise<Values | undefined> {
    const live = await this.#live(kind, call);
    return live && keepSecrets(merged(kind, call.inputs, live), newInputs);
  }
}

/** Outputs: what was read over what was asked for, in the user's spelling where both say the same. */
function merged(kind: Kind, inputs: Values, live: Values): Values {
  const spelled = Object.keys(kind.normal).filter((property) => inputs[property] !== undefined);
  const given = Object.fromEntries(spelled.map((property) => [property, inputs[property]]));
  const refreshed = refreshedInputs(kind, given, live);
  return { ...withoutNotes(inputs), ...live, ...refreshed };
}

function planned(kind: Kind, inputs: Values): Values {
  const unknowns = Object.fromEntries(kind.computed.map((property) => [property, UNKNOWN]));
  return { ...unknowns, ...kind.previewed?.(inputs), ...withoutNotes(inputs) };
}

const withoutNotes = (inputs: Values): Values =>
  Object.fromEntries(Object.entries(inputs).filter(([property]) => !property.startsWith("__")));

const withoutArguments = (kind: Kind, outputs: Values): Values =>
  Object.fromEntries(
    Object.entries(outputs).filter(
      ([property]) => !kind.arguments.includes(property) || kind.computed.includes(property),
    ),
  );

/** Two resources of one name cannot stand side by side. */
function keepsName(kind: Kind, oldInputs: Values, newInputs: Values): boolean {
  const { autoName, nameArgument = "name" } = kind;
  if (autoName === undefined || wasFilled(newInputs, nameArgument)) return false;
  const name = textOf(oldInputs, nameArgument);
  return name !== undefined && name === textOf(newInputs, nameArgument);
}

function unknownArguments(kind: Kind, inputs: Values) {
  const known = new Set([...kind.arguments, "region", "tags", "tagsAll"]);
  return Object.keys(inputs)
    .filter((property) => !known.has(property) && !property.startsWith("__"))
    .map((property) => ({
      property,
      reason: `golive's offline stand-in has no argument ${property}; it has ${[...known].sort().join(", ")}`,
    }));
}

/** What would else be dropped in silence. */
function unservedKeys(kind: Kind, inputs: Values) {
  return Object.entries(kind.nested ?? {}).flatMap(([path, keys]) => {
    const used = bagsAt(inputs, path.split(".")).flatMap((bag) => Object.keys(bag));
    return [...new Set(used)]
      .filter((key) => !keys.includes(key) && !key.startsWith("__"))
      .map((key) => ({
        property: `${path}.${key}`,
        reason: `golive's offline stand-in does not serve it; in ${path} it serves ${keys.join(", ")}`,
      }));
  });
}

/** Every bag at a path, in any of the lists on the way. */
function bagsAt(value: Value | undefined, path: readonly string[]): Values[] {
  const open = reveal(value);
  if (isList(open)) return open.flatMap((item) => bagsAt(item, path));
  if (!isValues(open)) return [];
  const [key, ...rest] = path;
  return key === undefined ? [open] : bagsAt(open[key], rest);
}
