/** What to do about the requests of a host. Pure. */
import type { SignalName } from "../signals";
import * as query from "./queries";
import type { SignalRunbook } from "./runbook";
import { both } from "./scene";
import { changes, doctor, endpoints, health, logs, pods, previousLogs, scaleUp, step, use } from "./steps";

const FAILURES = {
  what: both("Errores de las aplicaciones.", "Errors of the applications."),
  pattern: "(?i)(error|exception|fatal)",
} as const;

const SLOWNESS = {
  what: both("Lo que tarda o caduca.", "What takes long, or times out."),
  pattern: "(?i)(timeout|timed out|slow|ETIMEDOUT)",
} as const;

const slow = {
  impact: both(
    "Los usuarios esperan; por encima del tiempo de sus navegadores, lo ven como un fallo.",
    "Users wait; beyond what their browsers allow, they see a failure.",
  ),
  queries: query.three(query.latencyByPath, query.applicationLatency, query.throttling),
  logs: SLOWNESS,
} as const;

const slowSteps: SignalRunbook["steps"] = (scene) => [
  health(scene),
  changes(scene),
  use(scene),
  step(
    "CPU cerca del límite, o frenada en la tercera consulta: añade un pod. Si no, mira las consultas a la base y los servicios de los que depende: un pod más no los acelera.",
    "CPU near its limit, or held back in the third query: add a pod. Else look at the database's queries and the services that it needs: one pod more does not speed them up.",
  ),
  scaleUp(scene),
];

export const REQUESTS = {
  errorRatio: {
    meaning: both(
      "Demasiadas respuestas son 5xx: la parte de peticiones que falla pasa del umbral.",
      "Too many answers are 5xx: the share of requests that fail is over the threshold.",
    ),
    impact: both(
      "Los usuarios ven errores y pierden lo que hacían; el presupuesto de error se gasta deprisa.",
      "Users see errors and lose what they were doing; the error budget goes fast.",
    ),
    queries: query.three(query.byStatus, query.applicationErrors, query.restarts),
    logs: FAILURES,
    steps: (scene) => [
      changes(scene),
      pods(scene),
      logs(scene),
      endpoints(scene),
      step(
        "502 y 503 con pods que caen: es el despliegue o la memoria. 504: la aplicación no contesta a tiempo. 500: es su código, o algo de lo que depende.",
        "502 and 503 while pods fall: it is the release or memory. 504: the application does not answer in time. 500: it is its code, or something that it needs.",
      ),
    ],
  },
  slowRatio: {
    ...slow,
    meaning: both(
      "Demasiadas peticiones tardan más de lo que el objetivo permite.",
      "Too many requests take longer than the objective allows.",
    ),
    steps: slowSteps,
  },
  latencyP95: {
    ...slow,
    meaning: both(
      "Una de cada veinte peticiones tarda más que el umbral.",
      "One request in twenty takes longer than the threshold.",
    ),
    steps: slowSteps,
  },
  latencyMean: {
    ...slow,
    meaning: both(
      "La petición media tarda más que el umbral: va lento para casi todos, no solo para algunos.",
      "The mean request takes longer than the threshold: it is slow for nearly all, not for some.",
    ),
    steps: slowSteps,
  },
  requestRate: {
    meaning: both(
      "Llegan menos peticiones de las que el objetivo pide, o más de las que se probaron.",
      "Fewer requests arrive than the objective asks for, or more than were tested.",
    ),
    impact: both(
      "Si faltan peticiones, los usuarios no llegan: DNS, certificado, balanceador o frontend. Si sobran, subirá la latencia.",
      "Where requests are missing, users do not get here: DNS, certificate, balancer or frontend. Where there are too many, latency will rise.",
    ),
    queries: query.three(query.byStatus, query.yesterday, query.probes),
    logs: { what: both("Lo que las aplicaciones atienden.", "What the applications serve.") },
    steps: (scene) => [health(scene), doctor(scene), endpoints(scene), changes(scene)],
  },
  trafficChange: {
    meaning: both(
      "El tráfico ha cambiado más de la mitad respecto a ayer a esta hora.",
      "Traffic has changed by more than half against yesterday at this hour.",
    ),
    impact: both(
      "Una caída suele ser una avería delante del sistema: los usuarios no llegan. Una subida puede ser una campaña, un robot o un ataque.",
      "A fall is usually trouble in front of the system: users do not get here. A rise may be a campaign, a robot or an attack.",
    ),
    queries: query.three(query.byStatus, query.yesterday, query.probes),
    logs: { what: both("Lo que las aplicaciones atienden.", "What the applications serve.") },
    steps: (scene) => [
      step(
        "¿Ayer fue festivo, o hubo una campaña o un corte? Entonces lo raro es ayer: silencia y sigue durmiendo.",
        "Was yesterday a holiday, or was there a campaign or an outage? Then yesterday was the odd one: silence it and go back to sleep.",
      ),
      health(scene),
      doctor(scene),
      endpoints(scene),
      scaleUp(scene),
    ],
  },
  canaryErrorExcess: {
    meaning: both(
      "La versión nueva falla más que la estable, con el mismo tráfico y a la misma hora.",
      "The new version fails more than the stable one, under the same traffic at the same hour.",
    ),
    impact: both(
      "Solo lo sufre la parte de usuarios que va a la versión nueva. La estable está bien: volver es seguro.",
      "Only the share of users on the new version suffers. The stable one is well: going back is safe.",
    ),
    queries: query.three(query.bySide, query.applicationErrors, query.restarts),
    logs: FAILURES,
    steps: (scene) => [
      step(
        "No subas de fase. Vuelve atrás ya y busca la causa después, con los registros de la versión nueva.",
        "Do not go up a phase. Go back now and look for the cause afterwards, in the new version's logs.",
      ),
      logs(scene),
      previousLogs(scene),
    ],
    procedure: "canary",
  },
  messageLatencyP95: {
    meaning: both(
      "Uno de cada veinte mensajes del chat tarda en llegar más que el umbral.",
      "One chat message in twenty takes longer to arrive than the threshold.",
    ),
    impact: both(
      "La conversación va a tirones; los usuarios repiten mensajes y suman carga.",
      "The conversation stutters; users repeat messages and add load.",
    ),
    queries: query.three(query.messageLatency, query.cpu, query.throttling),
    logs: SLOWNESS,
    steps: (scene) => [pods(scene), use(scene), changes(scene), scaleUp(scene)],
  },
  healthFailing: {
    meaning: both(
      "La ruta de salud no responde bien desde fuera, varias veces seguidas.",
      "The health path does not answer well from outside, several times in a row.",
    ),
    impact: both(
      "Es probable que el servicio esté caído para todos: DNS, certificado, router o pods.",
      "The service is probably down for everybody: DNS, certificate, router or pods.",
    ),
    queries: query.three(query.probes, query.unavailable, query.waiting),
    logs: FAILURES,
    steps: (scene) => [
      health(scene),
      pods(scene),
      endpoints(scene),
      changes(scene),
      step(
        "Desde tu máquina responde y los pods están listos: es el camino. Mira DNS y certificado.",
        "It answers from your machine and the pods are ready: it is the way there. Look at DNS and certificate.",
      ),
      doctor(scene),
    ],
  },
  certificateExpiry: {
    procedure: "none",
    meaning: both(
      "Un certificado caduca en menos de 14 días: su renovación automática no ha ido bien.",
      "A certificate ends in less than 14 days: its automatic renewal has not gone well.",
    ),
    impact: both(
      "Hoy nada. El día que caduque, ningún navegador entra.",
      "Today nothing. On the day it ends, no browser gets in.",
    ),
    queries: query.three(query.certificates, query.servedCertificates, query.probes),
    steps: (scene) => [
      step(
        "Con cert-manager: en qué paso se ha quedado la renovación. Casi siempre es DNS, o el puerto 80 cerrado.",
        "With cert-manager: at which step the renewal hangs. It is nearly always DNS, or port 80 shut.",
        `kubectl get certificates,certificaterequests,orders,challenges -n ${scene.watched.namespace}\nkubectl describe challenges -n ${scene.watched.namespace}`,
      ),
      doctor(scene),
    ],
  },
} as const satisfies Partial<Record<SignalName, SignalRunbook>>;
