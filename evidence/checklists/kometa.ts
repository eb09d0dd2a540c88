/** Kometa Marketplace's checklist (`000-kometa-marketplace.md`). Pure. */
import type { Checklist, Line, Stack } from "../line";
import { section, text } from "./section";
import {
  all,
  coverageAbove,
  dependencyScan,
  doctor,
  documentOf,
  documentOfVersion,
  load,
  noAlerts,
  readings,
  resource,
  restorePoint,
  review,
  signOff,
  staticAnalysis,
  steps,
  tests,
  tried,
} from "./ways";

const stacks: readonly Stack[] = ["develop", "staging", "production"];

/** Steps of the smoke test, by their names in `systems/kometa-checks.ts`. */
const smoke = (...names: readonly [string, ...string[]]) => steps("smoke", ...names);

const HEALTH = "Health check: 200 en menos de 500 ms, con la versión correcta";
const PRODUCTS = "API principal: 200 y JSON válido";
const LOGIN = "Autenticación: generación de tokens JWT";
const INPUT = "Sanitización de datos y validación de tipos";

const before = { moment: "before", stacks } as const;
const during = { moment: "during", stacks } as const;
const after = { moment: "after", stacks } as const;

/** Ready pods of the workload, as the cluster says after the release. */
const verified = (reading: string) => readings("verify", reading);

const preparation: readonly Line[] = [
  ...section(
    {
      ...before,
      title: text(
        "2.1 Preparación Pre-Release: Verificación de Código",
        "2.1 Before the release: verification of the code",
      ),
      requirements: ["K10"],
    },
    ["code-review", "Code review completado y aprobado", "Code review done and approved", review],
    [
      "unit-tests",
      "Tests unitarios pasando (cobertura > 80%)",
      "Unit tests pass (coverage > 80 %)",
      all(tests("unit"), coverageAbove(80)),
    ],
    [
      "integration-tests",
      "Tests de integración ejecutados exitosamente",
      "Integration tests ran and passed",
      tests("integration"),
    ],
    ["sast", "Análisis de seguridad (SAST) completado", "Security analysis (SAST) done", staticAnalysis],
    [
      "dependency-scan",
      "Escaneo de vulnerabilidades en dependencias",
      "Dependencies scanned for vulnerabilities",
      dependencyScan,
    ],
  ),
  ...section(
    {
      ...before,
      title: text(
        "2.1 Preparación Pre-Release: Verificación de Infraestructura",
        "2.1 Before the release: verification of the infrastructure",
      ),
      requirements: ["K11"],
    },
    [
      "cluster",
      "Cluster EKS disponible y saludable",
      "EKS cluster available and healthy",
      doctor("cluster", "nodes"),
    ],
    [
      "namespace",
      "Namespace `kometa-develop` existe",
      "Namespace `kometa-develop` is there",
      doctor(/^namespace kometa/),
    ],
    [
      "load-balancer-controller",
      "AWS Load Balancer Controller funcionando",
      "AWS Load Balancer Controller works",
      doctor("load balancer controller"),
    ],
    [
      "certificate",
      "Certificados SSL válidos para marketplace.kometadeveloper.xyz",
      "Valid certificates for marketplace.kometadeveloper.xyz",
      doctor(/^certificate of .*marketplace/),
    ],
    ["registry", "ECR repository accesible", "ECR repository reachable", doctor(/^registry, .*kometa/)],
  ),
  ...section(
    {
      ...before,
      title: text(
        "2.1 Preparación Pre-Release: Verificación de Configuración",
        "2.1 Before the release: verification of the configuration",
      ),
      requirements: ["K12"],
    },
    [
      "environment",
      "Variables de entorno configuradas correctamente",
      "Environment variables set rightly",
      doctor("stack file"),
    ],
    [
      "secrets",
      "Secrets y configmaps actualizados",
      "Secrets and ConfigMaps up to date",
      all(doctor("stack file"), resource("ConfigMap", /^kometa-/)),
    ],
    [
      "values",
      "Valores de Helm revisados en `values-develop.yaml`",
      "Helm values reviewed in `values-develop.yaml`",
      signOff("devops"),
    ],
    [
      "ingress",
      "Configuración de ingress validada",
      "Ingress configuration validated",
      all(doctor("stack file"), resource("Ingress", /^kometa/)),
    ],
  ),
];

const deployment: readonly Line[] = [
  ...section(
    {
      ...before,
      title: text("2.2 Proceso de Despliegue: Backup y Rollback", "2.2 The deployment: backup and rollback"),
      requirements: ["K13"],
      policy: "release-rollback",
    },
    [
      "configuration-backup",
      "Backup de configuración actual",
      "Backup of the present configuration",
      restorePoint,
    ],
    [
      "rollback-plan",
      "Plan de rollback documentado",
      "Rollback plan written down",
      documentOf("rollback-plan", /\S/, "the way back"),
    ],
    ["restore-point", "Punto de restauración identificado", "Restore point named", restorePoint],
  ),
  ...section(
    {
      ...before,
      title: text("2.2 Proceso de Despliegue: Despliegue Gradual", "2.2 The deployment: step by step"),
      requirements: ["K9", "K12"],
    },
    [
      "helm-lint",
      "Ejecutar `helm lint ./src -f src/values-develop.yaml`",
      "Run `helm lint ./src -f src/values-develop.yaml`",
      tried("helm-lint"),
    ],
    [
      "dry-run",
      "Simular despliegue: `helm install kometa-develop ./src --namespace kometa-develop --dry-run --debug -f src/values-develop.yaml`",
      "Simulate the deployment: `helm install kometa-develop ./src --namespace kometa-develop --dry-run --debug -f src/values-develop.yaml`",
      tried("dry-run"),
    ],
    [
      "image",
      "Actualizar imagen en `values-develop.yaml`:",
      "Update the image in `values-develop.yaml`:",
      resource("Release", /^kometa/),
      { requirements: ["K4"] },
    ],
    [
      "upgrade",
      "Ejecutar upgrade: `helm upgrade kometa-develop ./src --namespace kometa-develop -f src/values-develop.yaml`",
      "Upgrade: `helm upgrade kometa-develop ./src --namespace kometa-develop -f src/values-develop.yaml`",
      smoke(HEALTH),
      { moment: "during" },
    ],
  ),
  ...section(
    {
      ...during,
      title: text(
        "2.2 Proceso de Despliegue: Verificación Inmediata",
        "2.2 The deployment: immediate verification",
      ),
      requirements: ["K14"],
    },
    [
      "pods-running",
      "Pods en estado Running: `kubectl get pods -n kometa-develop -l app=kometa-marketplace`",
      "Pods are Running: `kubectl get pods -n kometa-develop -l app=kometa-marketplace`",
      verified("pods running"),
    ],
    [
      "service",
      "Service funcionando: `kubectl get svc -n kometa-develop kometa-marketplace`",
      "Service works: `kubectl get svc -n kometa-develop kometa-marketplace`",
      all(resource("Service", "kometa-marketplace"), verified("service has endpoints")),
    ],
    [
      "ingress-configured",
      "Ingress configurado: `kubectl describe ingress kometa-develop -n kometa-develop`",
      "Ingress is set up: `kubectl describe ingress kometa-develop -n kometa-develop`",
      all(resource("Ingress", /^kometa/), verified("ingress has an address")),
    ],
    [
      "health-check",
      "Health check respondiendo: `curl -f https://marketplace.kometadeveloper.xyz/health`",
      "Health check answers: `curl -f https://marketplace.kometadeveloper.xyz/health`",
      smoke(HEALTH),
    ],
  ),
  ...section(
    {
      ...after,
      title: text("2.3 Post-Despliegue: Monitoreo Inicial", "2.3 After the deployment: first look"),
      requirements: ["K26", "K29"],
    },
    [
      "logs",
      "Logs sin errores críticos: `kubectl logs -n kometa-develop -l app=kometa-marketplace`",
      "Logs without critical errors: `kubectl logs -n kometa-develop -l app=kometa-marketplace`",
      verified("no critical errors in logs"),
    ],
    ["new-relic", "Métricas de New Relic actualizadas", "Metrics in New Relic up to date", signOff("devops")],
    [
      "alerts",
      "Alertas configuradas y funcionando",
      "Alerts set up and working",
      all(
        resource("PrometheusRule", "kometa-rules"),
        resource("AlertmanagerConfig", "kometa-alerts"),
        noAlerts(/^kometa/, { severities: /^critical$/, name: "after", fresh: false }),
      ),
      { requirements: ["K25"] },
    ],
    [
      "dashboard",
      "Dashboard de monitoreo actualizado",
      "Monitoring dashboard up to date",
      resource("ConfigMap", /^kometa-dashboards-/),
      { requirements: ["K24"] },
    ],
  ),
];

const functional: readonly Line[] = [
  ...section(
    {
      ...after,
      title: text(
        "3.1 Validación Funcional: Health Check: `GET /health`",
        "3.1 Functional validation: health check: `GET /health`",
      ),
      requirements: ["K15"],
    },
    ["health-200", "Respuesta 200 OK", "Answers 200 OK", smoke(HEALTH)],
    ["health-500-ms", "Tiempo de respuesta < 500ms", "Answers within 500 ms", smoke(HEALTH)],
    ["health-version", "Información de versión correcta", "Tells the right version", smoke(HEALTH)],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.1 Validación Funcional: API Principal: `GET /api/v1/products`",
        "3.1 Functional validation: main API: `GET /api/v1/products`",
      ),
      requirements: ["K15"],
    },
    ["products-200", "Respuesta 200 OK", "Answers 200 OK", smoke(PRODUCTS)],
    ["products-json", "Estructura JSON válida", "Valid JSON", smoke(PRODUCTS)],
    [
      "products-consistent",
      "Datos consistentes",
      "Consistent data",
      smoke("Crear producto", "Listar productos"),
    ],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.1 Validación Funcional: Autenticación: `POST /api/v1/auth/login`",
        "3.1 Functional validation: authentication: `POST /api/v1/auth/login`",
      ),
      requirements: ["K15"],
    },
    [
      "login-credentials",
      "Validación de credenciales",
      "Credentials are checked",
      smoke("Autenticación: validación de credenciales"),
    ],
    ["login-token", "Generación de tokens JWT", "JWTs are made", smoke(LOGIN)],
    ["login-errors", "Manejo de errores", "Errors are handled", smoke("Autenticación: manejo de errores")],
  ),
  ...section(
    {
      ...after,
      title: text("3.1 Validación Funcional: Gestión de Productos", "3.1 Functional validation: products"),
      requirements: ["K16"],
    },
    ["product-create", "Crear producto", "Create a product", smoke("Crear producto")],
    ["product-list", "Listar productos", "List products", smoke("Listar productos")],
    ["product-update", "Actualizar producto", "Update a product", smoke("Actualizar producto")],
    [
      "product-delete",
      "Eliminar producto",
      "Delete a product",
      smoke("Eliminar producto", "Producto eliminado"),
    ],
  ),
  ...section(
    {
      ...after,
      title: text("3.1 Validación Funcional: Transacciones", "3.1 Functional validation: transactions"),
      requirements: ["K16"],
    },
    ["purchase", "Procesar compra", "Process a purchase", smoke("Procesar compra")],
    ["inventory", "Validar inventario", "Check the inventory", smoke("Validar inventario")],
    ["stock", "Actualizar stock", "Update the stock", smoke("Actualizar stock")],
    ["confirmation", "Generar confirmación", "Make the confirmation", smoke("Generar confirmación")],
  ),
  ...section(
    {
      ...after,
      title: text("3.1 Validación Funcional: Usuarios", "3.1 Functional validation: users"),
      requirements: ["K16"],
    },
    ["user-registration", "Registro de usuario", "Register a user", smoke("Registro de usuario")],
    ["user-login", "Login/logout", "Log in, log out", smoke("Login", "Logout")],
    ["user-profile", "Perfil de usuario", "A user's profile", smoke("Perfil de usuario")],
    ["user-history", "Historial de compras", "History of purchases", smoke("Historial de compras")],
  ),
];

const performance: readonly Line[] = [
  ...section(
    {
      ...after,
      title: text(
        "3.2 Validación de Rendimiento: Métricas de Rendimiento",
        "3.2 Validation of performance: readings",
      ),
      requirements: ["K17"],
    },
    [
      "mean-2-s",
      "Tiempo de respuesta promedio < 2s",
      "Mean response time < 2 s",
      load("load", ({ mean }) => below("mean response time", mean, 2000, "ms")),
    ],
    [
      "throughput",
      "Throughput > 100 req/s",
      "Throughput > 100 req/s",
      load("load", ({ rate }) =>
        rate > 100 ? undefined : `has a throughput of ${rate} req/s; more than 100 are asked for`,
      ),
    ],
    ["cpu", "Uso de CPU < 80%", "CPU use < 80 %", readings("load", "cpu use < 80 %")],
    ["memory", "Uso de memoria < 80%", "Memory use < 80 %", readings("load", "memory use < 80 %")],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.2 Validación de Rendimiento: Pruebas de Carga",
        "3.2 Validation of performance: load tests",
      ),
      requirements: ["K18"],
    },
    [
      "users-50",
      "Simular 50 usuarios concurrentes",
      "Simulate 50 users at once",
      load("load", ({ users }) => (users >= 50 ? undefined : `has ${users} users at once; 50 are asked for`)),
    ],
    [
      "stable-30-min",
      "Verificar estabilidad por 30 minutos",
      "Check that it is stable for 30 minutes",
      load("load", ({ duration }) =>
        duration >= 1800 ? undefined : `ran for ${duration} s; 1800 are asked for`,
      ),
    ],
    [
      "p95-5-s",
      "Monitorear latencia p95 < 5s",
      "Watch that the p95 latency is < 5 s",
      load("load", ({ p95 }) => below("p95", p95, 5000, "ms")),
    ],
    [
      "errors-under-load",
      "Verificar manejo de errores bajo carga",
      "Check how errors are handled under load",
      load("load", ({ failed }) => below("share of failed requests", failed * 100, 1, "%")),
      { requirements: ["K18", "K24"] },
    ],
  ),
];

function below(what: string, found: number | undefined, limit: number, unit: string): string | undefined {
  if (found === undefined) return `has no ${what}`;
  return found < limit
    ? undefined
    : `has a ${what} of ${found} ${unit}; less than ${limit} ${unit} is asked for`;
}

const security: readonly Line[] = [
  ...section(
    {
      ...after,
      title: text(
        "3.3 Validación de Seguridad: Autenticación y Autorización",
        "3.3 Validation of security: authentication and authorisation",
      ),
      requirements: ["K19"],
    },
    [
      "jwt",
      "Tokens JWT válidos",
      "Only valid JWTs",
      smoke("Tokens JWT válidos: sin token", "Tokens JWT válidos: token inválido"),
    ],
    [
      "session-expiry",
      "Expiración de sesiones",
      "Sessions expire",
      smoke("Expiración de sesiones: token caducado", "Expiración de sesiones: tras el logout"),
    ],
    ["roles", "Control de acceso por roles", "Access by roles", smoke("Control de acceso por roles")],
    ["csrf", "Protección CSRF", "Protection against CSRF", smoke("Protección CSRF")],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.3 Validación de Seguridad: Validación de Entrada",
        "3.3 Validation of security: validation of input",
      ),
      requirements: ["K19"],
    },
    ["sanitised", "Sanitización de datos", "Data is sanitised", smoke(INPUT)],
    ["types", "Validación de tipos", "Types are checked", smoke(INPUT)],
    [
      "sql-injection",
      "Prevención de SQL injection",
      "SQL injection is prevented",
      smoke("Prevención de SQL injection"),
    ],
    ["xss", "Protección XSS", "Protection against XSS", smoke("Protección XSS")],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.3 Validación de Seguridad: Configuración de Seguridad",
        "3.3 Validation of security: configuration",
      ),
      requirements: ["K19"],
    },
    ["https", "HTTPS habilitado", "HTTPS on", smoke("HTTPS habilitado")],
    [
      "security-headers",
      "Headers de seguridad configurados",
      "Security headers set",
      smoke("Headers de seguridad configurados"),
    ],
    ["rate-limiting", "Rate limiting activo", "Rate limiting on", smoke("Rate limiting activo")],
    ["audit-log", "Logs de auditoría", "Audit log", signOff("devops")],
  ),
];

const other: readonly Line[] = [
  ...section(
    {
      ...after,
      title: text(
        "3.4 Validación de Integración: Servicios Dependientes",
        "3.4 Validation of integration: services that it needs",
      ),
      requirements: ["K20"],
    },
    [
      "database",
      "Conexión con base de datos",
      "Connection with the database",
      smoke("Crear producto", "Listar productos"),
    ],
    [
      "authentication-service",
      "Integración con servicio de autenticación",
      "Integration with the authentication service",
      smoke(LOGIN),
    ],
    [
      "payment-service",
      "Comunicación con servicio de pagos",
      "Communication with the payment service",
      smoke("Procesar compra", "Generar confirmación"),
    ],
    [
      "inventory-service",
      "Sincronización con inventario",
      "In step with the inventory",
      smoke("Validar inventario", "Actualizar stock"),
    ],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.4 Validación de Integración: APIs Externas",
        "3.4 Validation of integration: other APIs",
      ),
      requirements: ["K20"],
    },
    ["webhooks", "Webhooks funcionando", "Webhooks work", signOff("qa")],
    ["notifications", "Notificaciones enviadas", "Notifications sent", signOff("qa")],
    [
      "third-parties",
      "Integración con servicios de terceros",
      "Integration with third parties",
      signOff("qa"),
    ],
    ["timeouts", "Manejo de timeouts", "Timeouts are handled", signOff("qa")],
  ),
  ...section(
    {
      ...after,
      title: text("3.5 Validación de Usabilidad: Interfaz de Usuario", "3.5 Validation of use: interface"),
      requirements: ["K20"],
    },
    ["navigation", "Navegación funcional", "Navigation works", signOff("qa")],
    ["forms", "Formularios operativos", "Forms work", signOff("qa")],
    ["responsive", "Responsive design", "Responsive design", signOff("qa")],
    ["accessibility", "Accesibilidad básica", "Basic accessibility", signOff("qa")],
  ),
  ...section(
    {
      ...after,
      title: text(
        "3.5 Validación de Usabilidad: Experiencia de Usuario",
        "3.5 Validation of use: experience",
      ),
      requirements: ["K20"],
    },
    [
      "purchase-flow",
      "Flujo de compra completo",
      "Whole flow of a purchase",
      all(smoke("Procesar compra", "Generar confirmación", "Historial de compras"), signOff("product-owner")),
    ],
    ["error-messages", "Mensajes de error claros", "Clear error messages", signOff("product-owner")],
    ["confirmations", "Confirmaciones apropiadas", "Fitting confirmations", signOff("product-owner")],
    ["loading-time", "Tiempo de carga aceptable", "Acceptable loading time", signOff("product-owner")],
  ),
  ...section(
    {
      ...before,
      title: text("6.1 Registro de Versiones", "6.1 Version register"),
      requirements: ["K27"],
      policy: "release-notes",
    },
    [
      "changelog",
      "Versión, Fecha, Cambios Principales, Autor",
      "Version, date, main changes, author",
      documentOfVersion("changelog"),
    ],
  ),
];

/** The checklist. */
export const kometa: Checklist = {
  system: "kometa",
  title: text(
    "Documentación de Release - Servicio Marketplace",
    "Release documentation: the Marketplace service",
  ),
  lines: [...preparation, ...deployment, ...functional, ...performance, ...security, ...other],
};
