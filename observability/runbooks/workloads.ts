/** What to do about pods. Pure. */
import type { SignalName } from "../signals";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both } from "./scene";
import { changes, logs, pods, previousLogs, restart, scaleUp, step, use, why } from "./steps";

const ENDINGS = {
  what: both("Lo último antes de caer.", "The last before the fall."),
  pattern: "(?i)(fatal|panic|out of memory|heap|SIGTERM|uncaught|unhandled)",
} as const;

export const WORKLOADS = {
  cpuSaturation: {
    meaning: both(
      "Un contenedor usa casi toda la CPU que tiene permitida.",
      "A container uses nearly all the CPU that it is allowed.",
    ),
    impact: both(
      "Al llegar al límite, el kernel lo frena: sube la latencia, y las comprobaciones de salud empiezan a fallar.",
      "At its limit the kernel holds it back: latency rises, and health checks begin to fail.",
    ),
    queries: query.three(query.cpu, query.throttling, query.byStatus),
    logs: { what: both("Qué está haciendo.", "What it is doing.") },
    steps: (scene) => [
      use(scene),
      changes(scene),
      step(
        "Más tráfico que ayer en la tercera consulta: añade un pod. El mismo tráfico: es la versión, o un bucle; reinicia un pod y mira si vuelve.",
        "More traffic than yesterday in the third query: add a pod. The same traffic: it is the version, or a loop; restart a pod and see whether it comes back.",
      ),
      scaleUp(scene),
    ],
  },
  memorySaturation: {
    meaning: both(
      "Un contenedor usa casi toda la memoria que tiene permitida.",
      "A container uses nearly all the memory that it is allowed.",
    ),
    impact: both(
      "Al pasar del límite, el kernel lo mata (OOMKilled) y pierde las peticiones que atendía.",
      "Beyond its limit the kernel kills it (OOMKilled), and it loses the requests that it was serving.",
    ),
    queries: query.three(query.memory, query.endings, query.restarts),
    logs: ENDINGS,
    steps: (scene) => [
      use(scene),
      changes(scene),
      step(
        "Sube sin bajar nunca: es una fuga. Reiniciar gana tiempo; sube por la tarde con su tráfico: falta memoria o un pod.",
        "It rises and never falls: it is a leak. A restart buys time. It rises with the traffic: memory is missing, or a pod.",
      ),
      restart(scene),
    ],
  },
  restarts: {
    meaning: both("Un contenedor se reinicia una y otra vez.", "A container is restarted again and again."),
    impact: both(
      "Cada caída pierde las peticiones en curso; si caen todos a la vez, no hay servicio.",
      "Each fall loses the requests in hand; where all fall at once, there is no service.",
    ),
    queries: query.three(query.restarts, query.endings, query.memory),
    logs: ENDINGS,
    steps: (scene) => [
      pods(scene),
      previousLogs(scene),
      why(scene),
      changes(scene),
      step(
        "OOMKilled: falta memoria. Liveness probe failed: se cuelga. Error nada más arrancar: configuración, secreto o migración de la versión nueva: vuelve atrás.",
        "OOMKilled: memory is missing. Liveness probe failed: it hangs. Error as soon as it starts: configuration, secret or migration of the new version: go back.",
      ),
    ],
  },
  unhealthyPods: {
    meaning: both(
      "Faltan pods: están pedidos y no están disponibles.",
      "Pods are missing: they are wanted and not available.",
    ),
    impact: both(
      "Los que quedan llevan toda la carga; si no queda ninguno, no hay servicio.",
      "Those that are left carry all the load; where none is left, there is no service.",
    ),
    queries: query.three(query.unavailable, query.waiting, query.notReady),
    logs: ENDINGS,
    steps: (scene) => [
      pods(scene),
      why(scene),
      logs(scene),
      step(
        "Pending: no caben en la cuota o en los nodos.",
        "Pending: they do not fit into the quota or the nodes.",
        `kubectl describe quota -n ${scene.watched.namespace}\nkubectl get nodes`,
      ),
      step(
        "ImagePullBackOff: la imagen no está o no se puede leer. CreateContainerConfigError: falta un secreto.",
        "ImagePullBackOff: the image is not there, or cannot be read. CreateContainerConfigError: a secret is missing.",
        `kubectl get externalsecrets,secrets -n ${scene.watched.namespace}`,
      ),
    ],
  },
  autoscalerAtMaximum: {
    meaning: both(
      "El autoescalador ha llegado a su máximo y no puede añadir más pods.",
      "The autoscaler has reached its maximum and cannot add pods.",
    ),
    impact: both(
      "Todavía responde; si la carga sube más, subirá la latencia.",
      "It still answers; if load rises further, latency will.",
    ),
    queries: query.three(query.autoscalers, query.cpu, query.byStatus),
    logs: { what: both("Qué está haciendo.", "What it is doing.") },
    steps: (scene) => [
      step(
        "Mira qué quiere y por qué.",
        "See what it wants, and why.",
        `kubectl get hpa -n ${scene.watched.namespace}\nkubectl describe hpa -n ${scene.watched.namespace}`,
      ),
      changes(scene),
      step(
        `La carga es de verdad: sube \`autoscaling.maxReplicas\` en Pulumi.${scene.watched.stack}.yaml y aplica. La cuota del namespace sube con él.`,
        `The load is real: raise \`autoscaling.maxReplicas\` in Pulumi.${scene.watched.stack}.yaml and apply. The namespace's quota rises with it.`,
        `npm run preview -- ${scene.watched.stack}\nnpm run up -- ${scene.watched.stack}`,
      ),
    ],
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
