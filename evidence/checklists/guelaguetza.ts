/** Guelaguetza's checklist for optimistic locking (`002-guelaguetza-optimistic-locking.md`). Pure. */
import type { Checklist, Line } from "../line";
import { section, text } from "./section";
import {
  all,
  any,
  backup,
  cleanTree,
  completion,
  documentOf,
  documentOfVersion,
  integration,
  migration,
  noAlerts,
  ofRollback,
  readings,
  readingsOn,
  resource,
  review,
  signOff,
  soak,
  steps,
  tests,
} from "./ways";

const production = { stacks: ["production"] } as const;
const everywhere = { stacks: ["staging", "production"] } as const;

/** Steps of the smoke test, by their names in `systems/guelaguetza-smoke.ts`. */
const smoke = (...names: readonly [string, ...string[]]) => steps("smoke", ...names);
const stagingSmoke = (...names: readonly [string, ...string[]]) => steps("staging-smoke", ...names);

/** Verification queries, by their names in `observability/sql/guelaguetza.ts`. */
const VERSION_IS_ONE = "every product has version 1";
const COLUMN = "Product has the column version";
const STOCK = "no product has a negative stock";

const code: readonly Line[] = section(
  {
    ...everywhere,
    title: text("Pre-Deployment: Verificación de Código", "Before the deployment: verification of the code"),
    moment: "before",
    requirements: ["G1"],
  },
  [
    "clean-tree",
    "Todos los archivos modificados están committeados",
    "Every changed file is committed",
    cleanTree,
  ],
  ["unit-tests", "Tests unitarios pasando (100% success)", "Unit tests pass (100 %)", tests("unit")],
  ["integration-tests", "Tests de integración pasando", "Integration tests pass", tests("integration")],
  ["build", "No hay errores de TypeScript", "No TypeScript errors", integration(/build/i, "the build")],
  ["lint", "Linter pasando", "The linter passes", integration(/lint/i, "the linter")],
);

const staging: readonly Line[] = [
  ...section(
    {
      ...production,
      title: text("Base de Datos (Staging): Backup", "Database (staging): backup"),
      moment: "before",
      requirements: ["G2"],
      policy: "release-migration",
    },
    ["staging-backup", "Crear backup de base de datos", "Back up the database", backup("staging")],
    [
      "staging-backup-verified",
      "Verificar que el backup se creó correctamente",
      "Check that the backup is sound",
      backup("staging"),
    ],
  ),
  ...section(
    {
      ...production,
      title: text("Base de Datos (Staging): Migración", "Database (staging): migration"),
      moment: "before",
      requirements: ["G3"],
      policy: "release-migration",
    },
    ["sql-reviewed", "Revisar SQL de la migración", "Review the migration's SQL", review],
    [
      "staging-migration",
      "Aplicar migración en staging",
      "Apply the migration on staging",
      migration("staging", "staging"),
    ],
    [
      "staging-column",
      "Verificar que la columna `version` existe",
      "Check that the column `version` is there",
      migration("staging", "staging", COLUMN),
    ],
    [
      "staging-versions",
      "Verificar productos existentes tienen version=1",
      "Check that the products have version = 1",
      migration("staging", "staging", VERSION_IS_ONE),
      { requirements: ["G4"] },
    ],
  ),
  ...section(
    {
      ...production,
      title: text("Testing en Staging: Tests Funcionales", "Tests on staging: functional tests"),
      moment: "before",
      requirements: ["G5"],
    },
    [
      "checkout",
      "Test 1: Checkout normal (sin conflicto)",
      "Test 1: an ordinary checkout (without a conflict)",
      stagingSmoke("producto al carrito", "checkout normal"),
    ],
    [
      "insufficient-stock",
      "Test 2: Stock insuficiente",
      "Test 2: not enough stock",
      stagingSmoke("stock insuficiente"),
    ],
    [
      "race",
      "Test 3: Conflicto de concurrencia simulado",
      "Test 3: a simulated race",
      stagingSmoke("checkouts simultáneos"),
    ],
  ),
  ...section(
    {
      ...production,
      title: text("Testing en Staging: Verificación de Integridad", "Tests on staging: integrity"),
      moment: "before",
      requirements: ["G4"],
    },
    [
      "staging-stock",
      "Verificar que no hay stock negativo",
      "Check that no stock is negative",
      migration("staging", "staging", STOCK),
    ],
    [
      "staging-versions-rise",
      "Verificar versiones incrementándose correctamente",
      "Check that versions rise as they should",
      readingsOn("staging", "staging-database", "versions rise with sales"),
    ],
    [
      "staging-orders",
      "Verificar órdenes creadas correctamente",
      "Check that orders are made as they should be",
      readingsOn("staging", "staging-database", "orders by state"),
    ],
  ),
];

const rules = resource("PrometheusRule", "guelaguetza-rules");
const sql = resource("ConfigMap", "guelaguetza-sql-exporter");

const monitoring: readonly Line[] = [
  ...section(
    {
      ...everywhere,
      title: text("Monitoreo y Logs: Configurar Alertas", "Monitoring and logs: alerts"),
      moment: "before",
      requirements: ["G6"],
    },
    [
      "alert-negative-stock",
      "Alerta para stock negativo (CRÍTICO)",
      "Alert on negative stock (critical)",
      all(rules, sql),
    ],
    [
      "alert-concurrency-errors",
      "Alerta para ConcurrencyError frecuentes",
      "Alert on frequent ConcurrencyErrors",
      all(rules, resource("ConfigMap", "guelaguetza-log-rules")),
    ],
    ["alert-failed-orders", "Alerta para órdenes fallidas", "Alert on failed orders", all(rules, sql)],
  ),
  ...section(
    {
      ...everywhere,
      title: text("Monitoreo y Logs: Dashboard de Métricas", "Monitoring and logs: dashboard"),
      moment: "before",
      requirements: ["G7"],
    },
    [
      "dashboard",
      "Crear dashboard con métricas clave",
      "Make a dashboard of the key metrics",
      resource("ConfigMap", /^guelaguetza-dashboards-.*checkout$/),
    ],
  ),
];

const STAGING_IS_STABLE = text(
  "Deployment a Producción: Pre-Deploy: Verificar que staging está estable",
  "Deployment to production: before: check that staging is stable",
);

const deployment: readonly Line[] = [
  ...section(
    {
      ...production,
      title: text("Deployment a Producción: Pre-Deploy", "Deployment to production: before"),
      moment: "before",
      requirements: ["G8"],
    },
    [
      "announced",
      "Notificar al equipo sobre deployment",
      "Tell the team of the deployment",
      signOff("devops"),
    ],
  ),
  ...section(
    {
      ...production,
      title: STAGING_IS_STABLE,
      moment: "before",
      requirements: ["G9"],
      policy: "release-soak",
    },
    [
      "staging-tests",
      "Tests pasando",
      "Tests pass",
      stagingSmoke("checkout normal", "stock insuficiente", "checkouts simultáneos"),
    ],
    ["staging-logs", "No hay errores en logs", "No errors in the logs", soak("staging", "no errors in logs")],
    ["staging-metrics", "Métricas normales", "Ordinary readings", soak("staging")],
  ),
  ...section(
    {
      ...production,
      title: text("Deployment a Producción: Deploy", "Deployment to production: the deployment"),
      moment: "during",
      requirements: ["G3", "G10"],
    },
    [
      "production-backup",
      "Crear backup de producción",
      "Back up production",
      backup("production"),
      { moment: "before", requirements: ["G2"], policy: "release-migration" },
    ],
    [
      "maintenance-on",
      "Poner aplicación en modo mantenimiento (opcional)",
      "Put the application into maintenance (optional)",
      signOff("devops"),
    ],
    [
      "production-migration",
      "Aplicar migración en producción",
      "Apply the migration on production",
      migration("production"),
      { policy: "release-migration" },
    ],
    [
      "migration-verified",
      "Verificar migración exitosa",
      "Check that the migration went well",
      migration("production", undefined, COLUMN),
      { policy: "release-migration" },
    ],
    [
      "prisma-client",
      "Regenerar cliente Prisma en producción",
      "Generate the Prisma client for production",
      integration(/build/i, "the build, which generates the client into the image"),
      { moment: "before" },
    ],
    [
      "compiled",
      "Compilar código",
      "Compile the code",
      integration(/build/i, "the build"),
      { moment: "before" },
    ],
    [
      "deployed",
      "Desplegar nueva versión",
      "Deploy the new version",
      all(resource("Release", "guelaguetza-backend"), smoke("health")),
    ],
    [
      "maintenance-off",
      "Quitar modo mantenimiento",
      "End the maintenance",
      smoke("health", "checkout normal"),
    ],
  ),
  ...section(
    {
      ...production,
      title: text(
        "Deployment a Producción: Verificación Post-Deploy",
        "Deployment to production: verification after",
      ),
      moment: "after",
      requirements: ["G11"],
    },
    ["health", "Health check del API", "Health check of the API", smoke("health")],
    [
      "logs",
      "Verificar logs no muestran errores críticos",
      "Check that the logs show no critical errors",
      readings("verify", "no critical errors in logs"),
    ],
    [
      "production-checkout",
      "Test de checkout en producción (con cuenta de prueba)",
      "A checkout on production (with a test account)",
      smoke("checkout normal"),
    ],
    [
      "production-versions",
      "Verificar productos existentes tienen version=1",
      "Check that the products have version = 1",
      migration("production", undefined, VERSION_IS_ONE),
      { requirements: ["G4", "G11"] },
    ],
  ),
];

const HOUR_1 = "Monitoreo Post-Deploy (primeras 24 horas): Hora 1";
const HOUR_1_EN = "Watching after the deployment (the first 24 hours): hour 1";
const HOUR_4 = "Monitoreo Post-Deploy (primeras 24 horas): Hora 4";
const HOUR_4_EN = "Watching after the deployment (the first 24 hours): hour 4";

const watched = { ...production, moment: "after", requirements: ["G12"] } as const;

const watching: readonly Line[] = [
  ...section(
    { ...watched, title: text(HOUR_1, HOUR_1_EN) },
    [
      "hour-1-logs",
      "Verificar no hay errores críticos en logs",
      "Check that the logs have no critical errors",
      readings("hour-1", "no critical errors in logs"),
    ],
    [
      "hour-1-stock",
      "Verificar stock no negativo",
      "Check that no stock is negative",
      readings("hour-1", STOCK),
    ],
  ),
  ...section(
    {
      ...watched,
      title: text(`${HOUR_1}: Verificar métricas de checkout`, `${HOUR_1_EN}: readings of the checkout`),
    },
    [
      "hour-1-latency",
      "Latencia: < 2 segundos (P95)",
      "Latency: < 2 s (p95)",
      readings("hour-1", "checkout latency p95 < 2 s"),
    ],
    [
      "hour-1-success",
      "Tasa de éxito: > 95%",
      "Success: > 95 %",
      readings("hour-1", "checkout success > 95 %"),
    ],
    [
      "hour-1-concurrency-errors",
      "ConcurrencyError: < 1%",
      "ConcurrencyError: < 1 %",
      readings("hour-1", "ConcurrencyError < 1 %"),
    ],
  ),
  ...section(
    { ...watched, title: text(`${HOUR_4}: Revisar alertas`, `${HOUR_4_EN}: alerts`) },
    [
      "hour-4-alerts",
      "No hay alertas críticas activas",
      "No critical alert is active",
      noAlerts(/^guelaguetza/, { severities: /^critical$/, name: "hour-4", fresh: false }),
    ],
    [
      "hour-4-errors",
      "Tasa de errores estable",
      "The error rate is steady",
      readings("hour-4", "error rate is steady"),
    ],
  ),
  ...section(
    {
      ...watched,
      title: text(`${HOUR_4}: Verificar dashboard de métricas`, `${HOUR_4_EN}: the dashboard`),
    },
    [
      "hour-4-orders",
      "Órdenes creándose normalmente",
      "Orders are made as usual",
      readings("hour-4", "orders are made as usual"),
    ],
    [
      "hour-4-retries",
      "No hay picos anormales de reintentos",
      "No unusual peaks of retries",
      readings("hour-4", "no unusual peaks of retries"),
    ],
  ),
  ...section(
    {
      ...watched,
      title: text(
        "Monitoreo Post-Deploy (primeras 24 horas): Hora 12",
        "Watching after the deployment (the first 24 hours): hour 12",
      ),
    },
    [
      "hour-12-orders",
      "Análisis de órdenes del día",
      "Look at the day's orders",
      readings("hour-12", "orders by state"),
    ],
    [
      "hour-12-cleanup",
      "Verificar cleanup de órdenes fallidas",
      "Check that failed orders are cleaned up",
      readings("hour-12", "failed orders are cleaned up"),
    ],
  ),
  ...section(
    {
      ...watched,
      title: text(
        "Monitoreo Post-Deploy (primeras 24 horas): Hora 24",
        "Watching after the deployment (the first 24 hours): hour 24",
      ),
    },
    [
      "hour-24-report",
      "Reporte de métricas",
      "Report of the readings",
      readings("hour-24", "checkouts", "checkout success > 95 %", "ConcurrencyErrors", "mean retries", STOCK),
    ],
    [
      "success-announced",
      "Notificar éxito del deployment",
      "Tell the team that it went well",
      any(
        signOff("devops"),
        completion(({ state }) =>
          state === "rolled-back" ? undefined : "says that the release succeeded: tell the team",
        ),
      ),
      { requirements: ["G8"] },
    ],
  ),
];

const rollback: readonly Line[] = section(
  {
    ...production,
    title: text(
      "Plan de Rollback (si es necesario): Pasos de Rollback",
      "Rollback plan (if it is needed): steps",
    ),
    moment: "after",
    requirements: ["G14"],
  },
  ["rollback-announced", "Notificar al equipo", "Tell the team", ofRollback("devops")],
  ["rollback-maintenance-on", "Poner en modo mantenimiento", "Put it into maintenance", ofRollback("devops")],
  [
    "rollback-code",
    "Revertir código a versión anterior",
    "Take the code back to the version before",
    ofRollback("devops"),
  ],
  [
    "rollback-migration",
    "Revertir migración de base de datos",
    "Take the migration back",
    ofRollback("devops"),
  ],
  [
    "rollback-restore",
    "Restaurar backup si es necesario",
    "Restore the backup if that is needed",
    ofRollback("devops"),
  ],
  ["rollback-maintenance-off", "Quitar modo mantenimiento", "End the maintenance", ofRollback("devops")],
  [
    "rollback-verified",
    "Verificar funcionamiento normal",
    "Check that all works as usual",
    ofRollback("devops"),
  ],
  ["post-mortem", "Realizar post-mortem", "Hold a post-mortem", ofRollback("backend-lead")],
);

const documentation: readonly Line[] = section(
  {
    ...production,
    title: text("Documentación Post-Deploy", "Documentation"),
    moment: "before",
    requirements: ["G15"],
    policy: "release-notes",
  },
  ["changelog", "Actualizar CHANGELOG.md", "Update CHANGELOG.md", documentOfVersion("changelog")],
  [
    "api-documentation",
    "Actualizar API documentation",
    "Update the API's documentation",
    documentOf("api", /\b409\b/, "the answer 409"),
  ],
  [
    "runbook",
    "Crear runbook de incidentes",
    "Write the runbook of incidents",
    documentOf("runbook", /ConcurrencyError/, "ConcurrencyError"),
  ],
  [
    "learnings",
    "Compartir learnings con el equipo",
    "Tell the team what was learned",
    signOff("backend-lead"),
    { moment: "after" },
  ],
);

const approvals = {
  ...production,
  moment: "before",
  requirements: ["G16"],
  policy: "release-approvals",
} as const;

const signOffs: readonly Line[] = [
  ...section(
    { ...approvals, title: text("Sign-Off: Backend Lead", "Sign-off: Backend Lead") },
    [
      "code-approved",
      "Código revisado y aprobado",
      "Code reviewed and approved",
      all(review, signOff("backend-lead")),
    ],
    ["tests-approved", "Tests pasando", "Tests pass", signOff("backend-lead")],
    ["documentation-approved", "Documentación completa", "Documentation complete", signOff("backend-lead")],
  ),
  ...section(
    { ...approvals, title: text("Sign-Off: DevOps", "Sign-off: DevOps") },
    ["infrastructure-ready", "Infraestructura preparada", "Infrastructure ready", signOff("devops")],
    [
      "backups-approved",
      "Backups verificados",
      "Backups checked",
      all(backup("production"), signOff("devops")),
    ],
    ["monitoring-approved", "Monitoreo configurado", "Monitoring set up", signOff("devops")],
  ),
  ...section(
    { ...approvals, title: text("Sign-Off: Product Owner", "Sign-off: Product Owner") },
    [
      "feature-approved",
      "Feature probada en staging",
      "The feature was tried on staging",
      signOff("product-owner"),
    ],
    ["ux-approved", "UX/UI validada", "UX and UI validated", signOff("product-owner")],
    [
      "metrics-defined",
      "Métricas de éxito definidas",
      "What counts as success is defined",
      signOff("product-owner"),
    ],
  ),
];

const ended: readonly Line[] = section(
  {
    ...production,
    title: text("Deployment Completado", "Deployment completed"),
    moment: "after",
    requirements: ["G17"],
  },
  [
    "completion",
    "Fecha de deployment, hora de inicio, hora de fin, duración total, downtime, incidentes, estado final",
    "Date, start, end, duration, downtime, incidents, final state",
    completion(),
  ],
);

/** The checklist. */
export const guelaguetza: Checklist = {
  system: "guelaguetza",
  title: text(
    "Checklist de Deployment - Optimistic Locking para Productos",
    "Deployment checklist: optimistic locking of products",
  ),
  lines: [
    ...code,
    ...staging,
    ...monitoring,
    ...deployment,
    ...watching,
    ...rollback,
    ...documentation,
    ...signOffs,
    ...ended,
  ],
};
