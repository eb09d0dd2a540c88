/** Where readings are taken, and with which credentials. */
import type { Credentials, Endpoint } from "./endpoint";

/** The APIs that are asked; what is not there is asked nothing, and its rules are broken. */
export interface Sources {
  readonly prometheus?: Endpoint;
  readonly loki?: Endpoint;
  readonly alertmanager?: Endpoint;
}

export type ApiName = keyof Sources;
export const API_NAMES: readonly ApiName[] = ["prometheus", "loki", "alertmanager"];

/** Their addresses. */
export type Addresses = Readonly<Partial<Record<ApiName, string | undefined>>>;

const NAMES: Readonly<Record<ApiName, string>> = {
  prometheus: "Prometheus",
  loki: "Loki",
  alertmanager: "Alertmanager",
};

/** A mistake in an address or in its credentials. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}

/**
 * Sources at addresses, with credentials out of the environment: `<NAME>_TOKEN`, or `<NAME>_USER` and `<NAME>_PASSWORD`;
 * `<NAME>_TENANT` is sent as `X-Scope-OrgID`. `NAME` is PROMETHEUS, LOKI or ALERTMANAGER.
 *
 * @throws {SourceError} for what is no http(s) URL, for one that holds a password, and for half of a pair.
 */
export function sourcesAt(addresses: Addresses, environment: NodeJS.ProcessEnv = process.env): Sources {
  const { prometheus, loki, alertmanager } = addresses;
  const at = (name: ApiName, url: string | undefined) =>
    url === undefined ? {} : { [name]: endpointAt(name, url, environment) };
  return {
    ...at("prometheus", prometheus),
    ...at("loki", loki),
    ...at("alertmanager", alertmanager),
  };
}

function endpointAt(name: ApiName, url: string, environment: NodeJS.ProcessEnv): Endpoint {
  const tenant = environment[`${name.toUpperCase()}_TENANT`];
  return {
    name: NAMES[name],
    url: addressOf(name, url),
    credentials: credentialsOf(name.toUpperCase(), environment),
    ...(tenant === undefined || tenant === "" ? {} : { tenant }),
  };
}

function addressOf(name: ApiName, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const variables = `${name.toUpperCase()}_USER and ${name.toUpperCase()}_PASSWORD`;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SourceError(
      `${NAMES[name]}: ${JSON.stringify(given)} is no URL such as https://${name}.example.com`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new SourceError(`${NAMES[name]}: the URL holds a user or a password: set ${variables} instead`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw new SourceError(`${NAMES[name]}: ${given} has a query: expected the address of the API alone`);
  }
  return url.href.replace(/\/+$/, "");
}

function credentialsOf(prefix: string, environment: NodeJS.ProcessEnv): Credentials {
  const [token, user, password] = ["TOKEN", "USER", "PASSWORD"].map(
    (name) => environment[`${prefix}_${name}`] || undefined,
  );
  if (token !== undefined && user !== undefined) {
    throw new SourceError(`${prefix}_TOKEN and ${prefix}_USER are both set: one of the two`);
  }
  if (token !== undefined) return { kind: "bearer", token };
  if (user === undefined && password === undefined) return { kind: "none" };
  if (user !== undefined && password !== undefined) return { kind: "basic", user, password };
  throw new SourceError(`${prefix}_USER and ${prefix}_PASSWORD go together: one of them is not set`);
}
