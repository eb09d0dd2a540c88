/** What to do about what applications count. Pure. */
import type { SignalName } from "../signals";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both } from "./scene";
import { changes, logs, pods, restart, scaleUp, step, use } from "./steps";

const CONFLICTS = {
  what: both("Conflictos de versión y reintentos.", "Conflicts of versions, and retries."),
  pattern: "(ConcurrencyError|retry|409)",
} as const;

const QUEUE = {
  what: both("Trabajos que fallan, y el bróker.", "Jobs that fail, and the broker."),
  pattern: "(?i)(error|failed|rabbit|amqp|ECONNREFUSED|rate limit|429)",
} as const;

export const APPLICATIONS = {
  workerFailureRatio: {
    meaning: both(
      "El worker de IA falla en más trabajos de los que el objetivo permite.",
      "The AI worker fails in more jobs than the objective allows.",
    ),
    impact: both(
      "Los usuarios no reciben sus sugerencias; la API sigue en pie.",
      "Users do not get their suggestions; the API stands.",
    ),
    queries: query.three(query.jobsByOutcome, query.queueDepth, query.restarts),
    logs: QUEUE,
    steps: (scene) => [
      pods(scene),
      logs(scene),
      step(
        "401 o 429 del proveedor: la clave `PPLX_API_KEY` o su cuota, no el worker. Errores al conectar: RabbitMQ o la base.",
        "401 or 429 of the provider: the key `PPLX_API_KEY` or its quota, not the worker. Errors on connecting: RabbitMQ or the database.",
      ),
      changes(scene),
    ],
    procedure: "failed-worker",
  },
  outboxRetries: {
    meaning: both(
      "La bandeja de salida reenvía mensajes más veces por hora de las que el objetivo permite.",
      "The outbox sends messages again more often an hour than the objective allows.",
    ),
    impact: both(
      "Los eventos llegan tarde, y quizá dos veces; ninguno se pierde mientras la base esté bien.",
      "Events arrive late, and perhaps twice; none is lost while the database is well.",
    ),
    queries: query.three(query.outboxRetries, query.queueDepth, query.restarts),
    logs: QUEUE,
    steps: (scene) => [
      logs(scene),
      pods(scene),
      step(
        "Casi siempre es RabbitMQ: caído, lleno o lento. Mira la cola.",
        "It is nearly always RabbitMQ: down, full or slow. Look at the queue.",
      ),
    ],
    procedure: "failed-worker",
  },
  queueLatency: {
    meaning: both(
      "Los trabajos esperan en la cola más de lo que deben antes de empezar.",
      "Jobs wait in the queue longer than they should before they begin.",
    ),
    impact: both(
      "Las sugerencias llegan tarde; la cola crece, y tarda en vaciarse aunque la causa pase.",
      "Suggestions arrive late; the queue grows, and takes its time to empty once the cause is gone.",
    ),
    queries: query.three(query.queueWait, query.queueDepth, query.jobsByOutcome),
    logs: QUEUE,
    steps: (scene) => [
      pods(scene),
      use(scene),
      step(
        "El worker está bien y va a tope: añade un pod. El worker está parado: reinícialo.",
        "The worker is well and busy: add a pod. The worker stands still: restart it.",
      ),
      scaleUp(scene),
    ],
    procedure: "failed-worker",
  },
  concurrencyErrorRatio: {
    meaning: both(
      "Demasiadas escrituras chocan: dos compras del mismo producto a la vez, y una se rechaza (ConcurrencyError).",
      "Too many writes collide: two purchases of one product at once, and one is refused (ConcurrencyError).",
    ),
    impact: both(
      "El stock está a salvo: para eso está el bloqueo. Pero hay compras que se reintentan o acaban en 409.",
      "Stock is safe: the lock is there for that. But purchases are tried again, or end in 409.",
    ),
    queries: query.three(query.concurrencyErrors, query.checkoutRetries, query.checkoutsByOutcome),
    logs: CONFLICTS,
    steps: (scene) => [
      step(
        "Una oferta de un solo producto lo explica: pasará. Repartido entre muchos productos, o desde la última versión: es el código.",
        "An offer of one product explains it: it will pass. Spread over many products, or since the last version: it is the code.",
      ),
      changes(scene),
      logs(scene),
    ],
    procedure: "incident",
  },
  checkoutFailureRatio: {
    meaning: both("Demasiados checkouts acaban sin orden.", "Too many checkouts end without an order."),
    impact: both("Se pierden ventas ahora mismo.", "Sales are being lost right now."),
    queries: query.three(query.checkoutsByOutcome, query.ordersByState, query.byStatus),
    logs: {
      what: both("Checkouts que fallan.", "Checkouts that fail."),
      pattern: "(?i)(checkout|payment|ConcurrencyError).*(error|failed|409|500)",
    },
    steps: (scene) => [
      changes(scene),
      logs(scene),
      step(
        "Estado `PAYMENT_FAILED` en la segunda consulta: es el cobro. Resultado `conflict` en la primera: son choques de versión.",
        "State `PAYMENT_FAILED` in the second query: it is the payment. Outcome `conflict` in the first: versions collide.",
      ),
    ],
    procedure: "incident",
  },
  checkoutLatencyP95: {
    meaning: both(
      "Uno de cada veinte checkouts tarda más que el umbral, con sus reintentos.",
      "One checkout in twenty takes longer than the threshold, with its retries.",
    ),
    impact: both("Los compradores repiten el pago o se van.", "Buyers repeat their payment, or leave."),
    queries: query.three(query.checkoutLatency, query.checkoutRetries, query.throttling),
    logs: CONFLICTS,
    steps: (scene) => [
      changes(scene),
      use(scene),
      step(
        "Muchos reintentos: chocan versiones. Pocos: es la base o el cobro.",
        "Many retries: versions collide. Few: it is the database or the payment.",
      ),
      restart(scene),
    ],
    procedure: "incident",
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
