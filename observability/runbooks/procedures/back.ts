/** Going back: a version, or a canary. Rows K22, K23, L12, L19, E5, S7. Pure. */
import type { Watched, WatchedService } from "../../watched";
import type { Procedure, Step } from "../runbook";
import { both } from "../scene";
import { s5Queries } from "../../sql/s5";
import { asking } from "../sql";
import { releasesOf, step } from "../steps";

const stackFile = ({ stack }: Watched) => `Pulumi.${stack}.yaml`;

const channelOf = ({ contacts: { channels } }: Watched) => channels.notifications ?? channels.slack;

/** First words, so that nobody else changes anything meanwhile. */
export const announce = (watched: Watched): Step => {
  const channel = channelOf(watched);
  const [where, there] = channel === undefined ? ["al equipo", "the team"] : [`en ${channel}`, channel];
  return step(
    `Avisa ${where}: «⚠️ Rollback de ${watched.title} en ${watched.stack}. Razón: … Que nadie despliegue.»`,
    `Tell ${there}: “⚠️ Rollback of ${watched.title} on ${watched.stack}. Reason: … Nobody deploys.”`,
  );
};

export const verify = (watched: Watched): Step =>
  step(
    "Comprueba: pods listos, salud 200, y la alerta se apaga en unos minutos.",
    "Check: pods ready, health 200, and the alert goes within minutes.",
    [
      `kubectl get pods -n ${watched.namespace}`,
      ...healthUrls(watched).map((url) => `curl -fsS -o /dev/null -w '%{http_code}\\n' ${url}`),
    ].join("\n"),
  );

const healthUrls = ({ services }: Watched): readonly string[] => [
  ...new Set(
    services.flatMap(({ traffic, healthPath }) =>
      traffic === undefined ? [] : [`https://${traffic.host}${healthPath}`],
    ),
  ),
];

/** helm goes back at once; the stack file must follow, or the next `up` brings the bad version again. */
export const helmBack = ({ namespace, services }: Watched): string =>
  releasesOf(services)
    .map((release) => `helm rollback ${release} -n ${namespace} --wait --timeout 5m`)
    .join("\n");

/** Writes the tag that runs now into the stack file. */
function follow({ system, stack, namespace, services }: Watched): string {
  const seen = new Map<string | undefined, WatchedService>();
  for (const service of services) if (!seen.has(service.versionOf)) seen.set(service.versionOf, service);
  return [...seen]
    .map(([of, { name }]) =>
      [
        `TAG=$(kubectl get deployment ${name} -n ${namespace} -o jsonpath='{.spec.template.spec.containers[0].image}' | sed 's/@.*//; s/.*://')`,
        `npm run golive -- version ${stack} ${system} "$TAG"${of === undefined ? "" : ` --of ${of}`}`,
      ].join("\n"),
    )
    .join("\n");
}

const several = ({ services }: Watched) => releasesOf(services).length > 1;

const migrated = (watched: Watched): readonly Step[] =>
  watched.migration === undefined
    ? []
    : [
        step(
          "¿La versión trajo migraciones? El código anterior funciona con el esquema nuevo si solo añade. Si no, sigue el procedimiento de la base de datos de esta página.",
          "Did the version bring migrations? The code before it works on the new schema where that only adds. Else follow this page's procedure for the database.",
        ),
      ];

/** Rows K22, L12 and L19: `helm rollback`, then the stack file, then the checks once more. */
const versionBack = (watched: Watched): Procedure => ({
  name: "back",
  title: both("Volver a la versión anterior", "Go back to the version before"),
  rows: ["K22", "L12", "L19"],
  when: both(
    "Empezó con un despliegue, o no sabes por qué y hay usuarios afectados. Tarda unos dos minutos.",
    "It began with a release, or you do not know why and users are affected. It takes about two minutes.",
  ),
  steps: [
    announce(watched),
    step(
      several(watched)
        ? "¿Cuál era la anterior? Vuelve solo los servicios que fallan."
        : "¿Cuál era la anterior?",
      several(watched)
        ? "Which was the one before? Take back only the services that fail."
        : "Which was the one before?",
      releasesOf(watched.services)
        .map((release) => `helm history ${release} -n ${watched.namespace} --max 5`)
        .join("\n"),
    ),
    step("Vuelve.", "Go back.", helmBack(watched)),
    ...migrated(watched),
    verify(watched),
    step(
      `Que quede: escribe en ${stackFile(watched)} la versión que corre ahora y aplica; repite las migraciones pendientes y las pruebas de humo. Sin esto, el próximo \`up\` trae la mala otra vez.`,
      `Make it last: write the version that runs now into ${stackFile(watched)} and apply; that runs pending migrations and smoke tests again. Without it the next \`up\` brings the bad one back.`,
      `${follow(watched)}\nnpm run preview -- ${watched.stack}\nnpm run up -- ${watched.stack}`,
    ),
  ],
});

/** Row S7. A version of S5's is a release of its own, and the one before is gone once the traffic has moved. */
const serviceBack = (watched: Watched): Procedure => ({
  name: "back",
  title: both("Volver a la versión anterior", "Go back to the version before"),
  rows: ["S7"],
  when: both(
    "Error > 5 % en una API durante más de 5 minutos, o fallan las pruebas de humo.",
    "Errors > 5 % in one API for more than 5 minutes, or the smoke tests fail.",
  ),
  steps: [
    announce(watched),
    step(
      "¿El despliegue está en marcha? Páralo con Ctrl-C. Antes de la última oleada (traffic) el público sigue en la versión de antes: no hay nada que deshacer.",
      "Is the release under way? Stop it with Ctrl-C. Before the last wave (traffic) the public is still on the version before: there is nothing to undo.",
      `kubectl get jobs,ingresses -n ${watched.namespace}`,
    ),
    step(
      "¿El tráfico ya cambió? La versión anterior de cada servicio está en el historial del fichero.",
      "Has the traffic moved? The version before of each service is in the file's history.",
      `git log -p -5 --format='%h %ad %s' -- ${stackFile(watched)} | grep -E '^[0-9a-f]{7,} |^[-+].*(tag|version):'`,
    ),
    step(
      "Devuelve solo el servicio que falla; pon su versión anterior en `TAG`. Se levanta al lado, se prueba y entonces recibe el tráfico.",
      "Take back only the service that fails; put its version before into `TAG`. It is raised beside, tested, and then takes the traffic.",
      [
        "TAG=v…",
        ...watched.services.flatMap(({ versionOf }) =>
          versionOf === undefined
            ? []
            : [`npm run golive -- version ${watched.stack} ${watched.system} "$TAG" --of ${versionOf}`],
        ),
        `npm run golive -- version ${watched.stack} ${watched.system} "$TAG" --of frontend`,
        `npm run up -- ${watched.stack}`,
      ].join("\n"),
    ),
    step(
      "Si la versión trajo migraciones que el código anterior no entiende, ejecuta las inversas, desde el repositorio de las migraciones y con la base del Secret.",
      "Where the version brought migrations that the code before does not understand, run the reverse ones, from the migrations' repository and with the Secret's database.",
      [
        `export DATABASE_URL=$(kubectl get secret ${watched.system}-database -n ${watched.namespace} -o jsonpath='{.data.DATABASE_URL}' | base64 -d)`,
        "npx db-migrate down -c 1",
        asking(s5Queries()),
      ].join("\n"),
    ),
    verify(watched),
  ],
});

/** Rows E3 and E5; docs/canary.md has the why. */
const canaryBack = (watched: Watched): Procedure => ({
  name: "canary",
  title: both("Deshacer el canary", "Take the canary back"),
  rows: ["E5"],
  when: both(
    `Error > 1 % o 5xx > 0,1 % con la versión nueva recibiendo tráfico (fase ahora: ${watched.canaryPhase ?? "legacy"}). Es inmediato.`,
    `Errors > 1 % or 5xx > 0.1 % while the new version takes traffic (phase now: ${watched.canaryPhase ?? "legacy"}). It is immediate.`,
  ),
  steps: [
    announce(watched),
    step(
      `Pon \`phase: rollback\` en ${stackFile(watched)}, bajo golive:${watched.system}.canary.`,
      `Set \`phase: rollback\` in ${stackFile(watched)}, below golive:${watched.system}.canary.`,
      `sed -i '/golive:${watched.system}:/,/^  golive:/ s/^\\( *phase:\\) *[^ #]*/\\1 rollback/' ${stackFile(watched)}\ngit diff ${stackFile(watched)}`,
    ),
    step(
      "Aplica solo los Ingress: no espera a ningún pod ni toca nada más. La última línea debe decir `1 deleted`.",
      "Apply the Ingresses alone: it waits for no pod and touches nothing else. Its last line must say `1 deleted`.",
      `npm run up -- ${watched.stack} --target '**Ingress::${watched.system}-*' --target-dependents --refresh=false`,
    ),
    step(
      "Comprueba que no queda Ingress de canary y que el tráfico va a la versión de antes.",
      "Check that no canary Ingress is left, and that the traffic goes to the old version.",
      `kubectl get ingresses -n ${watched.namespace}\nkubectl logs -f -l app=nginx-ingress -n ingress-nginx`,
    ),
    step(
      "Después, sin prisa, el resto; y guarda el cambio en git.",
      "Afterwards, without hurry, the rest; and keep the change in git.",
      `npm run up -- ${watched.stack}\ngit commit -m '${watched.system}: rollback' -- ${stackFile(watched)}`,
    ),
  ],
});

/** Rows K23 and G14: what follows once users are well. */
export const after = (watched: Watched): Procedure => ({
  name: "after",
  title: both("Después", "Afterwards"),
  rows: ["K23"],
  when: both(
    "Los usuarios están bien. Puede esperar a la mañana.",
    "Users are well. It can wait for the morning.",
  ),
  steps: [
    step(
      `Cierra el aviso: «✅ ${watched.title} en ${watched.stack}, estable desde las …. Qué pasó: …»`,
      `Close the message: “✅ ${watched.title} on ${watched.stack}, stable since …. What happened: …”`,
    ),
    step(
      "Apunta el incidente mientras lo recuerdas: cuándo empezó, cuándo se supo, qué se hizo, cuántos usuarios.",
      "Write the incident down while you remember: when it began, when it was known, what was done, how many users.",
    ),
    step(
      "Convoca el post-mortem: qué salió mal, cómo evitarlo, qué prueba lo habría visto.",
      "Call the post-mortem: what went wrong, how to prevent it, which test would have seen it.",
    ),
    step(
      "Corrige el plan de la próxima versión antes de volver a desplegarla.",
      "Mend the plan of the next version before it is released again.",
    ),
  ],
});

/** How a system goes back, the fastest first. */
export const backOf = (watched: Watched): readonly Procedure[] => [
  ...(watched.canaryPhase === undefined ? [] : [canaryBack(watched)]),
  watched.system === "s5" ? serviceBack(watched) : versionBack(watched),
];
