/** What to do about what stands in the logs. Pure. */
import type { SignalName } from "../signals";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both } from "./scene";
import { connect, psql } from "./sql";
import { changes, logs, pods, restart, step } from "./steps";

export const LOGGED = {
  applicationErrors: {
    meaning: both(
      "La aplicación escribe más errores de lo normal.",
      "The application writes more errors than it should.",
    ),
    impact: both(
      "Quizá los usuarios aún no lo notan; la tasa de errores dirá si sí.",
      "Users may not notice yet; the error ratio will tell.",
    ),
    queries: query.three(query.byStatus, query.applicationErrors, query.restarts),
    logs: { what: both("Los errores.", "The errors."), pattern: "(?i)(error|exception)" },
    steps: (scene) => [logs(scene), changes(scene), pods(scene)],
  },
  databaseTimeouts: {
    meaning: both(
      "La aplicación espera a la base de datos y se cansa.",
      "The application waits for the database and gives up.",
    ),
    impact: both(
      "Peticiones lentas o con error; si dura, la aplicación entera se atasca.",
      "Requests that are slow or fail; where it lasts, the whole application jams.",
    ),
    queries: query.three(query.applicationLatency, query.byStatus, query.cpu),
    logs: {
      what: both("Los tiempos agotados.", "The timeouts."),
      pattern: "(?i)(timeout|timed out|ETIMEDOUT|pool)",
    },
    steps: (scene) => [
      ...(scene.watched.migration === undefined
        ? []
        : [
            step(
              "Consultas que duran más de un minuto o esperan un bloqueo. Una migración en marcha es la primera sospechosa.",
              "Queries that take more than a minute, or wait for a lock. A migration at work is the first suspect.",
              [
                connect(scene.watched),
                psql(
                  "SELECT pid, state, wait_event_type, now() - query_start AS since, left(query, 80) FROM pg_stat_activity WHERE state <> 'idle' AND now() - query_start > interval '1 minute' ORDER BY since DESC",
                ),
              ].join("\n"),
            ),
          ]),
      step(
        "La base está bien y las conexiones se acaban: un reinicio las suelta.",
        "The database is well and connections run out: a restart lets them go.",
      ),
      restart(scene),
    ],
  },
  authenticationFailures: {
    meaning: both(
      "Fallan muchos inicios de sesión o se rechazan muchos tokens.",
      "Many logins fail, or many tokens are refused.",
    ),
    impact: both(
      "O los usuarios no pueden entrar (clave rotada, servicio caído) o alguien prueba contraseñas.",
      "Either users cannot get in (a key was rotated, a service is down), or somebody tries passwords.",
    ),
    queries: query.three(query.byStatus, query.yesterday, query.restarts),
    logs: {
      what: both(
        "Los rechazos: ¿muchas cuentas o una, muchas direcciones o una?",
        "The refusals: many accounts or one, many addresses or one?",
      ),
      pattern: "(?i)(unauthori[sz]ed|invalid (token|credentials)|jwt|401|403)",
    },
    steps: (scene) => [
      logs(scene),
      changes(scene),
      step(
        "Todos fallan desde el último cambio: la clave de firma es otra; vuelve atrás. Una dirección prueba muchas cuentas: bloquéala en el cortafuegos y avisa a seguridad.",
        "All fail since the last change: the signing key is another; go back. One address tries many accounts: block it at the firewall and tell security.",
      ),
    ],
  },
  failedTransactions: {
    meaning: both(
      "Fallan transacciones: compras o cobros que no terminan.",
      "Transactions fail: purchases or payments that do not end.",
    ),
    impact: both("Se pierden ventas ahora mismo.", "Sales are being lost right now."),
    queries: query.three(query.byStatus, query.applicationErrors, query.applicationLatency),
    logs: {
      what: both("Las transacciones fallidas.", "The failed transactions."),
      pattern: "(?i)transaction.*(fail|error|abort|rollback)",
    },
    steps: (scene) => [
      logs(scene),
      changes(scene),
      step(
        "¿Todas por el mismo motivo? El cobro, el inventario o la base: avisa a quien lo lleva.",
        "All for one reason? The payment, the stock or the database: tell who runs it.",
      ),
    ],
  },
  loggedConcurrencyErrors: {
    meaning: both(
      "Muchas compras chocan con otra del mismo producto y se reintentan o se rechazan.",
      "Many purchases meet another one of the same product and are tried again or refused.",
    ),
    impact: both(
      "Los compradores ven errores 409 en los productos más pedidos; el stock sigue siendo correcto.",
      "Buyers see errors 409 on the products most asked for; the stock stays right.",
    ),
    queries: query.three(query.byStatus, query.applicationErrors, query.applicationLatency),
    logs: {
      what: both("Los ConcurrencyError.", "The ConcurrencyErrors."),
      pattern: "ConcurrencyError",
    },
    steps: (scene) => [
      logs(scene),
      changes(scene),
      step(
        "¿Son de pocos productos? Es una venta muy pedida: espera. ¿De todos? La versión nueva reintenta mal.",
        "Are they of few products? It is a sale in demand: wait. Of all? The new version retries badly.",
      ),
    ],
  },
  criticalErrors: {
    meaning: both("La aplicación escribe errores críticos.", "The application writes critical errors."),
    impact: both(
      "Algo que no debía pasar nunca. Es motivo de volver atrás si empezó con la versión.",
      "Something that should never happen. It is a reason to go back where it began with the version.",
    ),
    queries: query.three(query.byStatus, query.restarts, query.endings),
    logs: { what: both("Los críticos.", "The critical ones."), pattern: "(?i)(critical|fatal|panic)" },
    steps: (scene) => [logs(scene), changes(scene), pods(scene)],
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
