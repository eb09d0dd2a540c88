/** What to do about what must run by itself, and about alerts that nobody takes. Pure. */
import type { SignalName } from "../signals";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { backupsOf, both } from "./scene";
import { pods, step, why } from "./steps";

export const UPKEEP = {
  backupAge: {
    procedure: "none",
    meaning: both(
      "El último respaldo bueno, o la última restauración de prueba (`restore-drill`), es demasiado viejo: al menos uno no ha salido.",
      "The last good backup, or the last restore drill (`restore-drill`), is too old: at least one has not been made.",
    ),
    impact: both(
      "Los usuarios no notan nada. Si la base se pierde ahora, se pierde todo desde ese respaldo.",
      "Users notice nothing. Were the database lost now, all since that backup would be.",
    ),
    queries: query.three(query.lastBackup, query.lastBegun, query.failedJobs),
    steps: (scene) => {
      const { namespace } = scene.watched;
      const names = backupsOf(scene).map(({ cronJob }) => cronJob);
      return [
        step(
          "¿Suspendido, o sus Jobs fallan?",
          "Suspended, or do its Jobs fail?",
          `kubectl get cronjobs,jobs -n ${namespace}`,
        ),
        step(
          "Por qué falló el último: sin espacio, sin permisos en S3, sin llegar a la base; una restauración de prueba dice además cuánto tardó y qué edad tenía el respaldo.",
          "Why the last failed: no room, no rights on S3, no way to the database; a restore drill says too how long it took and how old the backup was.",
          names
            .map(
              (name) =>
                `kubectl logs -n ${namespace} "$(kubectl get pods -n ${namespace} --sort-by=.metadata.creationTimestamp -o name | grep ${name}- | tail -1)" --all-containers`,
            )
            .join("\n"),
        ),
        step(
          "Haz uno ahora. La alerta se apaga cuando termine bien.",
          "Make one now. The alert goes once it has ended well.",
          names
            .map((name) => `kubectl create job ${name}-now --from=cronjob/${name} -n ${namespace}`)
            .join("\n"),
        ),
      ];
    },
  },
  failedJobs: {
    meaning: both("Un Job ha agotado sus intentos.", "A Job has used up its attempts."),
    impact: both(
      "Depende de cuál: una migración o una verificación paran el despliegue, con la versión de antes en pie; un respaldo deja un hueco.",
      "It depends on which: a migration or a verification stops the release, with the version before it in place; a backup leaves a gap.",
    ),
    queries: query.three(query.failedJobs, query.jobOwners, query.waiting),
    steps: ({ watched: { namespace, stack } }) => [
      step(
        "Cuál, y por qué.",
        "Which, and why.",
        [
          `kubectl get jobs -n ${namespace}`,
          `for job in $(kubectl get jobs -n ${namespace} -o jsonpath='{.items[?(@.status.failed)].metadata.name}'); do`,
          `  kubectl logs "job/$job" -n ${namespace} --all-containers --prefix --tail=50`,
          "done",
        ].join("\n"),
      ),
      step(
        "Arreglada la causa, `up` vuelve a lanzar el que falló; los que fueron bien no se repiten.",
        "Once the cause is mended, `up` runs the one that failed again; those that went well are not repeated.",
        `npm run preview -- ${stack}\nnpm run up -- ${stack}`,
      ),
    ],
  },
  exporterDown: {
    procedure: "none",
    meaning: both(
      "Prometheus no puede leer las métricas de las que viven otras alertas.",
      "Prometheus cannot read the metrics that other alerts live by.",
    ),
    impact: both(
      "Estás a ciegas: que una alerta calle no quiere decir nada hasta que esta se apague.",
      "You are blind: that an alert is silent means nothing until this one has gone.",
    ),
    queries: query.three(query.targets, query.notReady, query.waiting),
    logs: { what: both("Errores.", "Errors."), pattern: "(?i)(error|refused|timeout)" },
    steps: (scene) => [
      step(
        "Mira tú lo que él no ve: ¿están bien los usuarios?",
        "Look at what it does not see: are the users well?",
        scene.watched.services
          .flatMap(({ traffic, healthPath }) =>
            traffic === undefined ? [] : [`curl -fsS https://${traffic.host}${healthPath}`],
          )
          .join("\n") || undefined,
      ),
      pods(scene),
      why(scene),
      step(
        "El exportador está bien y no se lee: etiquetas del monitor, o la red entre los dos namespaces.",
        "The exporter is well and is not read: the monitor's labels, or the network between the two namespaces.",
        [
          `kubectl get servicemonitors,podmonitors,probes,networkpolicies -n ${scene.watched.namespace} --show-labels`,
          `kubectl port-forward -n ${scene.watched.platform.prometheus.namespace} svc/prometheus-operated 9090 # http://localhost:9090/targets`,
        ].join("\n"),
      ),
    ],
  },
  unattendedAlert: {
    meaning: both(
      "Una alerta crítica lleva sonando más de lo acordado y nadie la ha resuelto.",
      "A critical alert has been firing longer than was agreed, and nobody has mended it.",
    ),
    impact: both(
      "El de la otra alerta, y crece. Te llaman porque el nivel anterior no ha respondido o no ha podido.",
      "That of the other alert, and it grows. You are called because the level before you has not answered, or was not able to.",
    ),
    queries: query.three(query.criticalSince, query.firing, query.byStatus),
    logs: { what: both("Errores.", "Errors."), pattern: "(?i)(error|exception|fatal)" },
    steps: () => [
      step(
        "Pregunta en el canal quién la lleva. Si nadie contesta en cinco minutos, es tuya.",
        "Ask in the channel who has it. Where nobody answers within five minutes, it is yours.",
      ),
      step(
        "Abre el runbook de la alerta que suena y síguelo; si hay duda, vuelve atrás antes de investigar.",
        "Open the runbook of the alert that fires and follow it; when in doubt, go back before you look for the cause.",
      ),
    ],
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
