/** Guelaguetza's incident runbook (row G15) and rollback plan (G13, G14; `002-guelaguetza-optimistic-locking.md`). Pure. */
import type { Watched } from "../../watched";
import type { Procedure, Step } from "../runbook";
import { both } from "../scene";
import { GUELAGUETZA as QUERIES, GUELAGUETZA_QUERIES } from "../../sql/guelaguetza";
import { asking, connect, databaseSecret, psql } from "../sql";
import { step } from "../steps";
import { announce, helmBack, verify } from "./back";

const MIGRATION = "add_version_to_product";
const CLIENT = "docker.io/library/postgres:15.18";

const maintenance = ({ maintenance: addresses }: Watched, on: boolean): readonly Step[] => {
  if (addresses === undefined) return [];
  return [
    on
      ? step(
          "Modo mantenimiento: nadie compra mientras tanto.",
          "Maintenance mode: nobody buys meanwhile.",
          `curl -fsS -X POST ${addresses.enable}`,
        )
      : step(
          "Quita el modo mantenimiento.",
          "End maintenance mode.",
          `curl -fsS -X POST ${addresses.disable}`,
        ),
  ];
};

/**
 * Runs a pod that reads the volume of the dumps made before each migration, and restores `DUMP` where it is set. Its label
 * lets it to the database; it keeps to the namespace's restricted Pod Security.
 */
function restorePod(watched: Watched): string {
  const { namespace, migration } = watched;
  const { name, key } = databaseSecret(watched);
  return String.raw`kubectl delete pod restore -n ${namespace} --ignore-not-found
kubectl apply -n ${namespace} -f - <<POD
apiVersion: v1
kind: Pod
metadata: { name: restore, labels: { app: migration } }
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  securityContext:
    { runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
  containers:
    - name: restore
      image: ${CLIENT}
      command:
        - sh
        - -euc
        - |
          ls -l /backups
          [ -z "\$DUMP" ] || pg_restore --clean --if-exists --no-owner --single-transaction \
            --dbname="\${DATABASE_URL%%\?*}" "/backups/\$DUMP"
      env:
        - { name: DUMP, value: "$DUMP" }
        - { name: DATABASE_URL, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} } } }
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
      volumeMounts: [{ name: backups, mountPath: /backups, readOnly: true }]
  volumes: [{ name: backups, persistentVolumeClaim: { claimName: ${migration ?? ""}-backups } }]
POD
kubectl wait pod/restore -n ${namespace} --for=jsonpath='{.status.phase}'=Succeeded --timeout=15m
kubectl logs restore -n ${namespace}`;
}

const nightly = (watched: Watched, dumps: string): Step =>
  step(
    "¿Ese volumen no está? Los respaldos de cada noche están en S3, cada uno con su SHA-256.",
    "Is that volume gone? The dumps of each night are on S3, each with its SHA-256.",
    [
      connect(watched),
      `dump=$(aws s3 ls ${dumps}/ | awk '/\\.dump$/ {print $4}' | sort | tail -1); echo "$dump"`,
      `aws s3 cp "${dumps}/$dump" . && aws s3 cp "${dumps}/$dump.sha256" . && sha256sum -c "$dump.sha256"`,
      'pg_restore --clean --if-exists --no-owner --single-transaction --dbname="$DATABASE_URL" "$dump"',
    ].join("\n"),
  );

const restore = (watched: Watched): readonly Step[] => [
  step(
    "SOLO con datos corruptos sin otro arreglo: restaura el respaldo que se hizo antes de la migración. Se pierde lo vendido desde entonces. Sin nombre en `DUMP` solo dice cuáles hay: repítelo con el elegido.",
    "ONLY with data that are corrupt beyond other repair: restore the dump made before the migration. What was sold since is lost. Without a name in `DUMP` it only says which there are: run it again with the chosen one.",
    `DUMP=""\n${restorePod(watched)}`,
  ),
  ...watched.backups.flatMap(({ dumps }) => (dumps === undefined ? [] : [nightly(watched, dumps)])),
];

const back = (watched: Watched): Procedure => ({
  name: "back",
  title: both("Plan de rollback", "Rollback plan"),
  rows: ["G13", "G14"],
  when: both(
    "Stock negativo, ConcurrencyError > 10 %, checkouts fallidos > 20 %, p95 > 10 s, o errores críticos en los registros.",
    "Negative stock, ConcurrencyError > 10 %, failed checkouts > 20 %, p95 > 10 s, or critical errors in the logs.",
  ),
  steps: [
    announce(watched),
    ...maintenance(watched, true),
    step(
      "Vuelve el código.",
      "Take the code back.",
      `helm history ${watched.services.map(({ release }) => release).join(" ")} -n ${watched.namespace} --max 5\n${helmBack(watched)}`,
    ),
    step(
      "La columna `version` no molesta al código anterior: déjala, salvo que el fallo sea suyo. Quitarla, y olvidar la migración para que la próxima versión la repita:",
      "The column `version` does not disturb the code before: leave it, unless the fault is its own. To drop it, and forget the migration so that the next version runs it again:",
      [
        connect(watched),
        psql(
          'ALTER TABLE "Product" DROP COLUMN version',
          `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%${MIGRATION}'`,
        ),
      ].join("\n"),
    ),
    step(
      "¿La migración se quedó a medias? Entonces dilo así, en el backend, con su nombre entero.",
      "Did the migration stop half way? Then say so thus, in the backend, with its full name.",
      `npx prisma migrate resolve --rolled-back "$(ls prisma/migrations | grep ${MIGRATION})"`,
    ),
    ...restore(watched),
    ...maintenance(watched, false),
    verify(watched),
    step(
      "Un checkout con la cuenta de prueba: 201. Y ningún stock negativo.",
      "A checkout with the test account: 201. And no negative stock.",
      [connect(watched), asking([QUERIES.negativeStock])].join("\n"),
    ),
    step(
      `Que quede: la versión anterior en Pulumi.${watched.stack}.yaml, o el próximo \`up\` trae la mala otra vez.`,
      `Make it last: the version before into Pulumi.${watched.stack}.yaml, or the next \`up\` brings the bad one back.`,
      [
        ...watched.services.map(
          ({ name }) =>
            `TAG=$(kubectl get deployment ${name} -n ${watched.namespace} -o jsonpath='{.spec.template.spec.containers[0].image}' | sed 's/@.*//; s/.*://')`,
        ),
        `npm run golive -- version ${watched.stack} ${watched.system} "$TAG"`,
        `npm run preview -- ${watched.stack}`,
      ].join("\n"),
    ),
  ],
});

const incident = (watched: Watched): Procedure => ({
  name: "incident",
  title: both("Incidente de stock o de checkout", "Incident of stock or checkout"),
  rows: ["G15"],
  when: both(
    "Stock negativo, checkouts que fallan o tardan, o muchos ConcurrencyError.",
    "Negative stock, checkouts that fail or are slow, or many ConcurrencyErrors.",
  ),
  steps: [
    step(
      "Qué es un ConcurrencyError: dos compras leen el mismo producto; la segunda en escribir ve otra `version` y se rechaza. Se reintenta sola; si no puede, el cliente recibe 409. Pocos y con oferta: es normal, y es lo que protege el stock. Más del 10 % de los checkouts: vuelve atrás.",
      "What a ConcurrencyError is: two purchases read one product; the second to write sees another `version` and is refused. It is tried again by itself; where that fails the client gets 409. Few, and with an offer: normal, and what protects the stock. Over 10 % of checkouts: go back.",
    ),
    step(
      "Diagnóstico: ConcurrencyError de los registros, por producto.",
      "Diagnosis: ConcurrencyErrors of the logs, by product.",
      watched.services
        .map(
          ({ name }) =>
            `kubectl logs -n ${watched.namespace} -l app=${name} --since=1h --tail=-1 | grep ConcurrencyError | tail -20\nkubectl logs -n ${watched.namespace} -l app=${name} --since=1h --tail=-1 | grep -c ConcurrencyError`,
        )
        .join("\n"),
    ),
    step(
      "Diagnóstico: lo que dice la base. Son las mismas preguntas que verifican cada migración y cada restauración de prueba, y que lee el exportador.",
      "Diagnosis: what the database says. They are the questions that verify each migration and each restore drill, and that the exporter asks.",
      [connect(watched), asking(GUELAGUETZA_QUERIES)].join("\n"),
    ),
    step(
      "¿Stock negativo? Para las ventas ya, y sigue el plan de rollback.",
      "Negative stock? Stop sales now, and follow the rollback plan.",
      watched.maintenance === undefined ? undefined : `curl -fsS -X POST ${watched.maintenance.enable}`,
    ),
    step(
      "Con las ventas paradas, las órdenes que no se pueden servir: las últimas de esos productos. El stock lo corrige negocio, no tú: quién se queda sin pedido es su decisión.",
      "With sales stopped, the orders that cannot be served: the last of those products. Business mends the stock, not you: who goes without is their decision.",
    ),
  ],
});

export const GUELAGUETZA = (watched: Watched): readonly Procedure[] => [incident(watched), back(watched)];
