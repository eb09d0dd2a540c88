/** Facts that meet the ways of the checklists, made from the ways themselves. */
import type { Fact, FindingKind } from "../../../evidence/fact";
import type { Judged } from "../../../evidence/judge";
import type { ByReport, BySeveral, Checklist, Way } from "../../../evidence/line";
import { recordSchema } from "../../../evidence/record";
import type { Completion } from "../../../evidence/signatures";

export const IMAGE = `sha256:${"a".repeat(64)}`;
export const NOW = new Date("2026-11-24T03:00:00Z");
const AT = "2026-11-24T02:55:00Z";

/** Every check and reading that any line asks for. */
const CHECKS = [
  "Health check: 200 en menos de 500 ms, con la versión correcta",
  "API principal: 200 y JSON válido",
  "Autenticación: validación de credenciales",
  "Autenticación: generación de tokens JWT",
  "Autenticación: manejo de errores",
  "Crear producto",
  "Listar productos",
  "Actualizar producto",
  "Eliminar producto",
  "Producto eliminado",
  "Registro de usuario",
  "Login",
  "Perfil de usuario",
  "Control de acceso por roles",
  "Procesar compra",
  "Validar inventario",
  "Actualizar stock",
  "Generar confirmación",
  "Historial de compras",
  "Logout",
  "Tokens JWT válidos: sin token",
  "Tokens JWT válidos: token inválido",
  "Expiración de sesiones: token caducado",
  "Expiración de sesiones: tras el logout",
  "Protección CSRF",
  "Sanitización de datos y validación de tipos",
  "Prevención de SQL injection",
  "Protección XSS",
  "HTTPS habilitado",
  "Headers de seguridad configurados",
  "Rate limiting activo",
  "health",
  "producto al carrito",
  "checkout normal",
  "stock insuficiente",
  "checkouts simultáneos",
  'auth: /health answers {"status":"ok"}',
  'catalog: /health answers {"status":"ok"}',
  'orders: /health answers {"status":"ok"}',
  "frontend shows v2.1.0",
  "Registro de Usuario",
  "Búsqueda de Producto",
  "Crear Pedido",
  "Verificar Estado de Pedido",
];

export const READINGS = [
  "pods running",
  "service has endpoints",
  "ingress has an address",
  "no critical errors in logs",
  "no errors in logs",
  "cpu use < 80 %",
  "memory use < 80 %",
  "every product has version 1",
  "Product has the column version",
  "no product has a negative stock",
  "versions rise with sales",
  "orders by state",
  "checkout latency p95 < 2 s",
  "checkout success > 95 %",
  "ConcurrencyError < 1 %",
  "error rate is steady",
  "orders are made as usual",
  "no unusual peaks of retries",
  "failed orders are cleaned up",
  "checkouts",
  "ConcurrencyErrors",
  "mean retries",
  "error rate",
  "latency",
  "cpu and memory",
  "error rate < 1 %",
  "latency p95 < 500 ms",
  "chat latency p95 < 100 ms",
  "no unusual errors in logs",
  "all traffic on the microservices",
  "legacy is off",
];

const DOCTOR = [
  "cluster",
  "nodes",
  "namespace kometa-develop",
  "load balancer controller",
  "certificate of marketplace.kometadeveloper.xyz",
  "registry, kometa-marketplace",
  "stack file",
];

const good = (name: string) => ({ name, ok: true, reading: "as it should be" });

type Findings = { readonly [Kind in FindingKind]: (stack: string) => Extract<Fact, { kind: Kind }> };

const source = { file: "reports/report", digest: IMAGE, tool: "tool 1.0.0", at: AT };
const common = { name: "", source };

const FINDINGS: Findings = {
  tests: () => ({ kind: "tests", passed: 412, failed: 0, skipped: 0, ...common }),
  coverage: () => ({ kind: "coverage", covered: 801, total: 1000, ...common }),
  sast: () => ({ kind: "sast", errors: 0, warnings: 2, suppressed: 0, ...common }),
  scan: () => ({
    kind: "scan",
    target: "dependencies",
    critical: 0,
    high: 0,
    moderate: 1,
    low: 1,
    packages: 300,
    ...common,
  }),
  k6: () => ({
    kind: "k6",
    checks: CHECKS.map((name) => ({ name, passes: 1, fails: 0 })),
    thresholds: [{ metric: "http_req_duration", expression: "p(95)<500", ok: true }],
    requests: 1000,
    duration: 1800,
    users: 50,
    p95: 400,
    mean: 120,
    rate: 140,
    failed: 0,
    ...common,
  }),
  backup: () => ({
    kind: "backup",
    database: "guelaguetza_db",
    size: 10,
    checksum: IMAGE,
    entries: 3,
    ...common,
  }),
  migration: (stack) => ({
    kind: "migration",
    stack,
    applied: ["add_version_to_product"],
    reversible: true,
    verified: READINGS.map(good),
    ...common,
  }),
  soak: (stack) => ({
    kind: "soak",
    stack,
    images: [IMAGE],
    duration: 86_400,
    readings: READINGS.map(good),
    ...common,
  }),
  review: () => ({
    kind: "review",
    author: "ana",
    approvedBy: ["beto"],
    refusedBy: [],
    branch: "release/1.1.0",
    base: "main",
    merged: true,
    ...common,
  }),
  ci: () => ({
    kind: "ci",
    checks: [
      { name: "build", ok: true },
      { name: "lint", ok: true },
    ],
    ...common,
  }),
  alerts: () => ({ kind: "alerts", firing: [], ...common }),
  readings: (stack) => ({ kind: "readings", stack, readings: READINGS.map(good), ...common }),
  preflight: (stack) => ({ kind: "preflight", stack, checks: DOCTOR.map(good), ...common }),
  git: () => ({ kind: "git", clean: true, changed: [], branch: "release/1.1.0", ...common }),
  document: () => ({
    kind: "document",
    mentionsVersion: true,
    text: "v1.1.0: 409, ConcurrencyError",
    ...common,
  }),
  "restore-point": (stack) => ({ kind: "restore-point", stack, resources: 69, ...common }),
};

/** A fact that would do for a way by report: `staging` where its name says so. */
export function goodFact({ kind, name = kind }: ByReport, stack: string): Fact {
  const isOfStaging = kind === "soak" || name.startsWith("staging");
  const fact: Fact = FINDINGS[kind](isOfStaging ? "staging" : stack);
  return { ...fact, name, source: { ...source, file: `reports/${kind}-${name}.json` } };
}

/** Every way below a way, itself where it has none. */
export function leaves(way: Way): readonly Exclude<Way, BySeveral>[] {
  return "ways" in way ? way.ways.flatMap(leaves) : [way];
}

/** A good fact for each report that a checklist asks for, one of a kind and name. */
export function goodFacts({ lines }: Checklist, stack: string): readonly Fact[] {
  const asked = lines.flatMap(({ way }) => leaves(way)).flatMap((way) => (way.by === "report" ? [way] : []));
  const facts = asked.map((way) => goodFact(way, stack));
  return [...new Map(facts.map((fact) => [`${fact.kind} ${fact.name}`, fact])).values()];
}

export const COMPLETION: Completion = {
  system: "guelaguetza",
  version: "v1.1.0",
  stack: "production",
  start: "2026-11-24T03:00:00Z",
  end: "2026-11-26T03:00:00Z",
  downtime: 0,
  incidents: [],
  state: "succeeded",
  by: { role: "devops", person: "Diana", account: "diana" },
};

const signer = (name: string) => ({
  name,
  account: name.toLowerCase(),
  key: { text: name, id: name },
});

const SIGNERS = {
  "backend-lead": signer("Beto"),
  "dev-lead": signer("Dario"),
  devops: signer("Diana"),
  "product-owner": signer("Pia"),
  qa: signer("Quique"),
  "sre-lead": signer("Sara"),
};

const ROLES = ["backend-lead", "dev-lead", "devops", "product-owner", "qa", "sre-lead"] as const;

/** Nothing at all: no report, no signature, no resource. */
export function nothing({ system }: Checklist, stack: string): Judged {
  return {
    record: recordSchema.parse({
      system,
      version: "v1.1.0",
      summary: "A release.",
      author: { name: "Ana", account: "ana" },
      commit: "c".repeat(40),
      branch: "release/1.1.0",
      at: "2026-11-24T02:00:00Z",
      previous: null,
      images: [{ repository: "image", tag: "v1.1.0", digest: IMAGE }],
      changes: ["A change."],
      breaking: [],
      dependencies: [],
      reports: [],
      stacks: {},
    }),
    stack,
    facts: [],
    disbeliefs: [],
    signatures: [],
    signers: SIGNERS,
    now: NOW,
    due: "after",
    resources: () => false,
  };
}

/** All that any line of a checklist asks for. */
export function everything(checklist: Checklist, stack: string): Judged {
  const bare = nothing(checklist, stack);
  const { system, version, commit } = bare.record;
  const lines = checklist.lines.map(({ id }) => id);
  return {
    ...bare,
    facts: goodFacts(checklist, stack),
    signatures: ROLES.map((role) => ({
      of: role,
      file: `signatures/${stack}/${role}.dsse.json`,
      valid: true,
      signed: {
        system,
        version,
        commit,
        stack,
        role,
        person: SIGNERS[role].name,
        account: SIGNERS[role].account,
        lines,
        reports: {},
        record: IMAGE,
        at: AT,
        expires: "2026-12-24T03:00:00Z",
      },
    })),
    completion: {
      of: "completion",
      file: `signatures/${stack}/completion.dsse.json`,
      valid: true,
      signed: COMPLETION,
    },
    resources: () => true,
  };
}
