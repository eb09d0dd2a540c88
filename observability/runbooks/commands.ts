/** Commands of every day and of the first minutes, with the system's own names (row E11). Pure. */
import type { Watched } from "../watched";
import type { Step } from "./runbook";
import { both } from "./scene";
import { changes, health, logs, pods, scaleUp, step, use } from "./steps";

/** Before the alert's own section: is it real, is it new, who knows. */
export function firstMinutes(watched: Watched): readonly Step[] {
  const scene = { watched, subjects: [] };
  return [
    step("Di en el canal que la llevas tú.", "Say in the channel that you have it."),
    health(scene),
    pods(scene),
    changes(scene),
    step(
      "Hay usuarios afectados y hubo un despliegue: vuelve atrás primero, investiga después. Si no, la sección de la alerta.",
      "Users are affected and there was a release: go back first, look for the cause afterwards. Else, the alert's section.",
    ),
  ];
}

/** As the document of ENOVA has them (§7). */
export function commandsOf(watched: Watched): readonly Step[] {
  const { namespace, services, stack, platform } = watched;
  const scene = { watched, subjects: [] };
  return [
    ...services.map(({ name }) => ({
      text: both(`Registros de ${name}, según llegan`, `Logs of ${name}, as they come`),
      run: `kubectl logs -f -l app=${name} -n ${namespace}`,
    })),
    logs(scene),
    { ...use(scene), run: `kubectl top pods -n ${namespace}` },
    {
      text: both("Eventos recientes", "Recent events"),
      run: `kubectl get events -n ${namespace} --sort-by='.lastTimestamp'`,
    },
    scaleUp(scene),
    {
      text: both(
        "Grafana en http://localhost:3001, cuando su dirección no responde",
        "Grafana at http://localhost:3001, when its address does not answer",
      ),
      run: `kubectl port-forward -n ${platform.prometheus.namespace} "$(kubectl get pods -n ${platform.prometheus.namespace} -l app.kubernetes.io/name=grafana -o name | head -1)" 3001:3000`,
    },
    {
      text: both("Cada alerta, y a quién llama", "Each alert, and whom it calls"),
      run: `npm run golive -- alerts list ${stack}`,
    },
    {
      text: both("Herramientas, clúster, certificado e imágenes", "Tools, cluster, certificate and images"),
      run: `npm run doctor -- ${stack}`,
    },
    {
      text: both(
        "Qué cambiaría, con lo que alguien cambió a mano",
        "What would change, with what somebody changed by hand",
      ),
      run: `npm run preview -- ${stack}`,
    },
  ];
}
