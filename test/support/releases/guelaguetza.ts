/** Guelaguetza's 1.1.0 on production, as the document has it (2025-01-25): every product gets a version. */
import type { Example } from "./example";
import {
  backup,
  checkRuns,
  gitStatus,
  hex,
  jest,
  k6Job,
  migration,
  noAlerts,
  pullRequest,
  readings,
  soak,
  stackState,
} from "./formats";

const VERSION = "v1.1.0";
const BRANCH = "release/1.1.0";
const commit = hex("guelaguetza-backend v1.1.0").slice(0, 40);
/** As Pulumi.production.yaml has it. */
const digest = "sha256:10c02e0df3040d43e819a8c92ac9b40e58eb696e6dae62089a6a9fae9907cab2";
const MIGRATION = "20250122101500_add_version_to_product";

/** When the release began. */
const START = "2025-01-25T03:00:00Z";

const CHANGELOG = `# Changelog

## [1.1.0] - 2025-01-25

### Added

- Optimistic locking para productos: campo \`version\`.
- Reintentos automáticos en el checkout ante conflictos de concurrencia.

### Changed

- El checkout responde 409 cuando se agotan los reintentos.

## [1.0.0] - 2024-11-30
`;

const NOTES = `# Guelaguetza 1.1.0

Dos compras a la vez ya no dejan el stock en negativo. Quien compra puede recibir un 409, y vuelve a intentarlo.
`;

const API = `# API: checkout

\`POST /api/orders/checkout\`

- 201: la orden está creada.
- 400: "Stock insuficiente".
- 409: ConcurrencyError, tras tres intentos; el cliente puede repetir la petición.
`;

const RUNBOOK = `# Runbook: ConcurrencyError

1. Mirar la tasa en el dashboard de checkout; por encima de 100 por hora hay una alerta.
2. Buscar el producto en los logs: \`{app="guelaguetza-backend"} |= "ConcurrencyError"\`.
3. Si el stock es negativo, seguir el plan de rollback.
`;

const PLAN = `# Plan de rollback de 1.1.0

1. Avisar en #guelaguetza-alerts y poner el modo mantenimiento.
2. \`npm run golive -- version production guelaguetza v1.0.0\` y \`npm run up -- production\`.
3. Revertir la migración: \`ALTER TABLE "Product" DROP COLUMN "version"\`.
4. Si hace falta, restaurar el backup de producción; quitar el mantenimiento y verificar.
`;

const COLUMN = "Product has the column version";
const VERSION_IS_ONE = "every product has version 1";
const STOCK = "no product has a negative stock";
const answers = { [COLUMN]: "1", [VERSION_IS_ONE]: "0", [STOCK]: "0" };
const TABLES = ["Product", "Order", "OrderItem", "User", "Cart", "CartItem"];

const smoke = {
  kind: "smoke",
  version: VERSION,
  users: 1,
  requests: 14,
  seconds: 6,
  p95: 240,
  average: 110,
} as const;

const production = (name: string, at: string, found: Readonly<Record<string, number | string>>) =>
  ({
    kind: "readings",
    name,
    file: `reports/production/${name}.json`,
    ofStack: true,
    text: readings("production", "golive watch", at, found),
  }) as const;

export const guelaguetza: Example = {
  stack: "production",
  record: {
    system: "guelaguetza",
    version: VERSION,
    summary: "Optimistic locking para productos: dos compras a la vez ya no venden lo mismo",
    author: { name: "Autora del cambio", account: "autora-del-cambio" },
    commit,
    branch: BRANCH,
    at: "2025-01-23T10:00:00Z",
    previous: "v1.0.0",
    images: [{ repository: "guelaguetza-backend", tag: VERSION, digest }],
    changes: ["Campo version en Product", "Reintentos en el checkout", "409 cuando se agotan los reintentos"],
    breaking: ["El checkout puede responder 409: el cliente repite la petición"],
    dependencies: ["prisma 5.7.1 → 5.8.1"],
  },
  rollback: { to: "v1.0.0", plan: "rollback-plan", restorePoint: "restore-point" },
  reports: [
    { kind: "git", name: "git", file: "reports/git-status.txt", text: gitStatus(BRANCH, commit) },
    {
      kind: "tests",
      name: "unit",
      file: "reports/tests-unit.xml",
      text: jest(
        {
          checkout: [
            "creates an order",
            "refuses too little stock",
            "retries on a conflict",
            "gives up after three",
          ],
          product: ["starts at version 1", "raises its version with each sale"],
        },
        "2025-01-23T10:12:00Z",
      ),
    },
    {
      kind: "tests",
      name: "integration",
      file: "reports/tests-integration.xml",
      text: jest(
        {
          "checkout on PostgreSQL": [
            "one of five at once succeeds",
            "the others get 409",
            "stock is never negative",
          ],
        },
        "2025-01-23T10:16:00Z",
      ),
    },
    {
      kind: "ci",
      name: "ci",
      file: "reports/check-runs.json",
      text: checkRuns(["build", "lint", "unit", "integration"], commit, "2025-01-23T10:20:00Z"),
    },
    {
      kind: "review",
      name: "review",
      file: "reports/review.json",
      text: pullRequest({
        number: 57,
        author: "autora-del-cambio",
        reviewer: "ejemplo-backend-lead",
        branch: BRANCH,
        commit,
        at: "2025-01-23T09:30:00Z",
        files: [
          `prisma/migrations/${MIGRATION}/migration.sql`,
          "prisma/schema.prisma",
          "src/checkout.ts",
          "CHANGELOG.md",
        ],
      }),
    },
    { kind: "document", name: "changelog", file: "reports/CHANGELOG.md", text: CHANGELOG },
    { kind: "document", name: "release-notes", file: "reports/release-notes.md", text: NOTES },
    { kind: "document", name: "api", file: "reports/api.md", text: API },
    { kind: "document", name: "runbook", file: "reports/runbook.md", text: RUNBOOK },
    {
      kind: "backup",
      name: "staging",
      file: "reports/production/backup-staging.txt",
      ofStack: true,
      text: backup("guelaguetza-staging.dump", "guelaguetza_db", "2025-01-23T11:50:00", TABLES),
    },
    {
      kind: "migration",
      name: "staging",
      file: "reports/production/migration-staging.json",
      ofStack: true,
      text: migration({
        stack: "staging",
        version: VERSION,
        job: "guelaguetza-migration-v1-1-0",
        at: "2025-01-23T11:55:00Z",
        applied: MIGRATION,
        answers,
        reverse: 'ALTER TABLE "Product" DROP COLUMN "version", on a copy of staging',
      }),
    },
    {
      kind: "k6",
      name: "staging-smoke",
      file: "reports/production/k6-staging-smoke.json",
      ofStack: true,
      text: k6Job({
        ...smoke,
        at: "2025-01-23T12:05:00Z",
        steps: [
          "health",
          "producto al carrito",
          "checkout normal",
          "stock insuficiente",
          "checkouts simultáneos",
        ],
      }),
    },
    {
      kind: "readings",
      name: "staging-database",
      file: "reports/production/staging-database.json",
      ofStack: true,
      text: readings("staging", "psql", "2025-01-23T12:30:00Z", {
        "versions rise with sales": "7 products, versions 2 to 6",
        "orders by state": "PENDING 2, PAID 31, CANCELLED 1",
      }),
    },
    {
      kind: "soak",
      name: "soak",
      file: "reports/production/soak.json",
      ofStack: true,
      text: soak({
        system: "guelaguetza",
        version: VERSION,
        images: [digest],
        start: "2025-01-23T12:30:00Z",
        hours: 30,
        found: {
          "no errors in logs": 0,
          "checkout latency p95 < 2 s": 0.412,
          "checkout success > 95 %": 99.4,
        },
      }),
    },
    {
      kind: "backup",
      name: "production",
      file: "reports/production/backup-production.txt",
      ofStack: true,
      text: backup("guelaguetza-production.dump", "guelaguetza_db", "2025-01-25T02:30:00", TABLES),
    },
    {
      kind: "document",
      name: "rollback-plan",
      file: "reports/production/rollback-plan.md",
      ofStack: true,
      text: PLAN,
    },
    {
      kind: "restore-point",
      name: "restore-point",
      file: "reports/production/restore-point.json",
      ofStack: true,
      text: stackState("production", "2025-01-25T02:50:00Z", [
        ["kubernetes:core/v1:Namespace", "guelaguetza-production"],
        ["kubernetes:helm.sh/v3:Release", "guelaguetza-backend"],
        ["aws:s3/bucket:Bucket", "guelaguetza-production-backups"],
      ]),
    },
    {
      kind: "alerts",
      name: "alerts",
      file: "reports/production/alerts.json",
      ofStack: true,
      text: noAlerts("2025-01-25T02:55:00Z"),
    },
    {
      kind: "migration",
      name: "production",
      file: "reports/production/migration-production.json",
      ofStack: true,
      text: migration({
        stack: "production",
        version: VERSION,
        job: "guelaguetza-migration-v1-1-0",
        at: "2025-01-25T03:04:00Z",
        applied: MIGRATION,
        answers,
      }),
    },
    {
      kind: "k6",
      name: "smoke",
      file: "reports/production/k6-smoke.json",
      ofStack: true,
      text: k6Job({
        ...smoke,
        at: "2025-01-25T03:10:00Z",
        steps: ["health", "producto al carrito", "checkout normal"],
      }),
    },
    production("verify", "2025-01-25T03:12:00Z", { "no critical errors in logs": 0 }),
    production("hour-1", "2025-01-25T04:00:00Z", {
      "no critical errors in logs": 0,
      [STOCK]: 0,
      "checkout latency p95 < 2 s": 0.431,
      "checkout success > 95 %": 99.1,
      "ConcurrencyError < 1 %": 0.2,
    }),
    {
      kind: "alerts",
      name: "hour-4",
      file: "reports/production/alerts-hour-4.json",
      ofStack: true,
      text: noAlerts("2025-01-25T07:00:00Z"),
    },
    production("hour-4", "2025-01-25T07:00:00Z", {
      "error rate is steady": "0.4 %, as the hour before",
      "orders are made as usual": "118, and 121 a week ago",
      "no unusual peaks of retries": 0,
    }),
    production("hour-12", "2025-01-25T15:00:00Z", {
      "orders by state": "PENDING 4, PAID 611, CANCELLED 9",
      "failed orders are cleaned up": "0 left",
    }),
    production("hour-24", "2025-01-26T03:00:00Z", {
      checkouts: 1204,
      "checkout success > 95 %": 99.3,
      ConcurrencyErrors: 6,
      "mean retries": 0.04,
      [STOCK]: 0,
    }),
  ],
  approvals: (["backend-lead", "devops", "product-owner"] as const).map((role) => ({
    role,
    at: "2025-01-26T03:05:00Z",
    expires: "2025-02-08T03:05:00Z",
  })),
  completion: {
    role: "devops",
    start: START,
    end: "2025-01-26T03:10:00Z",
    downtime: 240,
    incidents: [],
    state: "succeeded",
  },
};
