/** What to do about what a database holds. Pure. */
import type { SignalName } from "../signals";
import { GUELAGUETZA } from "../sql/guelaguetza";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both, type Scene } from "./scene";
import { connect, psql } from "./sql";
import { changes, logs, step } from "./steps";

const CONFLICTS = {
  what: both("Conflictos de versión.", "Conflicts of versions."),
  pattern: "ConcurrencyError",
} as const;

const ask = ({ watched }: Scene, ...statements: readonly string[]) =>
  [connect(watched), psql(...statements)].join("\n");

export const DATABASE = {
  negativeStock: {
    meaning: both(
      "Hay productos con stock negativo: se ha vendido lo que no había.",
      "There are products with a negative stock: what was not there has been sold.",
    ),
    impact: both(
      "Pedidos que no se podrán servir, y datos que cada venta empeora. Es motivo de volver atrás.",
      "Orders that cannot be served, and data that each sale makes worse. It is a reason to go back.",
    ),
    queries: query.three(query.negativeStock, query.checkoutsByOutcome, query.concurrencyErrorsOfHour),
    logs: {
      what: both("Ventas y conflictos.", "Sales and conflicts."),
      pattern: "(?i)(stock|ConcurrencyError|checkout)",
    },
    steps: (scene) => [
      step(
        "Qué productos, y cuándo cambiaron por última vez. Guarda el resultado: hace falta para arreglar los pedidos.",
        "Which products, and when they last changed. Keep the result: it is needed to mend the orders.",
        ask(
          scene,
          'SELECT id, name, stock, version, "updatedAt" FROM "Product" WHERE stock < 0 ORDER BY "updatedAt" DESC',
        ),
      ),
      changes(scene),
      step(
        "Sigue el procedimiento: para las ventas, vuelve atrás y solo entonces corrige los datos.",
        "Follow the procedure: stop sales, go back, and only then mend the data.",
      ),
    ],
    procedure: "incident",
  },
  concurrencyErrors: {
    meaning: both(
      "Más de 100 ConcurrencyError en la última hora.",
      "More than 100 ConcurrencyErrors in the last hour.",
    ),
    impact: both(
      "El stock está a salvo; hay compras que se reintentan o acaban en 409.",
      "Stock is safe; purchases are tried again, or end in 409.",
    ),
    queries: query.three(query.concurrencyErrorsOfHour, query.concurrencyErrors, query.checkoutsByOutcome),
    logs: CONFLICTS,
    steps: (scene) => [
      step(
        "¿Un producto o muchos? Los de versión más alta son los que más se venden.",
        "One product or many? Those of the highest version sell most.",
        ask(scene, GUELAGUETZA.soldProducts.sql),
      ),
      logs(scene),
      changes(scene),
    ],
    procedure: "incident",
  },
  failedOrders: {
    meaning: both(
      "Más de 50 órdenes de la última hora se han cancelado o no se han podido cobrar.",
      "More than 50 orders of the last hour were cancelled or could not be paid.",
    ),
    impact: both("Se pierden ventas.", "Sales are being lost."),
    queries: query.three(query.failedOrders, query.ordersByState, query.checkoutsByOutcome),
    logs: {
      what: both("Cobros y órdenes que fallan.", "Payments and orders that fail."),
      pattern: "(?i)(payment|order).*(error|failed|cancel)",
    },
    steps: (scene) => [
      step(
        "Cuántas de cada estado, y desde cuándo.",
        "How many of each state, and since when.",
        ask(
          scene,
          `SELECT status, count(*), min("createdAt"), max("createdAt") FROM "Order" WHERE "createdAt" > now() - interval '1 hour' GROUP BY status ORDER BY status`,
        ),
      ),
      step(
        "Casi todas `PAYMENT_FAILED`: es el cobro; llama a quien lo lleva. Casi todas `CANCELLED`: son los compradores, o la aplicación por ellos.",
        "Nearly all `PAYMENT_FAILED`: it is the payment; call who runs it. Nearly all `CANCELLED`: it is the buyers, or the application for them.",
      ),
      logs(scene),
    ],
    procedure: "incident",
  },
  ordersByState: {
    meaning: both(
      "Las órdenes de la última hora no se reparten por estados como deben.",
      "Orders of the last hour are not spread over the states as they should be.",
    ),
    impact: both(
      "Ventas que no se cierran, o que no llegan.",
      "Sales that are not closed, or do not arrive.",
    ),
    queries: query.three(query.ordersByState, query.checkoutsByOutcome, query.byStatus),
    logs: { what: both("Órdenes.", "Orders."), pattern: "(?i)order" },
    steps: (scene) => [
      step("Cuántas de cada estado.", "How many of each state.", ask(scene, GUELAGUETZA.ordersByState.sql)),
      logs(scene),
    ],
    procedure: "incident",
  },
  uncleanedOrders: {
    meaning: both(
      "Hay órdenes de más de 30 minutos sin pagar que la limpieza debía haber retirado.",
      "There are orders of more than 30 minutes, unpaid, that the cleanup should have taken away.",
    ),
    impact: both(
      "Retienen stock que otros podrían comprar. No corre prisa.",
      "They hold stock that others could buy. There is no hurry.",
    ),
    queries: query.three(query.uncleanedOrders, query.ordersByState, query.restarts),
    logs: { what: both("La tarea de limpieza.", "The cleanup."), pattern: "(?i)(cleanup|clean-up|expire)" },
    steps: (scene) => [
      step(
        "Desde cuándo se acumulan: la más antigua dice cuándo se paró la limpieza.",
        "Since when they pile up: the oldest says when the cleanup stopped.",
        ask(
          scene,
          `SELECT status, count(*), min("createdAt") FROM "Order" WHERE status IN ('PENDING_PAYMENT', 'PAYMENT_FAILED') AND "createdAt" < now() - interval '30 minutes' GROUP BY status`,
        ),
      ),
      logs(scene),
      step(
        "La limpieza va dentro del backend: un reinicio la arranca de nuevo. No borres órdenes a mano.",
        "The cleanup is part of the backend: a restart begins it anew. Do not delete orders by hand.",
        scene.watched.services
          .map(({ name }) => `kubectl rollout restart deployment/${name} -n ${scene.watched.namespace}`)
          .join("\n"),
      ),
    ],
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
