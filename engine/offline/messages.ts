// The requests and answers of Pulumi's ResourceProvider protocol as a stand-in's own types, and back.
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  ReadRequest,
  ReadResult,
  ResourceRequest,
  UpdateRequest,
} from "./provider";
import { decode, encode } from "./values";

function common(request: { getUrn(): string; getType(): string; getName(): string }): ResourceRequest {
  const urn = request.getUrn();
  const [, , types = "", name = ""] = urn.split("::");
  return {
    urn,
    type: request.getType() || (types.split("$").at(-1) ?? ""),
    name: request.getName() || name,
  };
}

const AUTONAMING_MODE = {
  [proto.CheckRequest.AutonamingOptions.Mode.PROPOSE]: "propose",
  [proto.CheckRequest.AutonamingOptions.Mode.ENFORCE]: "enforce",
  [proto.CheckRequest.AutonamingOptions.Mode.DISABLE]: "disable",
} as const;

export function checkRequest(request: proto.CheckRequest): CheckRequest {
  const autonaming = request.getAutonaming();
  return {
    ...common(request),
    oldInputs: request.hasOlds() ? decode(request.getOlds()) : undefined,
    newInputs: decode(request.getNews()),
    randomSeed: request.getRandomseed_asU8(),
    autonaming: autonaming && {
      proposedName: autonaming.getProposedName(),
      mode: AUTONAMING_MODE[autonaming.getMode()],
    },
  };
}

export function diffRequest(request: proto.DiffRequest): DiffRequest {
  return {
    ...common(request),
    id: request.getId(),
    oldInputs: decode(request.getOldInputs()),
    oldOutputs: decode(request.getOlds()),
    newInputs: decode(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function createRequest(request: proto.CreateRequest): CreateRequest {
  return {
    ...common(request),
    newInputs: decode(request.getProperties()),
    timeout: request.getTimeout(),
    preview: request.getPreview(),
  };
}

export function readRequest(request: proto.ReadRequest): ReadRequest {
  return {
    ...common(request),
    id: request.getId(),
    oldInputs: decode(request.getInputs()),
    oldOutputs: decode(request.getProperties()),
    timeout: request.getTimeout(),
  };
}

export function updateRequest(request: proto.UpdateRequest): UpdateRequest {
  return {
    ...common(request),
    id: request.getId(),
    oldInputs: decode(request.getOldInputs()),
    oldOutputs: decode(request.getOlds()),
    newInputs: decode(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
    timeout: request.getTimeout(),
    preview: request.getPreview(),
  };
}

export function deleteRequest(request: proto.DeleteRequest): DeleteRequest {
  return {
    ...common(request),
    id: request.getId(),
    oldInputs: decode(request.getOldInputs()),
    oldOutputs: decode(request.getProperties()),
    timeout: request.getTimeout(),
  };
}

export function checkResponse({ inputs, failures }: CheckResult): proto.CheckResponse {
  return new proto.CheckResponse().setInputs(encode(inputs)).setFailuresList(protoFailures(failures));
}

export function protoFailures(failures: readonly CheckFailure[] = []): proto.CheckFailure[] {
  return failures.map(({ property, reason }) =>
    new proto.CheckFailure().setProperty(property).setReason(reason),
  );
}

const { DiffChanges } = proto.DiffResponse;
const KIND = {
  add: proto.PropertyDiff.Kind.ADD,
  "add-replace": proto.PropertyDiff.Kind.ADD_REPLACE,
  delete: proto.PropertyDiff.Kind.DELETE,
  "delete-replace": proto.PropertyDiff.Kind.DELETE_REPLACE,
  update: proto.PropertyDiff.Kind.UPDATE,
  "update-replace": proto.PropertyDiff.Kind.UPDATE_REPLACE,
} as const;

export function diffResponse(result: DiffResult): proto.DiffResponse {
  const response = new proto.DiffResponse()
    .setChanges(changes(result.changes))
    .setReplacesList([...(result.replaces ?? [])])
    .setStablesList([...(result.stables ?? [])])
    .setDiffsList([...(result.diffs ?? [])])
    .setDeletebeforereplace(result.deleteBeforeReplace ?? false)
    .setHasdetaileddiff(result.detailedDiff !== undefined);
  for (const [path, { kind, inputDiff = false }] of Object.entries(result.detailedDiff ?? {})) {
    const entry = new proto.PropertyDiff().setKind(KIND[kind]).setInputdiff(inputDiff);
    response.getDetaileddiffMap().set(path, entry);
  }
  return response;
}

function changes(changed: boolean | undefined): proto.DiffResponse.DiffChanges {
  if (changed === undefined) return DiffChanges.DIFF_UNKNOWN;
  return changed ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE;
}

export function readResponse(result: ReadResult | undefined): proto.ReadResponse {
  if (result === undefined) return new proto.ReadResponse();
  const { id, outputs, inputs } = result;
  return new proto.ReadResponse().setId(id).setProperties(encode(outputs)).setInputs(encode(inputs));
}
