/** What is asked of S5 while it is released: each wave's verification, and the smoke test (rows S4, S6). Pure. */
import type { Expectation, RequestStep, SmokePlan } from "../k6/plan";
import type { S5Settings } from "../settings";

/** Seconds that a new address, a certificate or a cache may take before it answers. */
const PATIENCE = 60;

const plan = (title: string, baseUrl: string, ...steps: readonly RequestStep[]): SmokePlan => ({
  kind: "smoke",
  title,
  baseUrl,
  steps,
});

const healthy: Expectation = { status: 200, json: { status: "ok" } };

const health = (name: string, path: string): RequestStep => ({
  name: `${name}: /health answers {"status":"ok"}`,
  method: "GET",
  path,
  expect: healthy,
  patience: PATIENCE,
});

const versionShown = (version: string): RequestStep => ({
  name: `frontend shows ${version}`,
  method: "GET",
  path: "/",
  expect: { status: 200, contains: version },
  patience: PATIENCE,
});

/** Asks an API that has no traffic yet, by its Service. */
export const healthPlan = (name: string, url: string, healthPath: string): SmokePlan =>
  plan(`${name.toUpperCase()} VERIFICATION RESULTS`, url, health(name, healthPath));

/** Loads a site, as a browser does first, and looks for the version that its footer shows. */
export const sitePlan = (host: string, version: string): SmokePlan =>
  plan("FRONTEND VERIFICATION RESULTS", `https://${host}`, versionShown(version));

/** An API as it is reached: by its Service before traffic, by its host after. */
export interface Reached {
  readonly name: string;
  readonly url: string;
  readonly healthPath: string;
}

/** Asks the public hosts once traffic is open. */
export const publicPlan = (host: string, version: string, apis: readonly Reached[]): SmokePlan =>
  plan(
    "TRAFFIC VERIFICATION RESULTS",
    `https://${host}`,
    versionShown(version),
    ...apis.map(({ name, url, healthPath }) => health(name, `${url}${healthPath}`)),
  );

const JSON_BODY = { "content-type": "application/json" };
const AUTHORISED = { ...JSON_BODY, authorization: "Bearer {token}" };
const EMAIL = "smoke-{unique}@example.com";
const PASSWORD = "Smoke-{unique}-1!";

/** The document's five, in its order, by a user and an order of the test's own. */
export function smokePlan(
  urls: Readonly<Record<"auth" | "catalog" | "orders", string>>,
  { registerPath, loginPath, searchPath, ordersPath, searchFor }: S5Settings["smoke"],
): SmokePlan {
  const account = { email: EMAIL, password: PASSWORD };
  return plan(
    "SMOKE TEST RESULTS",
    urls.auth,
    {
      name: "Registro de Usuario",
      method: "POST",
      path: registerPath,
      headers: JSON_BODY,
      body: { ...account, name: "Smoke" },
      expect: { status: [200, 201] },
    },
    {
      name: "Login",
      method: "POST",
      path: loginPath,
      headers: JSON_BODY,
      body: account,
      expect: { status: 200, json: { token: { present: true } } },
      save: { token: "token" },
    },
    {
      name: "Búsqueda de Producto",
      method: "GET",
      path: `${urls.catalog}${searchPath}?search=${encodeURIComponent(searchFor)}`,
      expect: { status: 200, json: { "data.0.id": { present: true } } },
      save: { product: "data.0.id" },
    },
    {
      name: "Crear Pedido",
      method: "POST",
      path: `${urls.orders}${ordersPath}`,
      headers: AUTHORISED,
      body: { items: [{ productId: "{product}", quantity: 1 }] },
      expect: { status: 201, json: { id: { present: true } } },
      save: { order: "id" },
    },
    {
      name: "Verificar Estado de Pedido",
      method: "GET",
      path: `${urls.orders}${ordersPath}/{order}`,
      headers: AUTHORISED,
      expect: { status: 200, json: { id: "{order}", status: { present: true } } },
    },
  );
}
