/** What an alert says, in both languages; a signal without words does not compile. Pure. */
import type { Limit } from "../objectives/objective";
import type { Unit } from "../metrics/metric";
import type { Window } from "../promql/expression";
import type { SignalName } from "../signals";
import type { Reading } from "../signals/readings";
import type { Subject } from "../signals/signal";
import type { Language, Text } from "../watched";

interface Words {
  /** A sentence without its end: the name of what it is about follows, and a full stop. */
  readonly summary: Text;
  /** What the value is. */
  readonly value: Text;
}

const words = (summaryEs: string, summaryEn: string, valueEs: string, valueEn: string): Words => ({
  summary: { es: summaryEs, en: summaryEn },
  value: { es: valueEs, en: valueEn },
});

export const WORDS: Readonly<Record<SignalName, Words>> = {
  errorRatio: words(
    "Fallan demasiadas peticiones de",
    "Too many requests fail at",
    "Peticiones respondidas con 5xx",
    "Requests answered with 5xx",
  ),
  slowRatio: words(
    "Demasiadas peticiones son lentas en",
    "Too many requests are slow at",
    "Peticiones más lentas que el objetivo",
    "Requests slower than the objective",
  ),
  latencyP95: words("La latencia es alta en", "Latency is high at", "Latencia p95", "Latency p95"),
  latencyMean: words(
    "El tiempo medio de respuesta es alto en",
    "Mean response time is high at",
    "Tiempo medio de respuesta",
    "Mean response time",
  ),
  requestRate: words(
    "Llegan pocas peticiones a",
    "Few requests reach",
    "Peticiones por segundo",
    "Requests a second",
  ),
  trafficChange: words(
    "El tráfico no es el habitual en",
    "Traffic is not the usual at",
    "Cambio frente a lo habitual a esta hora",
    "Change from what is usual at this hour",
  ),
  canaryErrorExcess: words(
    "La versión nueva falla más que la estable en",
    "The new version fails more than the stable one at",
    "Errores de la versión nueva menos los de la estable",
    "Errors of the new version less those of the stable one",
  ),
  messageLatencyP95: words(
    "Los mensajes tardan en llegar en",
    "Messages are slow to arrive at",
    "Latencia p95 de los mensajes",
    "Latency p95 of messages",
  ),
  healthFailing: words(
    "Falla el health check de",
    "The health check fails of",
    "Comprobaciones fallidas seguidas",
    "Checks that failed in a row",
  ),
  certificateExpiry: words(
    "Caduca pronto el certificado de",
    "The certificate ends soon of",
    "Tiempo hasta que caduca el certificado",
    "Time until the certificate ends",
  ),
  cpuSaturation: words("La CPU está saturada en", "CPU is saturated at", "CPU en uso", "CPU in use"),
  memorySaturation: words(
    "La memoria está saturada en",
    "Memory is saturated at",
    "Memoria en uso",
    "Memory in use",
  ),
  restarts: words(
    "Se reinicia una y otra vez un pod de",
    "A pod restarts again and again of",
    "Reinicios de un contenedor",
    "Restarts of a container",
  ),
  unhealthyPods: words(
    "No están sanos todos los pods de",
    "Not all pods are healthy of",
    "Pods que faltan",
    "Pods that are missing",
  ),
  autoscalerAtMaximum: words(
    "Ya no se pueden añadir pods a",
    "No more pods can be added to",
    "En el máximo de réplicas",
    "At the most replicas",
  ),
  workerFailureRatio: words(
    "Fallan demasiados trabajos de",
    "Too many jobs fail of",
    "Trabajos fallidos",
    "Jobs that failed",
  ),
  outboxRetries: words(
    "El outbox reintenta demasiado en",
    "The outbox retries too often at",
    "Reintentos del outbox",
    "Retries of the outbox",
  ),
  queueLatency: words(
    "Los mensajes esperan demasiado en las colas de",
    "Messages wait too long in the queues of",
    "Espera p95 en la cola",
    "Wait p95 in the queue",
  ),
  concurrencyErrorRatio: words(
    "Demasiados checkouts acaban en ConcurrencyError en",
    "Too many checkouts end in a ConcurrencyError at",
    "Checkouts con ConcurrencyError",
    "Checkouts with a ConcurrencyError",
  ),
  checkoutFailureRatio: words(
    "Fallan demasiados checkouts en",
    "Too many checkouts fail at",
    "Checkouts fallidos",
    "Checkouts that failed",
  ),
  checkoutLatencyP95: words(
    "El checkout es lento en",
    "Checkout is slow at",
    "Latencia p95 del checkout",
    "Latency p95 of the checkout",
  ),
  negativeStock: words(
    "Hay stock negativo en",
    "There is negative stock in",
    "Productos con stock negativo",
    "Products with negative stock",
  ),
  concurrencyErrors: words(
    "Hay demasiados ConcurrencyError en",
    "There are too many ConcurrencyErrors in",
    "ConcurrencyError en la última hora",
    "ConcurrencyErrors in the last hour",
  ),
  failedOrders: words(
    "Fallan demasiadas órdenes en",
    "Too many orders fail in",
    "Órdenes fallidas en la última hora",
    "Orders that failed in the last hour",
  ),
  ordersByState: words("Las órdenes cambian en", "Orders change in", "Órdenes por estado", "Orders by state"),
  uncleanedOrders: words(
    "No se limpian las órdenes fallidas de",
    "Failed orders are not cleaned up in",
    "Órdenes sin limpiar",
    "Orders not cleaned up",
  ),
  backupAge: words(
    "La última copia de seguridad es demasiado antigua de",
    "The last backup is too old of",
    "Edad de la última copia buena, en intervalos de su reloj",
    "Age of the last good backup, in intervals of its clock",
  ),
  failedJobs: words("Ha fallado un Job de", "A Job has failed of", "Jobs fallidos", "Jobs that failed"),
  exporterDown: words(
    "No responde un exportador de métricas de",
    "An exporter of metrics does not answer of",
    "Exportadores que no responden",
    "Exporters that do not answer",
  ),
  unattendedAlert: words(
    "Nadie atiende una alerta crítica de",
    "Nobody attends to a critical alert of",
    "Alertas sin atender",
    "Alerts unattended",
  ),
  applicationErrors: words(
    "Hay demasiados errores en los logs de",
    "There are too many errors in the logs of",
    "Errores de aplicación",
    "Application errors",
  ),
  databaseTimeouts: words(
    "La base de datos no responde a tiempo a",
    "The database does not answer in time to",
    "Timeouts de base de datos",
    "Database timeouts",
  ),
  authenticationFailures: words(
    "Falla demasiadas veces la autenticación en",
    "Authentication fails too often at",
    "Fallos de autenticación",
    "Authentication failures",
  ),
  failedTransactions: words(
    "Fallan transacciones en",
    "Transactions fail at",
    "Transacciones fallidas",
    "Failed transactions",
  ),
  loggedConcurrencyErrors: words(
    "Hay demasiados ConcurrencyError en los logs de",
    "There are too many ConcurrencyErrors in the logs of",
    "Líneas con ConcurrencyError",
    "Lines with ConcurrencyError",
  ),
  criticalErrors: words(
    "Hay errores críticos en los logs de",
    "There are critical errors in the logs of",
    "Errores críticos",
    "Critical errors",
  ),
};

/** What a reading is of, as people name it. */
export function placeOf(subject: Subject): string {
  switch (subject.kind) {
    case "host":
      return subject.traffic.path === "/"
        ? subject.traffic.host
        : `${subject.traffic.host}${subject.traffic.path}`;
    case "workload":
      return subject.service.name;
    case "backup":
      return subject.backup.cronJob;
    case "namespace":
      return subject.namespace;
  }
}

const HUMANIZE: Readonly<Record<Unit, string>> = {
  seconds: "humanizeDuration",
  milliseconds: "humanize",
  ratio: "humanizePercentage",
  bytes: "humanize1024",
  requests: "humanize",
  count: "humanize",
  cores: "humanize",
  timestamp: "humanizeTimestamp",
};

/** Ratios that are no share of a whole. */
const FACTORS: readonly SignalName[] = ["backupAge"];

/** The value of an alert, as its text has it. */
const humanized = (signal: SignalName, unit: Unit): string =>
  `{{ $value | ${FACTORS.includes(signal) ? "humanize" : HUMANIZE[unit]} }}`;

const DAY = 86_400;

/** A number without what binary fractions leave behind it: 0.014400000000000001 is 0.0144. */
export const plain = (value: number): number => Number(value.toPrecision(12));

function seconds(value: number): string {
  if (value >= DAY) return `${plain(value / DAY)} d`;
  return value < 1 ? `${plain(value * 1000)} ms` : `${plain(value)} s`;
}

/** A limit with its unit. */
export function amount(signal: SignalName, unit: Unit, value: number): string {
  if (unit === "ratio" && !FACTORS.includes(signal)) return `${plain(value * 100)} %`;
  return unit === "seconds" ? seconds(value) : String(plain(value));
}

/** The number of a limit. */
export const limitValue = (limit: Limit): number =>
  "above" in limit ? limit.above : "below" in limit ? limit.below : limit.atLeast;

const WRONG: Readonly<Record<Language, Readonly<Record<"above" | "below" | "atLeast", string>>>> = {
  es: { above: "límite: no más de", below: "límite: no menos de", atLeast: "límite: menos de" },
  en: { above: "limit: no more than", below: "limit: no less than", atLeast: "limit: less than" },
};

const wrong = (language: Language, limit: Limit): string =>
  WRONG[language]["above" in limit ? "above" : "below" in limit ? "below" : "atLeast"];

const OVER: Text = { es: "en", en: "over" };

/** What the alert of a reading says. */
export function textsOf(
  { signal, unit, subject }: Pick<Reading, "signal" | "unit" | "subject">,
  { limit, window }: { readonly limit: Limit; readonly window: Window },
  language: Language,
): { readonly summary: string; readonly description: string } {
  const { summary, value } = WORDS[signal];
  const place = placeOf(subject);
  const most = amount(signal, unit, limitValue(limit));
  return {
    summary: `${summary[language]} ${place}.`,
    description:
      `${value[language]} (${place}, ${OVER[language]} ${window}): ${humanized(signal, unit)}; ` +
      `${wrong(language, limit)} ${most}.`,
  };
}
