/** Recovery of ListaCompra (row L19; `001-listacompra.md`, "Procedimientos de Recuperación"). Pure. */
import type { Watched } from "../../watched";
import type { Procedure } from "../runbook";
import { both } from "../scene";
import { LISTACOMPRA_QUERIES } from "../../sql/listacompra";
import { asking, connect, databaseSecret, psql } from "../sql";
import { restart, scaleUp, step } from "../steps";
import { announce, verify } from "./back";

const STANZA = "listacompra";
const API = "listacompra-api";
const WORKER = "listacompra-worker";
const BACKREST = `sudo -u postgres --preserve-env=PGBACKREST_REPO1_CIPHER_PASS pgbackrest --stanza=${STANZA}`;
/** Every CronJob of pgBackRest's: a backup during a restore would spoil both. */
const CRON_JOBS = ["full", "incremental", "check", "verify"];

const suspend = ({ system, namespace }: Watched, suspended: boolean): string =>
  CRON_JOBS.map(
    (kind) =>
      `kubectl patch cronjob ${system}-pgbackrest-${kind} -n ${namespace} -p '{"spec":{"suspend":${String(suspended)}}}'`,
  ).join("\n");

const JOBS = ["migration", "verification", "smoke"];

const corruptDatabase = (watched: Watched): Procedure => {
  const { namespace, system, stack, backups } = watched;
  const { name } = databaseSecret(watched);
  return {
    name: "corrupt-database",
    title: both("Base de datos corrupta", "Corrupt database"),
    rows: ["L19"],
    when: both(
      "La base no arranca, o sus datos son falsos. Se pierde lo escrito desde el momento al que se vuelve: decídelo con alguien.",
      "The database does not start, or its data are false. What was written since the moment gone back to is lost: decide it with somebody.",
    ),
    steps: [
      announce(watched),
      step(
        "Detén el tráfico: la API, y el worker, que también escribe.",
        "Stop the traffic: the API, and the worker, which writes too.",
        [API, WORKER]
          .map((deployment) => `kubectl scale deployment ${deployment} --replicas=0 -n ${namespace}`)
          .join("\n"),
      ),
      ...(backups.length === 0
        ? [
            step(
              "Este entorno no tiene respaldos: crea la base vacía de nuevo y sigue con las migraciones.",
              "This environment has no backups: make the database anew, empty, and go on with the migrations.",
            ),
          ]
        : [
            step("Detén los respaldos.", "Stop the backups.", suspend(watched, true)),
            step(
              "Saca la contraseña de los respaldos. No la pegues en ningún canal.",
              "Get the backups' passphrase. Paste it into no channel.",
              `kubectl get secret ${system}-backup -n ${namespace} -o jsonpath='{.data.passphrase}' | base64 -d`,
            ),
            step(
              "En el servidor de la base: mira qué respaldos hay y restaura el último. Con `--type=time` vuelves a justo antes del daño (pon la hora en UTC).",
              "On the database's host: see which backups there are, and restore the last. With `--type=time` you go back to right before the damage (put the time in UTC).",
              [
                "read -rs PGBACKREST_REPO1_CIPHER_PASS && export PGBACKREST_REPO1_CIPHER_PASS",
                `${BACKREST} info`,
                "sudo systemctl stop postgresql",
                `${BACKREST} --delta restore`,
                `# ${BACKREST} --delta --type=time '--target=AAAA-MM-DD HH:MM:SS+00' --target-action=promote restore`,
                "sudo systemctl start postgresql",
              ].join("\n"),
            ),
          ]),
      step(
        "¿Responde, y está hasta cuándo?",
        "Does it answer, and until when does it go?",
        [connect(watched), psql("SELECT pg_is_in_recovery()"), asking(LISTACOMPRA_QUERIES)].join("\n"),
      ),
      step(
        `Migraciones pendientes: borra los Jobs de esta versión y aplica. \`up\` devuelve las réplicas y repite migración, comprobación y pruebas de humo. La URL sigue en el Secret ${name}.`,
        `Pending migrations: delete this version's Jobs and apply. \`up\` brings the replicas back and runs migration, verification and smoke tests again. The URL is still in the Secret ${name}.`,
        [
          `kubectl delete -n ${namespace} $(kubectl get jobs -n ${namespace} -o name | grep -E '${system}-(${JOBS.join("|")})-')`,
          `npm run refresh -- ${stack}`,
          `npm run up -- ${stack}`,
        ].join("\n"),
      ),
      verify(watched),
      ...(backups.length === 0
        ? []
        : [
            step(
              "Reanuda los respaldos y haz uno completo ya: los de antes son de otra historia.",
              "Resume the backups and make a full one now: those before are of another history.",
              `${suspend(watched, false)}\nkubectl create job ${system}-pgbackrest-full-now --from=cronjob/${system}-pgbackrest-full -n ${namespace}`,
            ),
          ]),
    ],
  };
};

const lostSecrets = (watched: Watched): Procedure => {
  const { namespace, system, stack } = watched;
  return {
    name: "lost-secrets",
    title: both("Pérdida de secretos", "Lost secrets"),
    rows: ["L19"],
    when: both(
      "Un secreto falta, se ha borrado, o lo ha visto quien no debía.",
      "A secret is missing, was deleted, or was seen by somebody who should not.",
    ),
    steps: [
      step(
        "¿Cuál falta? `SecretSyncedError` dice cuál no está en el gestor.",
        "Which is missing? `SecretSyncedError` says which is not in the store.",
        `kubectl get externalsecrets,secrets -n ${namespace}\nkubectl describe externalsecrets -n ${namespace} | grep -A3 -E '^Name:|Message:'`,
      ),
      step(
        "Restáuralo en el gestor. En AWS Secrets Manager un secreto borrado espera de 7 a 30 días.",
        "Restore it in the store. In AWS Secrets Manager a deleted secret waits for 7 to 30 days.",
        [
          `aws secretsmanager list-secrets --include-planned-deletion --filters Key=name,Values=${system}/${stack}/ --query 'SecretList[].[Name,DeletedDate]' --output table`,
          `aws secretsmanager restore-secret --secret-id ${system}/${stack}/database`,
        ].join("\n"),
      ),
      step(
        "Que el clúster lo lea ya, sin esperar a la hora.",
        "Have the cluster read it now, without waiting for the hour.",
        `kubectl annotate externalsecrets --all -n ${namespace} force-sync="$(date +%s)" --overwrite`,
      ),
      step(
        `Rota lo comprometido. \`JWT_SECRET\`: el número siguiente en \`version\`, en Pulumi.${stack}.yaml (cierra todas las sesiones). Los demás: valor nuevo en su dueño (base, Redis, RabbitMQ, Perplexity), luego en el gestor.`,
        `Rotate what is compromised. \`JWT_SECRET\`: the next number as \`version\` in Pulumi.${stack}.yaml (it ends all sessions). The others: a new value at their owner (database, Redis, RabbitMQ, Perplexity), then in the store.`,
        `npm run preview -- ${stack}\nnpm run up -- ${stack}`,
      ),
      restart({ watched, subjects: [] }),
      verify(watched),
    ],
  };
};

const failedWorker = (watched: Watched): Procedure => {
  const worker = watched.services.filter(({ name }) => name === WORKER);
  const scene = {
    watched,
    subjects: worker.map((service) => ({ kind: "workload", namespace: watched.namespace, service }) as const),
  };
  return {
    name: "failed-worker",
    title: both("Fallo del worker de IA", "AI worker fails"),
    rows: ["L19"],
    when: both(
      "Fallan sus trabajos, no avanza la cola, o el outbox reintenta sin parar.",
      "Its jobs fail, its queue does not move, or the outbox tries again without end.",
    ),
    steps: [
      step(
        "Por qué falla: lo último que escribió.",
        "Why it fails: the last that it wrote.",
        `kubectl logs -n ${watched.namespace} -l app=${WORKER} --prefix --since=30m --tail=200 | grep -iE 'error|429|401|ECONN'`,
      ),
      step(
        "Reintenta: al reiniciarse, los trabajos sin confirmar vuelven a la cola.",
        "Try again: as it restarts, jobs that were not confirmed go back to the queue.",
      ),
      restart(scene),
      step("La cola crece: más pods.", "The queue grows: more pods."),
      scaleUp(scene),
      step(
        "En el servidor de RabbitMQ: sin `consumers` nadie la atiende; con muchos `unacknowledged`, el worker se ha colgado.",
        "On RabbitMQ's host: without `consumers` nobody serves it; with many `unacknowledged` the worker hangs.",
        "sudo rabbitmqctl list_queues name messages messages_unacknowledged consumers",
      ),
      step(
        "401 o 429: es el proveedor. Renueva `PPLX_API_KEY` (Pérdida de secretos) o pide más cuota; los trabajos esperan en la cola.",
        "401 or 429: it is the provider. Renew `PPLX_API_KEY` (Lost secrets) or ask for more quota; the jobs wait in the queue.",
      ),
    ],
  };
};

export const LISTACOMPRA = (watched: Watched): readonly Procedure[] => [
  corruptDatabase(watched),
  lostSecrets(watched),
  failedWorker(watched),
];
