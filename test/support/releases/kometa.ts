/** Kometa's v1.0-develop-11 on develop, as the document has it (2024-01). */
import type { Example } from "./example";
import {
  doctor,
  dryRun,
  helmLint,
  hex,
  jest,
  k6Job,
  lcov,
  noAlerts,
  npmAudit,
  pullRequest,
  readings,
  semgrep,
  stackState,
} from "./formats";

const commit = hex("kometa-marketplace v1.0-develop-11").slice(0, 40);
const VERSION = "v1.0-develop-11";
const HOST = "marketplace.kometadeveloper.xyz";

/** When the release began. */
const START = "2024-01-18T16:00:00Z";

const CHANGELOG = `# Changelog

## v1.0-develop-11 - 2024-01-18

- Búsqueda de productos por precio.
- El inventario se actualiza al confirmar la compra.

## v1.0-develop-10 - 2024-01-10

- Fix de seguridad en el login.
`;

const PLAN = `# Plan de rollback de v1.0-develop-11

1. \`helm history kometa-develop -n kometa-develop\` y \`helm rollback kometa-develop REVISION -n kometa-develop\`,
   o \`npm run golive -- version develop kometa v1.0-develop-10\` y \`npm run up -- develop\`.
2. Verificar \`/health\` y el smoke test.
3. Avisar en #kometa-marketplace.
`;

/** Steps of the smoke test, by their names in \`systems/kometa-checks.ts\`. */
const STEPS = [
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
  "Producto para la compra",
  "Procesar compra",
  "Validar inventario",
  "Actualizar stock",
  "Generar confirmación",
  "Historial de compras",
  "Producto de la compra retirado",
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
];

const k6 = { version: VERSION, users: 1, p95: 212, average: 84 } as const;

export const kometa: Example = {
  stack: "develop",
  record: {
    system: "kometa",
    version: VERSION,
    summary: "Búsqueda por precio, e inventario al día tras cada compra",
    author: { name: "Equipo Dev", account: "equipo-dev" },
    commit,
    branch: "develop",
    at: "2024-01-18T09:00:00Z",
    previous: "v1.0-develop-10",
    images: [
      {
        repository: "kometa-marketplace",
        tag: VERSION,
        digest: `sha256:${hex("kometa-marketplace:v1.0-develop-11")}`,
      },
    ],
    changes: ["Búsqueda de productos por precio", "El inventario se actualiza al confirmar la compra"],
    breaking: [],
    dependencies: ["fastify 4.25.1 → 4.25.2"],
  },
  rollback: { to: "v1.0-develop-10", plan: "rollback-plan", restorePoint: "restore-point" },
  reports: [
    {
      kind: "review",
      name: "review",
      file: "reports/review.json",
      text: pullRequest({
        number: 118,
        author: "equipo-dev",
        reviewer: "ejemplo-tech-lead",
        branch: "feature/busqueda-por-precio",
        commit,
        at: "2024-01-18T08:40:00Z",
        files: ["src/products/search.ts", "src/stock/update.ts", "CHANGELOG.md"],
      }),
    },
    {
      kind: "tests",
      name: "unit",
      file: "reports/tests-unit.xml",
      text: jest(
        {
          "products search": ["finds by name", "finds by price", "orders by price", "answers an empty list"],
          stock: ["falls with a purchase", "never falls below zero"],
          auth: ["signs a token", "refuses a wrong password"],
        },
        "2024-01-18T09:10:00Z",
      ),
    },
    {
      kind: "coverage",
      name: "coverage",
      file: "reports/coverage.lcov",
      text: lcov({
        "src/products/search.ts": [61, 70],
        "src/stock/update.ts": [38, 44],
        "src/auth/login.ts": [52, 60],
      }),
    },
    {
      kind: "tests",
      name: "integration",
      file: "reports/tests-integration.xml",
      text: jest(
        {
          purchase: ["takes stock", "confirms by mail"],
          "products API": ["creates", "lists", "updates", "deletes"],
        },
        "2024-01-18T09:14:00Z",
      ),
    },
    {
      kind: "sast",
      name: "sast",
      file: "reports/semgrep.sarif",
      text: semgrep(commit, "2024-01-18T09:20:00Z"),
    },
    { kind: "scan", name: "dependencies", file: "reports/npm-audit.json", text: npmAudit() },
    { kind: "document", name: "changelog", file: "reports/CHANGELOG.md", text: CHANGELOG },
    {
      kind: "preflight",
      name: "doctor",
      file: "reports/develop/doctor.json",
      ofStack: true,
      text: doctor("develop", "2024-01-18T15:30:00Z", [
        ["stack file", "Pulumi.develop.yaml, 1 system"],
        ["cluster", "v1.28.5-eks"],
        ["nodes", "3 of 3 ready"],
        ["namespace kometa-develop", "Active"],
        ["load balancer controller", "2 of 2 replicas ready"],
        [`certificate of ${HOST}`, "issued, 214 days left"],
        ["registry, kometa-marketplace", "11 images"],
      ]),
    },
    {
      kind: "preflight",
      name: "helm-lint",
      file: "reports/develop/helm-lint.txt",
      ofStack: true,
      text: helmLint("./charts/service"),
    },
    {
      kind: "preflight",
      name: "dry-run",
      file: "reports/develop/dry-run.txt",
      ofStack: true,
      text: dryRun(
        "kometa-develop",
        "kometa-develop",
        `202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketplace:${VERSION}`,
      ),
    },
    {
      kind: "document",
      name: "rollback-plan",
      file: "reports/develop/rollback-plan.md",
      ofStack: true,
      text: PLAN,
    },
    {
      kind: "restore-point",
      name: "restore-point",
      file: "reports/develop/restore-point.json",
      ofStack: true,
      text: stackState("develop", "2024-01-18T15:45:00Z", [
        ["kubernetes:core/v1:Namespace", "kometa-develop"],
        ["kubernetes:helm.sh/v3:Release", "kometa-develop"],
        ["kubernetes:networking.k8s.io/v1:Ingress", "kometa-develop"],
        ["aws:ecr/repository:Repository", "kometa-marketplace"],
      ]),
    },
    {
      kind: "k6",
      name: "smoke",
      file: "reports/develop/k6-smoke.json",
      ofStack: true,
      text: k6Job({
        ...k6,
        kind: "smoke",
        at: "2024-01-18T16:06:00Z",
        seconds: 14,
        requests: 41,
        steps: STEPS,
      }),
    },
    {
      kind: "k6",
      name: "load",
      file: "reports/develop/k6-load.json",
      ofStack: true,
      text: k6Job({
        ...k6,
        kind: "load",
        at: "2024-01-18T16:50:00Z",
        users: 50,
        seconds: 1800,
        requests: 243_211,
        p95: 631,
        average: 241,
        steps: ["Health check", "API principal"],
      }),
    },
    {
      kind: "readings",
      name: "verify",
      file: "reports/develop/verify.json",
      ofStack: true,
      text: readings("develop", "kubectl", "2024-01-18T16:08:00Z", {
        "pods running": "1 of 1",
        "service has endpoints": "10.0.31.7:3000",
        "ingress has an address": "k8s-kometa-0a1b2c3d4e.us-east-1.elb.amazonaws.com",
        "no critical errors in logs": 0,
      }),
    },
    {
      kind: "readings",
      name: "load",
      file: "reports/develop/load.json",
      ofStack: true,
      text: readings("develop", "Prometheus", "2024-01-18T16:50:00Z", {
        "cpu use < 80 %": 61,
        "memory use < 80 %": 72,
      }),
    },
    {
      kind: "alerts",
      name: "after",
      file: "reports/develop/alerts-after.json",
      ofStack: true,
      text: noAlerts("2024-01-18T17:00:00Z"),
    },
  ],
  approvals: (["devops", "qa", "product-owner"] as const).map((role) => ({
    role,
    at: "2024-01-18T17:05:00Z",
    expires: "2024-02-01T17:05:00Z",
  })),
  completion: {
    role: "devops",
    start: START,
    end: "2024-01-18T17:10:00Z",
    downtime: 0,
    incidents: [],
    state: "succeeded",
  },
};
