// The API server's REST interface: one request at a time, errors in the API server's and client-go's words.
import https from "node:https";
import http from "node:http";
import { refuseUnlessLoopback } from "../loopback";
import { isValues, type Value, type Values } from "../values";
import type { Connection } from "./kubeconfig";
import { apiVersionOf, at, bagsAt, nameOf, namespaceOf, textAt, type GroupVersionKind } from "./object";

/** The API server refused a request. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: Values;

  constructor(code: number, status: Values) {
    super(textAt(status, "message") || `the server answered ${code}`);
    this.code = code;
    this.reason = textAt(status, "reason");
    this.status = status;
  }
}

/** The API server could not be asked. */
export class UnreachableError extends Error {}

/** The API server does not know a kind. */
export class NoMatchError extends Error {
  constructor(kind: GroupVersionKind) {
    super(`no matches for kind "${kind.kind}" in version "${apiVersionOf(kind)}"`);
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;
export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.code === 403;
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === "AlreadyExists";
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && error.reason === "Conflict";

/** True where the namespace of an object is what was not found. */
export const isNamespaceNotFound = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 404 && textAt(error.status, "details", "kind") === "namespaces";

/** How the API server serves a kind. */
export interface Mapping {
  readonly kind: GroupVersionKind;
  /** E.g. `configmaps`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** What to do with the fields of others and whether to do it at all. */
export interface WriteOptions {
  readonly fieldManager: string;
  readonly dryRun: boolean;
  readonly force?: boolean;
}

interface Call {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Value;
  readonly contentType?: string;
}

/** A client of one API server on this machine. */
export class Api {
  readonly #agent: https.Agent;
  readonly #schemas = new Map<string, Promise<Values>>();
  readonly #discovered = new Map<string, Promise<readonly Mapping[]>>();

  /** @throws NotLoopbackError where the server is not on this machine; nothing is sent then */
  constructor(private readonly connection: Connection) {
    refuseUnlessLoopback(connection.server, "the Kubernetes API server");
    this.#agent = new https.Agent({
      keepAlive: true,
      maxSockets: 32,
      ...(connection.ca === "" ? {} : { ca: connection.ca }),
      ...(connection.certificate === "" ? {} : { cert: connection.certificate, key: connection.key }),
      ...(connection.serverName === "" ? {} : { servername: connection.serverName }),
      rejectUnauthorized: !connection.insecure,
    });
  }

  /** Throws {@link UnreachableError} unless the server answers. */
  async ping(): Promise<void> {
    await this.#request("GET", "/version", {}, "/openapi/v2?timeout=32s");
  }

  /** How the server serves a kind. Throws {@link NoMatchError}. */
  async mapping(kind: GroupVersionKind): Promise<Mapping> {
    const mappings = await this.#discover(kind);
    const found = mappings.find((one) => one.kind.kind === kind.kind);
    if (found === undefined) throw new NoMatchError(kind);
    return found;
  }

  /** The types of a group and version; none where the server does not say. */
  async schemas(kind: GroupVersionKind): Promise<Values> {
    const path = groupPath(kind);
    const known = this.#schemas.get(path) ?? this.#request("GET", `/openapi/v3${path}`).catch(() => ({}));
    this.#schemas.set(path, known);
    const found = at(await known, "components", "schemas");
    return isValues(found) ? found : {};
  }

  /** Forgets which kinds there are: a new definition may have added one. */
  forgetKinds(): void {
    this.#discovered.clear();
  }

  async get(mapping: Mapping, namespace: string, name: string): Promise<Values> {
    return this.#request("GET", objectPath(mapping, namespace, name));
  }

  async list(mapping: Mapping, namespace: string, labelSelector = ""): Promise<readonly Values[]> {
    const query: Record<string, string> = labelSelector === "" ? {} : { labelSelector };
    return bagsAt(await this.#request("GET", objectPath(mapping, namespace, ""), { query }), "items");
  }

  /** Server-side apply. */
  async apply(mapping: Mapping, object: Values, options: WriteOptions): Promise<Values> {
    const query = { ...writeQuery(options), force: String(options.force ?? false), fieldValidation: "Warn" };
    const path = objectPath(mapping, namespaceOf(object), nameOf(object));
    return this.#request("PATCH", path, { query, body: object, contentType: "application/apply-patch+yaml" });
  }

  async create(mapping: Mapping, object: Values, options: WriteOptions): Promise<Values> {
    const path = objectPath(mapping, namespaceOf(object), "");
    return this.#request("POST", path, { query: writeQuery(options), body: object });
  }

  async replace(mapping: Mapping, object: Values, options: WriteOptions): Promise<Values> {
    const path = objectPath(mapping, namespaceOf(object), nameOf(object));
    return this.#request("PUT", path, { query: writeQuery(options), body: object });
  }

  /** A merge patch (a bag) or a JSON patch (a list). */
  async patch(mapping: Mapping, target: Values, body: Value, options?: WriteOptions): Promise<Values> {
    const contentType = Array.isArray(body) ? "application/json-patch+json" : "application/merge-patch+json";
    const query = options === undefined ? {} : writeQuery(options);
    const path = objectPath(mapping, namespaceOf(target), nameOf(target));
    return this.#request("PATCH", path, { query, body, contentType });
  }

  async delete(mapping: Mapping, namespace: string, name: string, propagationPolicy: string): Promise<void> {
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy };
    await this.#request("DELETE", objectPath(mapping, namespace, name), { body });
  }

  async #discover(kind: GroupVersionKind): Promise<readonly Mapping[]> {
    const key = apiVersionOf(kind);
    const known = this.#discovered.get(key) ?? this.#resources(kind);
    this.#discovered.set(key, known);
    known.catch(() => this.#discovered.delete(key));
    return known;
  }

  async #resources(kind: GroupVersionKind): Promise<readonly Mapping[]> {
    const answer = await this.#request("GET", groupPath(kind)).catch((error: unknown) => {
      if (isNotFound(error)) throw new NoMatchError(kind);
      throw error;
    });
    return bagsAt(answer, "resources")
      .filter((resource) => !textAt(resource, "name").includes("/"))
      .map((resource) => ({
        kind: { ...kind, kind: textAt(resource, "kind") },
        plural: textAt(resource, "name"),
        namespaced: resource["namespaced"] === true,
      }));
  }

  async #request(method: string, path: string, call: Call = {}, shownPath = path): Promise<Values> {
    const url = new URL(this.connection.server + path);
    for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const { code, text } = await this.#send(method, url, body, call.contentType).catch((error: unknown) => {
      throw new UnreachableError(unreachable(method, this.connection.server + shownPath, error));
    });
    const answer = parse(text);
    if (code >= 400) throw new ApiError(code, isValues(answer) ? answer : { message: text });
    return isValues(answer) ? answer : {};
  }

  #send(
    method: string,
    url: URL,
    body: string | undefined,
    contentType = "application/json",
  ): Promise<Answer> {
    const headers = {
      accept: "application/json",
      ...(this.connection.authorization === "" ? {} : { authorization: this.connection.authorization }),
      ...(body === undefined
        ? {}
        : { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
    };
    return new Promise((resolve, reject) => {
      const secure = url.protocol === "https:";
      const request = secure
        ? https.request(url, { method, headers, agent: this.#agent })
        : http.request(url, { method, headers });
      request.on("error", reject).on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
        response.on("end", () =>
          resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      request.end(body);
    });
  }
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

const groupPath = ({ group, version }: GroupVersionKind): string =>
  group === "" ? `/api/${version}` : `/apis/${group}/${version}`;

function objectPath({ kind, plural, namespaced }: Mapping, namespace: string, name: string): string {
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace || "default")}` : "";
  return `${groupPath(kind)}${scope}/${plural}${name === "" ? "" : `/${encodeURIComponent(name)}`}`;
}

const writeQuery = ({ fieldManager, dryRun }: WriteOptions): Record<string, string> => ({
  fieldManager,
  ...(dryRun ? { dryRun: "All" } : {}),
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As Go's HTTP client says it. */
function unreachable(method: string, url: string, error: unknown): string {
  const verb = method.charAt(0) + method.slice(1).toLowerCase();
  return `${verb} "${url}": ${cause(error)}`;
}

function cause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = errorFields(error);
  if (code === "ECONNREFUSED") return `dial tcp ${address}:${port}: connect: connection refused`;
  return error instanceof AggregateError && error.errors.length > 0 ? cause(error.errors[0]) : error.message;
}

function errorFields(error: Error): { code: string; address: string; port: string } {
  const field = (key: string): string => String(Reflect.get(error, key) ?? "");
  return { code: field("code"), address: field("address"), port: field("port") };
}
