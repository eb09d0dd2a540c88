/** The checklist of S5 Hardening's Go-Live (`003-go-live-s5.md`): its plan, its order and its smoke tests. Pure. */
import type { Checklist } from "../line";
import { section, text } from "./section";
import {
  all,
  completion,
  documentOf,
  migration,
  noAlerts,
  readings,
  resource,
  restorePoint,
  signOff,
  steps,
  stepsLike,
} from "./ways";

const stacks = ["production"] as const;

const smoke = (name: string) => steps("smoke", name);

/** A wave is declared with its verification, which asked the API. */
const wave = (order: number, name: string) =>
  all(
    resource("Job", `s5-${order}-${name}-verification`),
    steps(name, `${name}: /health answers {"status":"ok"}`),
  );

/** The checklist. */
export const s5: Checklist = {
  system: "s5",
  title: text("Plan de Go-Live — S5 Hardening", "Go-live plan of S5 Hardening"),
  lines: [
    ...section(
      { title: text("1. Planificación", "1. Plan"), moment: "before", stacks, requirements: ["S1"] },
      [
        "window",
        "Fecha y Hora de Despliegue: ventana de bajo tráfico, ej. martes 3:00 AM UTC",
        "Date and time of the deployment: in a window of low traffic, e.g. Tuesday 03:00 UTC",
        signOff("devops"),
        { policy: "release-approvals" },
      ],
      [
        "responsible",
        "Responsables: Equipo de DevOps (ejecución), Equipo de Desarrollo (soporte).",
        "Responsible: DevOps (who does it), development (who helps).",
        all(signOff("devops"), signOff("dev-lead")),
        { policy: "release-approvals" },
      ],
      [
        "channel",
        "Comunicación: Canal de Slack `#deployments` para notificaciones en tiempo real.",
        "Communication: Slack `#deployments` is told in real time.",
        resource("AlertmanagerConfig", "s5-alerts"),
        { requirements: ["S2"] },
      ],
    ),
    ...section(
      {
        title: text("4. Plan de Rollback", "4. Rollback plan"),
        moment: "before",
        stacks,
        requirements: ["S7"],
        policy: "release-rollback",
      },
      [
        "rollback-plan",
        "Revertir el despliegue del servicio fallido a la versión anterior; si aplica, ejecutar migraciones de BBDD inversas.",
        "Take the failed service back to the version before; where it applies, run the reverse migrations.",
        all(documentOf("rollback-plan", /\S/, "the way back"), restorePoint),
      ],
    ),
    ...section(
      {
        title: text("2. Pasos de Despliegue (Runbook)", "2. Steps of the deployment (runbook)"),
        moment: "during",
        stacks,
        requirements: ["S3", "S4"],
      },
      [
        "wave-1-migrations",
        "Base de Datos: Aplicar migraciones de schema (`db-migrate up`)",
        "Database: apply the migrations of the schema (`db-migrate up`)",
        all(resource("Job", "s5-1-migrations-verification"), migration("migration")),
        { policy: "release-migration" },
      ],
      [
        "wave-2-auth",
        'API de Auth: `curl -s /health` retorna `{"status": "ok"}`.',
        'Auth API: `curl -s /health` gives `{"status": "ok"}`.',
        wave(2, "auth"),
      ],
      [
        "wave-3-catalog",
        'API de Catálogo: `curl -s /health` retorna `{"status": "ok"}`.',
        'Catalogue API: `curl -s /health` gives `{"status": "ok"}`.',
        wave(3, "catalog"),
      ],
      [
        "wave-4-orders",
        'API de Pedidos: `curl -s /health` retorna `{"status": "ok"}`.',
        'Orders API: `curl -s /health` gives `{"status": "ok"}`.',
        wave(4, "orders"),
      ],
      [
        "wave-5-frontend",
        "Frontend App: Cargar el sitio en un navegador y verificar la versión en el footer.",
        "Frontend: load the site in a browser, and look at the version in its footer.",
        all(
          resource("Job", "s5-5-frontend-verification"),
          stepsLike("frontend", /^frontend shows /, "the frontend's version"),
        ),
      ],
    ),
    ...section(
      {
        title: text("3. Smoke Tests Post-Despliegue", "3. Smoke tests after the deployment"),
        moment: "during",
        stacks,
        requirements: ["S6", "S8"],
      },
      [
        "register",
        "Registro de Usuario: Crear una nueva cuenta de usuario.",
        "Registration: make a new account.",
        smoke("Registro de Usuario"),
      ],
      [
        "login",
        "Login: Iniciar sesión con un usuario existente.",
        "Login: log in as a user who is there.",
        smoke("Login"),
      ],
      [
        "search",
        "Búsqueda de Producto: Realizar una búsqueda en el catálogo.",
        "Search: search the catalogue for a product.",
        smoke("Búsqueda de Producto"),
      ],
      [
        "order",
        "Crear Pedido: Completar un flujo de compra de principio a fin.",
        "Order: buy something from beginning to end.",
        smoke("Crear Pedido"),
      ],
      [
        "order-state",
        "Verificar Estado de Pedido: Consultar el estado de un pedido existente.",
        "State of an order: ask for that of one that is there.",
        smoke("Verificar Estado de Pedido"),
      ],
    ),
    ...section(
      {
        title: text("5. Monitoreo Post-Go-Live", "5. Watching after the go-live"),
        moment: "after",
        stacks,
        requirements: ["S9", "S10"],
      },
      [
        "dashboards",
        "Dashboards de Métricas: Grafana/Datadog (latencia, tasa de errores, uso de CPU/memoria).",
        "Dashboards: Grafana or Datadog (latency, error rate, CPU and memory).",
        all(
          resource("ConfigMap", /^s5-dashboards-/),
          readings("hour-48", "error rate", "latency", "cpu and memory"),
        ),
      ],
      [
        "logs",
        "Logs Centralizados: Splunk/ELK (búsqueda de anomalías y errores).",
        "Logs: Splunk or ELK (searched for anomalies and errors).",
        readings("hour-48", "no critical errors in logs"),
      ],
      [
        "alerts",
        "Alertas: PagerDuty/Opsgenie para cualquier alerta crítica.",
        "Alerts: PagerDuty or Opsgenie, for any critical alert.",
        all(
          resource("PrometheusRule", "s5-rules"),
          noAlerts(/^s5/, { severities: /^critical$/, name: "hour-48", fresh: false }),
        ),
      ],
      [
        "success",
        "El despliegue se considerará exitoso si no se reportan incidentes mayores en 48 horas.",
        "The deployment is a success if no major incident is reported within 48 hours.",
        completion(({ start, end, incidents, state }) => {
          if (state !== "succeeded") return "says that the release was rolled back";
          if (incidents.length > 0) return `has incidents: ${incidents.join("; ")}`;
          const hours = (Date.parse(end) - Date.parse(start)) / 3_600_000;
          return hours >= 48 ? undefined : `ends after ${Math.floor(hours)} h; 48 h are to be watched`;
        }),
      ],
    ),
  ],
};
