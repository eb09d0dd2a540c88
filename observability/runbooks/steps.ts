/** Things to do that several runbooks share, with the names of the system that they are done to. Pure. */
import type { WatchedService } from "../watched";
import type { Step } from "./runbook";
import { both, deployments, podSelector, type Scene, trafficOf, workloadsOf } from "./scene";

const place = ({ watched }: Scene) => `-n ${watched.namespace}`;

export const pods = (scene: Scene): Step => ({
  text: both(
    "Mira los pods: estado, reinicios y desde cuándo.",
    "Look at the pods: state, restarts and since when.",
  ),
  run: `kubectl get pods ${place(scene)} ${podSelector(scene)} -o wide`,
});

export const why = (scene: Scene): Step => ({
  text: both(
    "Por qué no están listos o por qué terminaron: los eventos y el último estado.",
    "Why they are not ready, or why they ended: events and last state.",
  ),
  run: [
    `kubectl describe pods ${place(scene)} ${podSelector(scene)} | grep -A8 -E '^(Name|Events):|Last State:'`,
    `kubectl get events ${place(scene)} --sort-by=.lastTimestamp | tail -30`,
  ].join("\n"),
});

export const logs = (scene: Scene): Step => ({
  text: both("Lee los registros del último cuarto de hora.", "Read the logs of the last quarter of an hour."),
  run: `kubectl logs ${place(scene)} ${podSelector(scene)} --prefix --since=15m --tail=200`,
});

export const previousLogs = (scene: Scene): Step => ({
  text: both(
    "Lee lo último que escribió el contenedor antes de reiniciarse.",
    "Read the last that the container wrote before it was restarted.",
  ),
  run: `kubectl logs ${place(scene)} ${podSelector(scene)} --prefix --previous --tail=100`,
});

export const use = (scene: Scene): Step => ({
  text: both("Mira qué gasta cada contenedor ahora.", "See what each container uses now."),
  run: `kubectl top pods ${place(scene)} ${podSelector(scene)} --containers`,
});

/** The releases' last revisions: did somebody change something? */
export const changes = (scene: Scene): Step => ({
  text: both(
    "¿Ha cambiado algo? Las últimas revisiones; una reciente es la primera sospechosa.",
    "Has something changed? The last revisions; a recent one is the first suspect.",
  ),
  run: releasesOf(workloadsOf(scene))
    .map((release) => `helm history ${release} ${place(scene)} --max 5`)
    .join("\n"),
});

export const releasesOf = (services: readonly WatchedService[]): readonly string[] => [
  ...new Set(services.map(({ release }) => release)),
];

/** One pod more of each. The namespace's quota leaves room for that. */
export const scaleUp = (scene: Scene): Step => ({
  text: both(
    `Añade un pod. El próximo \`up\` lo quita: para que quede, sube \`replicas\` en Pulumi.${scene.watched.stack}.yaml.`,
    `Add a pod. The next \`up\` takes it away: for it to last, raise \`replicas\` in Pulumi.${scene.watched.stack}.yaml.`,
  ),
  run: [
    `for name in ${deployments(scene)}; do`,
    `  now=$(kubectl get deployment "$name" ${place(scene)} -o jsonpath='{.spec.replicas}')`,
    `  kubectl scale deployment "$name" ${place(scene)} --replicas=$((now + 1))`,
    "done",
  ].join("\n"),
});

export const restart = (scene: Scene): Step => ({
  text: both(
    "Reinicia los pods, uno tras otro y sin corte.",
    "Restart the pods, one after the other and without a gap.",
  ),
  run: workloadsOf(scene)
    .flatMap(({ name }) => [
      `kubectl rollout restart deployment/${name} ${place(scene)}`,
      `kubectl rollout status deployment/${name} ${place(scene)} --timeout=5m`,
    ])
    .join("\n"),
});

/** What a user gets, from outside. */
export const health = (scene: Scene): Step => {
  const urls = trafficOf(scene).map((traffic) => {
    const { healthPath = "/" } =
      scene.watched.services.find((service) => service.traffic?.host === traffic.host) ?? {};
    return `https://${traffic.host}${healthPath}`;
  });
  return {
    text: both("Pregunta desde fuera, como un usuario.", "Ask from outside, as a user does."),
    run: [...new Set(urls)]
      .map((url) => `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' ${url}`)
      .join("\n"),
  };
};

export const doctor = ({ watched: { stack } }: Scene): Step => ({
  text: both(
    "Comprueba el clúster, el certificado y el registro de imágenes.",
    "Check the cluster, the certificate and the image registry.",
  ),
  run: `npm run doctor -- ${stack}`,
});

export const endpoints = (scene: Scene): Step => ({
  text: both(
    "¿Tiene el Service pods listos detrás? Sin direcciones, el router responde 503.",
    "Does the Service have ready pods behind it? Without addresses the router answers 503.",
  ),
  run: `kubectl get endpointslices,ingresses ${place(scene)}`,
});

export const step = (es: string, en: string, run?: string): Step => ({
  text: both(es, en),
  ...(run === undefined ? {} : { run }),
});
