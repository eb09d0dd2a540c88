/**
 * What Kometa is tried with, in the order and the words of its document (`000-kometa-marketplace.md` §2.2, §3.1–3.4; rows
 * K14–K20). Pure.
 *
 * The document names `/health`, `/api/v1/products` and `/api/v1/auth/login`; the other paths follow their pattern. What no
 * request can show (§3.4 webhooks and other firms' APIs, §3.5 how it feels to use) is signed for, not tried here.
 */
import type { Json, LoadPlan, Request, RequestStep, SmokePlan, Step } from "../k6/plan";
import { loadThresholds } from "../observability/objectives/load";
import type { KometaSettings } from "../settings";

/** Variables of the plan with the test account, and the keys of its Secret. */
export const ACCOUNT = { USERNAME: "username", PASSWORD: "password" } as const;

type Tested = Pick<KometaSettings, "host" | "healthPath"> & Partial<Pick<KometaSettings, "objectives">>;

const API = "/api/v1";
const LOGIN = `${API}/auth/login`;
const PRODUCTS = `${API}/products`;
const PURCHASES = `${API}/purchases`;
const ME = `${API}/users/me`;

/** Whom a request is from: the test account, which sells, or the user that the run registers, who buys. */
const SELLER = { authorization: "Bearer {seller}" };
const BUYER = { authorization: "Bearer {buyer}" };
const BUYER_ACCOUNT = { email: "golive-{unique}@example.com", password: "Golive-{unique}" };
const NOBODY = { email: "nobody-{unique}@example.com", password: "wrong" };

const DONE = [200, 204];
/** Turned away: by what it is, or by who asks. */
const REFUSED = [400, 401, 403, 422];

const get = (path: string, headers = {}): Request => ({ method: "GET", path, headers });
const post = (path: string, body: Json, headers = {}): Request => ({ method: "POST", path, body, headers });

const product = (stock: number) => ({ name: "golive {unique}", price: 10, stock });

const health = (healthPath: string): RequestStep => ({
  name: "Health check: 200 en menos de 500 ms, con la versión correcta",
  ...get(healthPath),
  expect: { status: 200, json: { version: "{env.GOLIVE_VERSION}" } },
  within: 500,
  // A new address is not known everywhere at once.
  patience: 300,
});

const ENDPOINTS: readonly Step[] = [
  {
    name: "API principal: 200 y JSON válido",
    ...get(PRODUCTS),
    expect: {
      status: 200,
      headers: { "content-type": "application/json" },
      json: { "@this": { present: true } },
    },
  },
  {
    name: "Autenticación: validación de credenciales",
    ...post(LOGIN, { email: "{env.USERNAME}", password: "wrong-{unique}" }),
    expect: { status: 401 },
  },
  {
    name: "Autenticación: generación de tokens JWT",
    ...post(LOGIN, { email: "{env.USERNAME}", password: "{env.PASSWORD}" }),
    expect: { status: 200 },
    save: { seller: "token" },
  },
  {
    name: "Autenticación: manejo de errores",
    ...post(LOGIN, {}),
    expect: { status: [400, 401, 422], json: { "@this": { present: true } } },
  },
];

const PRODUCT_STEPS: readonly Step[] = [
  {
    name: "Crear producto",
    ...post(PRODUCTS, product(3), SELLER),
    expect: { status: 201 },
    save: { product: "id" },
  },
  {
    name: "Listar productos",
    ...get(`${PRODUCTS}/{product}`),
    expect: { status: 200, json: { id: "{product}", name: "golive {unique}" } },
  },
  {
    name: "Actualizar producto",
    method: "PUT",
    path: `${PRODUCTS}/{product}`,
    headers: SELLER,
    body: { ...product(3), price: 12 },
    expect: { status: 200, json: { price: 12 } },
  },
  {
    name: "Eliminar producto",
    method: "DELETE",
    path: `${PRODUCTS}/{product}`,
    headers: SELLER,
    expect: { status: DONE },
  },
  { name: "Producto eliminado", ...get(`${PRODUCTS}/{product}`), expect: { status: [404, 410] } },
];

const USER_STEPS: readonly Step[] = [
  {
    name: "Registro de usuario",
    ...post(`${API}/auth/register`, { ...BUYER_ACCOUNT, name: "golive" }),
    expect: { status: 201 },
  },
  { name: "Login", ...post(LOGIN, BUYER_ACCOUNT), expect: { status: 200 }, save: { buyer: "token" } },
  {
    name: "Perfil de usuario",
    ...get(ME, BUYER),
    expect: { status: 200, json: { email: BUYER_ACCOUNT.email } },
  },
  {
    name: "Control de acceso por roles",
    ...post(PRODUCTS, product(1), BUYER),
    expect: { status: 403 },
  },
];

const PURCHASE_STEPS: readonly Step[] = [
  {
    name: "Producto para la compra",
    ...post(PRODUCTS, product(3), SELLER),
    expect: { status: 201 },
    save: { offer: "id" },
  },
  {
    name: "Procesar compra",
    ...post(PURCHASES, { productId: "{offer}", quantity: 1 }, BUYER),
    expect: { status: 201 },
    save: { purchase: "id" },
  },
  {
    name: "Validar inventario",
    ...post(PURCHASES, { productId: "{offer}", quantity: 999 }, BUYER),
    expect: { status: [400, 409] },
  },
  {
    name: "Actualizar stock",
    ...get(`${PRODUCTS}/{offer}`),
    expect: { status: 200, json: { stock: 2 } },
  },
  {
    name: "Generar confirmación",
    ...get(`${PURCHASES}/{purchase}`, BUYER),
    expect: { status: 200, json: { id: "{purchase}" } },
  },
  {
    name: "Historial de compras",
    ...get(`${ME}/purchases`, BUYER),
    expect: { status: 200, contains: "{purchase}" },
  },
  {
    name: "Producto de la compra retirado",
    method: "DELETE",
    path: `${PRODUCTS}/{offer}`,
    headers: SELLER,
    // What was sold may have to be kept.
    expect: { status: [...DONE, 409] },
  },
  { name: "Logout", ...post(`${API}/auth/logout`, {}, BUYER), expect: { status: DONE } },
];

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
/** A token that ran out in 1970 and that nobody signed. */
const EXPIRED = `${encoded({ alg: "none", typ: "JWT" })}.${encoded({ sub: "admin", exp: 1 })}.`;
const SCRIPT = "<script>alert(1)</script>";

const ACCESS_STEPS: readonly Step[] = [
  { name: "Tokens JWT válidos: sin token", ...get(ME), expect: { status: 401 } },
  {
    name: "Tokens JWT válidos: token inválido",
    ...get(ME, { authorization: "Bearer none" }),
    expect: { status: 401 },
  },
  {
    name: "Expiración de sesiones: token caducado",
    ...get(ME, { authorization: `Bearer ${EXPIRED}` }),
    expect: { status: 401 },
  },
  { name: "Expiración de sesiones: tras el logout", ...get(ME, BUYER), expect: { status: 401 } },
  {
    name: "Protección CSRF",
    ...post(PRODUCTS, "name=csrf&price=1", {
      "content-type": "application/x-www-form-urlencoded",
      origin: "https://attacker.example",
    }),
    expect: { status: [...REFUSED, 415] },
  },
];

const INPUT_STEPS: readonly Step[] = [
  {
    name: "Sanitización de datos y validación de tipos",
    ...post(PRODUCTS, { name: "", price: "gratis", stock: -1 }, SELLER),
    expect: { status: [400, 422] },
  },
  {
    name: "Prevención de SQL injection",
    ...post(LOGIN, { email: "' OR '1'='1' --", password: "' OR '1'='1' --" }),
    expect: { status: REFUSED, lacks: "OR '1'='1'" },
  },
  {
    name: "Protección XSS",
    ...post(PRODUCTS, { ...product(1), name: SCRIPT }, SELLER),
    expect: { status: REFUSED, lacks: SCRIPT },
  },
];

const configurationSteps = ({ host, healthPath }: Tested): readonly Step[] => [
  {
    name: "HTTPS habilitado",
    ...get(`http://${host}${healthPath}`),
    expect: { status: [301, 308], headers: { location: "https://" } },
  },
  {
    name: "Headers de seguridad configurados",
    ...get(healthPath),
    expect: {
      status: 200,
      headers: {
        "strict-transport-security": "max-age=",
        "x-content-type-options": "nosniff",
        "x-frame-options": { present: true },
      },
    },
  },
  {
    // Last: it may shut the door behind it. No account is locked: nobody has this one.
    name: "Rate limiting activo",
    flood: { copies: 50, request: post(LOGIN, NOBODY) },
    expect: { some: [403, 429], orHeader: ["ratelimit-limit", "x-ratelimit-limit", "retry-after"] },
  },
];

/** The validation after a release: immediate, functional, of the business, and of security. */
export const smokePlan = (tested: Tested): SmokePlan => ({
  kind: "smoke",
  title: "KOMETA MARKETPLACE: VALIDACIÓN POST-RELEASE",
  baseUrl: `https://${tested.host}`,
  steps: [
    health(tested.healthPath),
    ...ENDPOINTS,
    ...PRODUCT_STEPS,
    ...USER_STEPS,
    ...PURCHASE_STEPS,
    ...ACCESS_STEPS,
    ...INPUT_STEPS,
    ...configurationSteps(tested),
  ],
});

/**
 * 50 users for 30 minutes, held to the objectives (rows K17, K18, K24). Straight at the Service: from one address the web
 * ACL would turn most of it away.
 */
export const loadPlan = (serviceUrl: string, { healthPath, objectives }: Tested): LoadPlan => ({
  kind: "load",
  title: "KOMETA MARKETPLACE: PRUEBA DE CARGA",
  baseUrl: serviceUrl,
  users: 50,
  durationSeconds: 1800,
  steps: [
    { name: "Health check", ...get(healthPath), expect: { status: 200 } },
    { name: "API principal", ...get(PRODUCTS), expect: { status: 200 } },
  ],
  thresholds: loadThresholds("kometa", objectives),
});
