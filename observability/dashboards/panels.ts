/** What a panel of each signal says to whom; a signal without a panel does not compile. Pure. */
import type { SignalName } from "../signals";
import type { Text } from "../watched";
import type { View } from "./plan";

/** Dashboards by name. */
export const BOARD_NAMES = [
  "golden-signals",
  "kpis",
  "listacompra-api",
  "queue-latency",
  "checkout",
  "business",
  "go-live",
  "release",
  "upkeep",
  "logs",
] as const;
export type BoardName = (typeof BOARD_NAMES)[number];

/** What a system must have for a signal to be drawn. */
export type Condition = "objective" | "worker";

/** One signal's panel. */
export interface PanelSpec {
  readonly title: Text;
  /** What it is for, in one or two sentences. */
  readonly purpose: Text;
  /** The dashboard that an alert on the signal links to. */
  readonly home: BoardName;
  /** @default - wherever it can be asked */
  readonly when?: Condition;
  /** Whether the two sides of a canary are drawn beside the whole. @default false */
  readonly sides?: true;
  /** What each line is called, where one query gives several. @default - the service */
  readonly legend?: string;
  /** @default "timeseries" */
  readonly view?: View;
}

export const PANELS: Readonly<Record<SignalName, PanelSpec>> = {
  errorRatio: {
    title: { es: "Errores", en: "Errors" },
    purpose: {
      es: "Parte de las peticiones respondidas con 5xx. Por encima de la línea, los usuarios ven fallos: revertir o mitigar.",
      en: "Share of requests answered with 5xx. Above the line users see failures: roll back or mitigate.",
    },
    home: "golden-signals",
    sides: true,
  },
  slowRatio: {
    title: { es: "Peticiones lentas", en: "Slow requests" },
    purpose: {
      es: "Parte de las peticiones más lentas que el límite del objetivo: lo que gasta el presupuesto de latencia.",
      en: "Share of requests slower than the objective's bound: what spends the latency budget.",
    },
    home: "kpis",
    when: "objective",
  },
  latencyP95: {
    title: { es: "Latencia p95", en: "Latency p95" },
    purpose: {
      es: "Tiempo dentro del cual se responde el 95 % de las peticiones. La comparación entre lo nuevo y lo estable decide si el canary avanza.",
      en: "Time within which 95 % of the requests are answered. New beside stable decides whether the canary goes on.",
    },
    home: "golden-signals",
    sides: true,
  },
  latencyMean: {
    title: { es: "Latencia media", en: "Mean latency" },
    purpose: {
      es: "Tiempo medio de respuesta. Si sube mientras el p95 no cambia, todas las peticiones se han vuelto algo más lentas.",
      en: "Mean response time. Where it rises and p95 does not, every request has become a little slower.",
    },
    home: "golden-signals",
    sides: true,
  },
  requestRate: {
    title: { es: "Tráfico", en: "Traffic" },
    purpose: {
      es: "Peticiones por segundo, y cuántas de ellas llegan a cada lado del canary.",
      en: "Requests a second, and how many of them reach each side of the canary.",
    },
    home: "golden-signals",
    sides: true,
  },
  trafficChange: {
    title: { es: "Cambio de tráfico", en: "Traffic change" },
    purpose: {
      es: "Cuánto se aparta el tráfico del habitual a esta hora. Una caída puede ser un host que ya no llega; una subida, un ataque o un reintento en bucle.",
      en: "How far traffic is from what is usual at this hour. A fall may be a host that is no longer reached; a rise, an attack or a retry loop.",
    },
    home: "golden-signals",
  },
  canaryErrorExcess: {
    title: { es: "Exceso de errores del canary", en: "Canary's excess of errors" },
    purpose: {
      es: "Errores del lado nuevo menos los del estable. Por encima de la línea, la versión nueva es peor: no avanzar.",
      en: "Errors of the new side less those of the stable one. Above the line the new version is worse: do not go on.",
    },
    home: "golden-signals",
  },
  messageLatencyP95: {
    title: { es: "Latencia de mensajes del chat p95", en: "Chat message latency p95" },
    purpose: {
      es: "Tiempo de entrega del 95 % de los mensajes del chat, medido por la aplicación: el router solo ve el socket.",
      en: "Delivery time of 95 % of the chat's messages, measured by the application: the router sees the socket alone.",
    },
    home: "golden-signals",
    when: "objective",
  },
  healthFailing: {
    title: { es: "Salud", en: "Health" },
    purpose: {
      es: "Respuestas fallidas de la comprobación de salud desde fuera del clúster de pods.",
      en: "Failed answers of the health check, asked from outside the pods.",
    },
    home: "golden-signals",
  },
  certificateExpiry: {
    title: { es: "Caducidad del certificado", en: "Certificate expiry" },
    purpose: {
      es: "Tiempo que le queda al certificado del host. Por debajo de la línea, renovarlo hoy.",
      en: "Time left to the host's certificate. Below the line, renew it today.",
    },
    home: "upkeep",
  },
  cpuSaturation: {
    title: { es: "Saturación de CPU", en: "CPU saturation" },
    purpose: {
      es: "Uso de CPU frente al límite del contenedor. Cerca de 100 % el kernel lo frena y la latencia sube.",
      en: "CPU used against the container's limit. Near 100 % the kernel throttles it and latency rises.",
    },
    home: "golden-signals",
  },
  memorySaturation: {
    title: { es: "Saturación de memoria", en: "Memory saturation" },
    purpose: {
      es: "Memoria en uso frente al límite del contenedor. A 100 % el contenedor muere (OOMKilled).",
      en: "Memory in use against the container's limit. At 100 % the container is killed (OOMKilled).",
    },
    home: "golden-signals",
  },
  restarts: {
    title: { es: "Reinicios", en: "Restarts" },
    purpose: {
      es: "Reinicios de contenedores. Varios seguidos son un bucle de caídas: mirar el registro anterior del pod.",
      en: "Container restarts. Several in a row are a crash loop: read the pod's previous log.",
    },
    home: "golden-signals",
  },
  unhealthyPods: {
    title: { es: "Pods no saludables", en: "Unhealthy pods" },
    purpose: {
      es: "Réplicas pedidas que no están listas. Más de cero durante minutos: el despliegue no termina o algo falta.",
      en: "Replicas asked for that are not ready. Above zero for minutes: the rollout does not end, or something is missing.",
    },
    home: "golden-signals",
  },
  autoscalerAtMaximum: {
    title: { es: "Autoescalado al máximo", en: "Autoscaler at its maximum" },
    purpose: {
      es: "Si el autoescalador ya no puede añadir réplicas: más carga será más latencia.",
      en: "Whether the autoscaler can add no more replicas: more load will be more latency.",
    },
    home: "golden-signals",
  },
  workerFailureRatio: {
    title: { es: "Fallos del worker de IA", en: "AI worker failures" },
    purpose: {
      es: "Parte de los trabajos del worker de IA que fallan. El objetivo es más de 98 % con éxito.",
      en: "Share of the AI worker's jobs that fail. The objective is more than 98 % done.",
    },
    home: "queue-latency",
    when: "objective",
  },
  outboxRetries: {
    title: { es: "Reintentos del outbox", en: "Outbox retries" },
    purpose: {
      es: "Reintentos de entrega del outbox por hora. Si suben, el broker o quien consume no responde.",
      en: "Delivery retries of the outbox an hour. Where they rise, the broker or a consumer does not answer.",
    },
    home: "queue-latency",
    when: "objective",
  },
  queueLatency: {
    title: { es: "Latencia de la cola", en: "Queue latency" },
    purpose: {
      es: "Tiempo que espera un trabajo en la cola antes de empezar. Si crece, faltan workers.",
      en: "Time that a job waits in the queue before it begins. Where it grows, workers are missing.",
    },
    home: "queue-latency",
    when: "worker",
  },
  concurrencyErrorRatio: {
    title: { es: "Tasa de ConcurrencyError", en: "ConcurrencyError rate" },
    purpose: {
      es: "Parte de los checkouts que chocan con otra venta del mismo producto. Algunos son normales; muchos son contención.",
      en: "Share of checkouts that collide with another sale of the product. Some are normal; many are contention.",
    },
    home: "checkout",
    when: "objective",
  },
  checkoutFailureRatio: {
    title: { es: "Checkouts fallidos", en: "Failed checkouts" },
    purpose: {
      es: "Parte de los checkouts que no terminan en un pedido. Por encima de la línea se revierte la versión.",
      en: "Share of checkouts that do not end in an order. Above the line the version is rolled back.",
    },
    home: "checkout",
    when: "objective",
  },
  checkoutLatencyP95: {
    title: { es: "Latencia de checkout p95", en: "Checkout latency p95" },
    purpose: {
      es: "Tiempo dentro del cual termina el 95 % de los checkouts, reintentos incluidos.",
      en: "Time within which 95 % of the checkouts end, retries included.",
    },
    home: "checkout",
    when: "objective",
  },
  negativeStock: {
    title: { es: "Stock negativo", en: "Negative stock" },
    purpose: {
      es: "Productos con stock por debajo de cero. Debe ser siempre 0: cualquier otro valor es una venta sin producto.",
      en: "Products whose stock is below zero. It must be 0 at all times: anything else is a sale without a product.",
    },
    home: "business",
  },
  concurrencyErrors: {
    title: { es: "ConcurrencyError por hora", en: "ConcurrencyErrors an hour" },
    purpose: {
      es: "Choques de versión en la última hora, como los cuenta la aplicación.",
      en: "Version collisions of the last hour, as the application counts them.",
    },
    home: "business",
  },
  failedOrders: {
    title: { es: "Órdenes fallidas por hora", en: "Failed orders an hour" },
    purpose: {
      es: "Órdenes de la última hora con el pago fallido o canceladas.",
      en: "Orders of the last hour whose payment failed or that were cancelled.",
    },
    home: "business",
  },
  ordersByState: {
    title: { es: "Órdenes por estado", en: "Orders by state" },
    purpose: {
      es: "Órdenes de la última hora por estado: si un estado crece y no baja, algo no avanza.",
      en: "Orders of the last hour by state: a state that grows and does not fall holds something up.",
    },
    home: "business",
    legend: "{{status}}",
  },
  uncleanedOrders: {
    title: { es: "Órdenes sin limpiar", en: "Orders not cleaned up" },
    purpose: {
      es: "Órdenes caducadas que la limpieza todavía no ha retirado.",
      en: "Expired orders that the clean-up has not taken away yet.",
    },
    home: "business",
  },
  backupAge: {
    title: { es: "Edad de la última copia", en: "Age of the last backup" },
    purpose: {
      es: "Tiempo desde la última copia que terminó bien: lo que se perdería al restaurar ahora.",
      en: "Time since the last backup that ended well: what would be lost by a restore now.",
    },
    home: "upkeep",
  },
  failedJobs: {
    title: { es: "Jobs fallidos", en: "Failed Jobs" },
    purpose: {
      es: "Jobs del sistema que terminaron mal: migraciones, pruebas, copias.",
      en: "The system's Jobs that ended badly: migrations, tests, backups.",
    },
    home: "upkeep",
  },
  exporterDown: {
    title: { es: "Exportadores caídos", en: "Exporters down" },
    purpose: {
      es: "Lo que no se puede leer. Mientras un exportador está caído, sus alertas callan aunque el problema siga.",
      en: "What cannot be read. While an exporter is down its alerts are silent, though the trouble may go on.",
    },
    home: "upkeep",
  },
  unattendedAlert: {
    title: { es: "Alertas sin atender", en: "Unattended alerts" },
    purpose: {
      es: "Cuánto lleva activa la alerta crítica más antigua: decide a quién se escala.",
      en: "How long the oldest critical alert has been active: it decides who is called next.",
    },
    home: "upkeep",
  },
  applicationErrors: {
    title: { es: "Errores de aplicación", en: "Application errors" },
    purpose: {
      es: "Líneas de error en los registros de la aplicación.",
      en: "Error lines in the application's logs.",
    },
    home: "logs",
  },
  databaseTimeouts: {
    title: { es: "Timeouts de base de datos", en: "Database timeouts" },
    purpose: {
      es: "Esperas agotadas contra la base de datos: conexiones que faltan o consultas bloqueadas.",
      en: "Waits for the database that ran out: connections are missing, or queries are blocked.",
    },
    home: "logs",
  },
  authenticationFailures: {
    title: { es: "Fallos de autenticación", en: "Authentication failures" },
    purpose: {
      es: "Intentos de acceso rechazados. Un pico es un ataque o un secreto rotado a medias.",
      en: "Refused log-ins. A peak is an attack or a secret rotated by half.",
    },
    home: "logs",
  },
  failedTransactions: {
    title: { es: "Transacciones fallidas", en: "Failed transactions" },
    purpose: {
      es: "Transacciones que la aplicación registró como fallidas.",
      en: "Transactions that the application logged as failed.",
    },
    home: "logs",
  },
  loggedConcurrencyErrors: {
    title: { es: "ConcurrencyError en los logs", en: "ConcurrencyError in the logs" },
    purpose: {
      es: "Líneas con ConcurrencyError: compras que chocaron con otra del mismo producto.",
      en: "Lines with ConcurrencyError: purchases that met another one of the same product.",
    },
    home: "logs",
  },
  criticalErrors: {
    title: { es: "Errores críticos", en: "Critical errors" },
    purpose: {
      es: "Líneas críticas o fatales. Una basta para pensar en revertir la versión.",
      en: "Critical or fatal lines. One is enough to think of rolling the version back.",
    },
    home: "logs",
  },
};
